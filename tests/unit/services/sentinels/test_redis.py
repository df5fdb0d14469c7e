"""Redis's sentinel, alone and as a cluster: a client is let as far as its first real command, which is named."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from e2e_common.services.sentinels.redis import LIMIT, take_command
from tests.unit.services.sentinels.watch import Watch, command, everything

NODES = ("redis-cluster-1", "redis-cluster-2", "redis-cluster-3")
SET_UP = "a connection with nothing but its set-up"
NO_PROTOCOL = b"-NOPROTO unsupported protocol version\r\n"
REFUSED = b"-ERR this is a sentinel: nothing real can be reached in replay\r\n"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with Watch(tmp_path, "redis", *NODES) as watch:
        yield watch


def commands(*lines: bytes) -> bytes:
    """Their words are what blanks separate."""
    return b"".join(command(*line.split()) for line in lines)


@pytest.mark.parametrize(
    ("data", "answered", "named"),
    [
        (command(b"GET", b"users:1"), REFUSED, ["GET users:1"]),
        (commands(b"get users:1", b"get users:2"), REFUSED * 2, ["get users:1", "get users:2"]),
        (b"*0\r\n" + commands(b"GET a"), REFUSED, ["GET a"]),
        (command(b"SET", b"k", b"a b", b""), REFUSED, ["SET k 'a b' ''"]),
        (command(b"SET", b"k", b"\x00\xffx"), REFUSED, ["SET k '\\x00\\xffx'"]),
        (commands(b"PING", b"GET a"), b"+PONG\r\n" + REFUSED, ["GET a"]),
        (commands(b"PING hello"), b"$5\r\nhello\r\n", [SET_UP + ": PING"]),
        (commands(b"CLIENT SETNAME x", b"client setinfo LIB-NAME y", b"SELECT 1"), b"+OK\r\n" * 3, [SET_UP]),
        (commands(b"CLIENT ID", b"CLIENT LIST"), b":1\r\n" + REFUSED, ["CLIENT LIST"]),
        (commands(b"AUTH user password", b"QUIT", b"GET a"), b"+OK\r\n" * 2, [SET_UP + ": QUIT"]),
        (commands(b"GET a", b"AUTH secret"), REFUSED + b"+OK\r\n", ["GET a", "AUTH"]),
        (commands(b"GET a", b"hello 4 auth me secret"), REFUSED + NO_PROTOCOL, ["GET a", "hello"]),
        (commands(b"HELLO 4"), NO_PROTOCOL, [SET_UP]),
        (commands(b"CLUSTER SLOTS"), REFUSED, ["CLUSTER SLOTS"]),
        (commands(b"MULTI", b"SET a 1", b"EXEC"), b"+OK\r\n" + REFUSED * 2, ["SET a 1", "EXEC"]),
        (commands(b"GET a", b"PING", b"SELECT 3"), REFUSED + b"+PONG\r\n+OK\r\n", ["GET a", "PING", "SELECT 3"]),
        (b"", b"", ["a connection that sent nothing"]),
        (b"*2\r\n$3\r\nGE", b"", ["10 bytes and no whole command: '*2\\r\\n$3\\r\\nGE'"]),
    ],
)  # fmt: skip
def test_what_is_said_is_answered_and_named(watch: Watch, data: bytes, answered: bytes, named: list[str]) -> None:
    assert answer(watch, data) == answered
    watch.comes(lambda: watch.touched() == named)


def answer(watch: Watch, data: bytes) -> bytes:
    with watch.connect("redis", data) as connection:
        connection.shutdown(socket.SHUT_WR)
        return everything(connection)


@pytest.mark.parametrize("data", [b"*1\r\n+PING\r\n", b"*x\r\n", b"*1\r\n$-1\r\n", b"*" + b"1" * 20, b"GET / HTTP/1.1"])
def test_what_is_no_command_is_named_and_refused(watch: Watch, data: bytes) -> None:
    assert re.fullmatch(rb"-ERR no [*$] and a number\r\n", answer(watch, data))
    (what,) = watch.touched()
    assert re.fullmatch(r"no Redis command \(no [*$] and a number\): .+", what)


def test_a_command_of_any_length_ends_somewhere() -> None:
    with pytest.raises(ValueError, match="longer than a sentinel reads"):
        take_command(bytearray(b"*2\r\n$3\r\nSET\r\n$500000000\r\n") + bytes(LIMIT))


def test_a_command_is_taken_when_it_is_whole() -> None:
    expected = [[b"SET", b"k", b"\r\n$3"], [b"GET", b"k"]]
    buffer, taken = bytearray(), []
    for byte in b"".join(command(*words) for words in expected):
        buffer.append(byte)
        if words := take_command(buffer):
            taken.append(words)
    assert taken == expected


def refused(calls: dict[str, Callable[[], object]]) -> list[str]:
    """Make calls that the sentinel must refuse. Returns their names: the commands, separated by `; `."""
    for call in calls.values():
        with pytest.raises(redis.ResponseError, match="this is a sentinel"):
            call()
    return "; ".join(calls).split("; ")


@pytest.mark.parametrize("protocol", [2, 3])
def test_redis_py_comes_to_its_command(watch: Watch, protocol: int) -> None:
    client: Any = redis.Redis("127.0.0.1", watch.port("redis"), 3, "p", protocol=protocol, client_name="shop")
    assert client.ping()
    listener = client.pubsub()
    named = refused(
        {
            "GET users:1": lambda: client.get("users:1"),
            "SET a 1; GET a": lambda: client.pipeline(transaction=False).set("a", 1).get("a").execute(),
            "MULTI; DECRBY n 2; EXEC": lambda: client.pipeline().decrby("n", 2).execute(),
            "EVAL 'return 1' 0": lambda: client.eval("return 1", 0),
            "BLPOP queue 5": lambda: client.blpop("queue", timeout=5),
            "SUBSCRIBE news": lambda: (listener.subscribe("news"), listener.get_message(timeout=5)),
        }
    )
    listener.close()
    client.close()
    assert watch.touched() == named


@pytest.mark.parametrize("protocol", [2, 3])
def test_a_cluster_client_finds_a_cluster_and_comes_to_its_command(watch: Watch, protocol: int) -> None:
    client: Any = redis.RedisCluster("127.0.0.1", watch.port(NODES[1]), protocol=protocol)
    assert {node.port for node in client.get_primaries()} == {watch.port(node) for node in NODES}
    assert sorted(client.cluster_slots()) == [(0, 5460), (5461, 10921), (10922, 16383)]
    named = refused(
        {
            "GET users:1": lambda: client.get("users:1"),
            "MSET {a}1 1 {a}2 2": lambda: client.mset({"{a}1": 1, "{a}2": 2}),
            "ZUNION 2 {a}1 {a}2": lambda: client.zunion(["{a}1", "{a}2"]),
            "EVAL 'return 1' 1 k": lambda: client.eval("return 1", 1, "k"),
            "SET a 1": lambda: client.pipeline().set("a", 1).execute(),
        }
    )
    client.close()
    assert [what for what in watch.touched() if not what.startswith(SET_UP)] == named
    leak = next(leak for leak in watch.leaks() if leak["what"] == "GET users:1")
    owner = client.get_node_from_key("users:1")
    assert watch.port(leak["service"]) == owner.port, "named at the node that has the slot"
