import socket

import pytest

from recsys.lib.jsonld.loader import SCHEMA_ORG
from recsys.lib.jsonld.processor import expand


@pytest.fixture(scope="session", autouse=True)
def warm():
    """schema.org is processed once per process; no test should count that as its own time."""
    expand({"@context": SCHEMA_ORG, "name": "warm"})


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch):
    """Reading metadata never opens a connection: any attempt fails the test."""

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
