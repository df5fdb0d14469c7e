"""Two runs never take one port."""

from __future__ import annotations

import socket
import sys

import pytest

from e2e_common.util.ports import connect, is_free, reserve


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", pytest.param("::1", marks=needs_ipv6)])
def test_another_one_when_a_stranger_listens(host: str) -> None:
    """On our address, or on another: an application that listens on all of them could not start."""
    if sys.platform != "linux" and host != "127.0.0.1":
        pytest.skip("127.0.0.2 is Linux's")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as stranger:
        taken = stranger.getsockname()[1]
        assert not is_free(taken)
        assert reserve(taken).number != taken


def test_another_one_in_place_of_a_recorded_service_s() -> None:
    """Its sentinel will listen there in replay, and nothing does now."""
    free = reserve()
    free.release()
    assert reserve(free.number, {free.number}).number != free.number


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
def test_another_one_when_a_run_has_reserved_it_and_does_not_listen_yet() -> None:
    first = reserve()
    second = reserve(first.number)
    assert second.number != first.number
    first.release()
    third = reserve(first.number)
    assert third.number == first.number, "the preferred port when it is free"


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
def test_what_listens_is_reached_in_either_family(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        number = server.getsockname()[1]
        with connect(number, 5.0) as made:
            assert made.getpeername()[:2] == (host, number)
    with pytest.raises(ConnectionRefusedError):
        connect(number, 5.0)
