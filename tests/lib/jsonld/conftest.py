import socket

import pytest


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch):
    """Reading metadata never opens a connection: any attempt fails the test."""

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
