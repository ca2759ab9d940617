"""Files of rows, read a line at a time: what is wrong with a line is said by its number."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

logger = logging.getLogger(__name__)

LONGEST_LINE = 16 * 1024 * 1024
REPORTED = 20
BYTE_ORDER_MARK = "\ufeff"


class BadRow(Exception):
    """A row that cannot be used; says why."""


class Lines:
    """The lines of an open file as (number, text), with how far the reading has come.

    What cannot be text (other encodings, NUL, a line beyond 16 MiB) is a bad row: reported in the
    log with file and line, the first of them at least, and counted.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = Path(file.name).stat().st_size
        self.bytes_read = 0
        self.bad = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        number = 0
        while line := self.file.readline(LONGEST_LINE):
            number += 1
            self.bytes_read += len(line)
            try:
                text = self._text(line)
            except BadRow as problem:
                self.report(number, problem)
            else:
                yield number, text.removeprefix(BYTE_ORDER_MARK) if number == 1 else text

    def report(self, number: int, problem: BadRow) -> None:
        """Count a bad row; the first ones go to the log."""
        self.bad += 1
        if self.bad <= REPORTED:
            logger.warning("%s:%d: %s; skipped", self.file.name, number, problem)
        elif self.bad == REPORTED + 1:
            logger.warning("%s: further bad rows are counted, not shown", self.file.name)

    def _text(self, line: bytes) -> str:
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            self._skip_to_next_line()
            raise BadRow(f"the line has more than {LONGEST_LINE} bytes")
        if b"\0" in line:
            raise BadRow("the line holds a NUL character")
        try:
            return line.decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise BadRow(f"byte {error.start + 1} of the line is not UTF-8") from error

    def _skip_to_next_line(self) -> None:
        while (rest := self.file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            self.bytes_read += len(rest)
        self.bytes_read += len(rest)
