"""JSON-LD documents in files: one, an array of them, or one a line; or inside a glTF asset.

Each document is read by itself, so that one that is refused spoils nothing but itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from recsys.lib.errors import DomainError
from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument
from recsys.lib.jsonld.gltf import metadata_of_asset
from recsys.lib.jsonld.limits import MAX_BYTES, parse
from recsys.lib.jsonld.processor import check_document

MAX_ARRAY_BYTES = 256 * 1024 * 1024
LONGEST_LINE = MAX_BYTES + 2
ASSETS = {".gltf", ".glb", ".vrm"}


@dataclass(frozen=True)
class Found:
    """A document in a file, or why there is none."""

    where: str
    document: Any = None
    refusal: DomainError | None = None
    bytes_read: int = 0
    """How far into the file it ends."""


def documents_in(path: Path) -> Iterator[Found]:
    """The documents of a file, in order. Raises OSError where it cannot be read."""
    if path.suffix.lower() in ASSETS:
        with path.open("rb") as asset:
            yield _read(str(path), lambda: metadata_of_asset(asset), path.stat().st_size)
    elif _begins_with(path, b"["):
        yield from _of_array(path)
    elif _is_one_per_line(path):
        yield from _of_lines(path)
    else:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
        yield _read(str(path), lambda: parse(body), path.stat().st_size)


def _begins_with(path: Path, character: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(1024).lstrip()[:1] == character


def _is_one_per_line(path: Path) -> bool:
    """Whether the first line that is not empty is a value of its own."""
    with path.open("rb") as file:
        first = next((line for line in _lines(file) if line.strip()), b"")
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return True


def _of_lines(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            if line.strip():
                yield _read(f"{path}:{number}", lambda line=line: parse(line), file.tell())


def _lines(file: Any) -> Iterator[bytes]:
    """Lines; of one too long only the beginning, which is enough to refuse it."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


def _of_array(path: Path) -> Iterator[Found]:
    size = path.stat().st_size
    if size > MAX_ARRAY_BYTES:
        message = f"An array of more than {MAX_ARRAY_BYTES:,} bytes; write one document a line."
        yield Found(str(path), refusal=DocumentTooLarge(message), bytes_read=size)
        return
    try:
        documents = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        refusal = InvalidDocument(f"This is not JSON: {error}.")
        yield Found(str(path), refusal=refusal, bytes_read=size)
        return
    for position, document in enumerate(documents):
        at = size * (position + 1) // len(documents)
        yield _read(f"{path}[{position}]", lambda document=document: _checked(document), at)


def _checked(document: Any) -> Any:
    if len(orjson.dumps(document)) > MAX_BYTES:
        raise DocumentTooLarge(f"The document has more than {MAX_BYTES:,} bytes.")
    check_document(document)
    return document


def _read(where: str, read: Any, at: int) -> Found:
    try:
        return Found(where, document=read(), bytes_read=at)
    except DomainError as refusal:
        return Found(where, refusal=refusal, bytes_read=at)
