"""Sentinels stand, name whatever reaches them, even at the last moment, and end whatever their clients do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.pq.abc import PGconn

from e2e_common.services import Recorded
from e2e_common.services.sentinels import standing
from e2e_common.services.sentinels.standing import Sentinels
from e2e_common.services.upstream import ANSWER, HttpConversation
from tests.unit.services.sentinels.watch import Watch, command, everything
from tests.unit.services.support import refused

REQUEST = b"DELETE /users/2 HTTP/1.1\r\n\r\n"
BROKEN = b"*2\r\n$3\r\nGET\r\n"
ALL = ("upstream", "postgres", "redis", "redis-cluster-1", "redis-cluster-2", "redis-cluster-3")


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path, "upstream", "postgres", "redis")


def logged_in(watch: Watch) -> PGconn:
    """A client that may send statements."""
    return psycopg.connect(watch.database).pgconn


def test_the_log_is_whole_even_if_nothing_was_touched(tmp_path: Path) -> None:
    with Watch(tmp_path, *ALL) as watch:
        pass
    listening = [("listening", service, f"127.0.0.1:{watch.port(service)}") for service in ALL]
    logged = [(line["event"], line.get("service"), line.get("address")) for line in watch.lines()]
    assert logged == [*listening, ("closed", None, None)]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (b"GET /weather?city=Oslo HTTP/1.1\r\n\r\n", "GET /weather?city=Oslo"),
        (b"POST /upload HTTP/1.1\r\n\r\n" + b"x" * 3_000_000, "POST /upload"),
        (b"\x16\x03\x01", "a connection that sent 3 bytes and no HTTP request"),  # TLS waits for an answer
    ],
    ids=["a request", "a big body", "TLS"],
)
def test_an_http_request_is_refused_and_named(watch: Watch, said: bytes, named: str) -> None:
    with watch, watch.connect("upstream") as connection:
        sender = threading.Thread(target=connection.sendall, args=(said,))
        sender.start()
        assert everything(connection) == ANSWER
        sender.join()
    assert watch.touched() == [named]


def test_a_head_in_pieces_is_one_request() -> None:
    touched: list[str] = []
    conversation = HttpConversation(lambda what, _: touched.append(what), 0.0)
    pieces = (REQUEST[:3], REQUEST[3:9], REQUEST[9:])
    assert [conversation.received(piece, 0.0) for piece in pieces] == [b"", b"", ANSWER]
    assert touched == ["DELETE /users/2"]


@pytest.mark.parametrize("hangs_up", [True, False])
def test_a_connection_that_says_nothing_or_breaks_off_counts(watch: Watch, hangs_up: bool) -> None:
    """Except a silent one with PostgreSQL."""
    silent = [watch.connect(service) for service in ("upstream", "redis", "postgres")]
    lines = [*silent, watch.connect("redis", BROKEN), watch.connect("postgres", b"\0")]
    with watch:
        for line in lines if hangs_up else []:
            line.close()
    for line in lines:
        line.close()
    assert sorted(watch.touched()) == [
        "13 bytes and no whole command: '*2\\r\\n$3\\r\\nGET\\r\\n'",
        "a connection that sent 0 bytes and no HTTP request",
        "a connection that sent nothing",
        "a message that broke off: b'\\x00'",
    ]


def test_connections_that_nobody_has_accepted_yet_count(watch: Watch) -> None:
    """Even if they were reset."""
    reset = watch.connect("redis", command(b"GET", b"gone"))
    reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    reset.close()
    commands = command(b"GET", b"a") + command(b"GET", b"b")
    with watch.connect("upstream", REQUEST), watch.connect("redis", commands) as redis:
        watch.sentinels.close()  # serve() was never called
        assert everything(redis).count(b"-ERR") == 2, "answered all the same"
    assert sorted(watch.touched()) == ["DELETE /users/2", "GET a", "GET b", "GET gone"]
    assert watch.lines()[-1]["event"] == "closed"


def test_what_is_still_on_its_way_at_the_end_is_waited_for(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, seconds in (("GRACE_S", 1000), ("DRAIN_LIMIT_S", 1000), ("POLL_S", 0.001)):
        monkeypatch.setattr(standing, limit, seconds)
    with watch.connect("redis", BROKEN) as redis, watch:
        threading.Timer(0.1, redis.sendall, [b"$5\r\nlater\r\n"]).start()
    assert watch.touched() == ["GET later"]


def test_idle_sessions_do_not_hold_up_the_end(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "GRACE_S", 1000)
    with watch:
        clients = [logged_in(watch) for _ in range(20)]
        assert watch.sentinels.is_settled
    for client in clients:
        client.finish()
    assert watch.touched() == []


def test_a_client_that_never_stops_is_left_at_the_end(watch: Watch) -> None:
    connection = watch.connect("redis")

    def send_on() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(command(b"GET", b"again") * 1000)
                connection.recv(100_000)

    thread = threading.Thread(target=send_on)
    with watch:
        thread.start()
        watch.comes(lambda: len(watch.leaks()) > standing.CONTACTS_LIMIT)
    thread.join()
    connection.close()
    assert watch.lines()[-1]["event"] == "closed"
    assert watch.touched()[-2:] == ["GET again", "more than is written here"]
    assert len(watch.leaks()) == standing.CONTACTS_LIMIT + 1


def test_a_client_that_does_not_read_its_answers_stops_nobody(watch: Watch) -> None:
    with watch, watch.connect("redis", b"PING\r\n" * 500_000), watch.connect("upstream", REQUEST) as other:
        assert everything(other) == ANSWER
    assert "DELETE /users/2" in watch.touched()


def test_each_leak_has_the_moment_of_its_coming(watch: Watch) -> None:
    """The judge names the request that was running then."""
    moments = []
    with watch, watch.connect("redis") as redis:
        postgres = logged_in(watch)
        for number in (1, 2):
            moments.append(time.time())
            postgres.exec_(b"SELECT %d" % number)
            redis.sendall(command(b"GET", b"%d" % number))
            redis.recv(100)
        moments.append(time.time())
        with watch.connect("upstream") as http:  # counts from the connection, not from the request
            with watch.connect("upstream", b"GET /later HTTP/1.1\r\n\r\n") as later:
                everything(later)  # so the connection before it has been accepted
            moments.append(time.time())
            http.sendall(REQUEST)
            everything(http)
    at = {leak["what"]: leak["at"] for leak in watch.leaks()}
    assert moments[0] <= at["SELECT 1"] <= at["GET 1"] <= moments[1] <= at["SELECT 2"] <= moments[2]
    assert moments[2] <= at["DELETE /users/2"] <= moments[3]


def test_an_address_that_is_taken_is_exit_3(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as real, refused("the sentinel of postgres cannot listen"):
        recorded = Recorded({"postgres": f"127.0.0.1:{real.getsockname()[1]}"}, {}, "")
        Sentinels(recorded, tmp_path / "touched.jsonl").listen()


def test_what_a_sentinel_cannot_take_is_a_leak_all_the_same(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpConversation, "received", lambda *_: 1 / 0)
    with watch, watch.connect("upstream", REQUEST) as connection:
        assert everything(connection) == b""
    assert watch.touched() == ["something unreadable (ZeroDivisionError: division by zero)"]
    assert watch.lines()[-1]["event"] == "closed"


def test_the_log_of_sentinels_that_failed_does_not_end_with_closed(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing.Connection, "connection_made", lambda *_: 1 / 0)
    with watch.connect("redis"), pytest.raises(ZeroDivisionError):
        watch.sentinels.close()
    assert [line["event"] for line in watch.lines()] == ["listening"] * 3


def test_what_is_reported_is_one_line_of_bounded_length(watch: Watch) -> None:
    with watch:
        client = logged_in(watch)
        client.exec_(b"SELECT\n  1,\t2" + b", 3" * 10000)
        client.exec_(b"SELECT\n  1,\t2" + b", 3" * 10000 + b", 4")
    first, second = watch.touched()
    assert first.startswith("SELECT 1, 2, 3")
    assert len(first) == len(second) < standing.LONG + 40
    assert first != second, "cut, they are told apart by a hash"
