"""PostgreSQL's sentinel, byte by byte. The drivers themselves are in test_postgres_clients.py."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from e2e_common.sentinels.pg_statements import read
from tests.unit.sentinels.raw_postgres import (
    FLUSH,
    SYNC,
    Answer,
    RawClient,
    bind,
    close,
    describe,
    execute,
    extended,
    logged_in,
    message,
    parse,
    query,
)
from tests.unit.sentinels.watch import Watch

START = struct.pack(">II", 18, 3 << 16) + b"user\0app\0\0"
SSL, GSS, CANCEL = 80877103, 80877104, 80877102


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with Watch(tmp_path, "postgres") as watch:
        yield watch


@pytest.fixture
def client(watch: Watch) -> Iterator[RawClient]:
    with logged_in(watch.port("postgres")) as client:
        yield client


def opened(watch: Watch) -> RawClient:
    return RawClient(watch.port("postgres"))


def letters(answers: list[Answer]) -> str:
    """The letters; of ReadyForQuery the status, of errors the SQLSTATE."""
    return " ".join(answer.letter + (answer.text if answer.letter == "Z" else answer.code) for answer in answers)


# Log-in


def test_a_log_in_is_no_leak_and_tells_what_the_recording_told(tmp_path: Path) -> None:
    parameters = {"server_version": "18.1", "TimeZone": "UTC", "application_name": "the recorder's"}
    with Watch(tmp_path, "postgres", parameters=parameters) as watch, opened(watch) as client:
        client.start()
        answers = client.log_in()
        told = [answer.text for answer in answers if answer.letter == "S"]
    assert letters(answers) == "R S S S K ZI"
    assert told == ["server_version\x0018.1", "TimeZone\x00UTC", "application_name"]
    assert watch.touched() == []


def test_a_log_in_that_breaks_off_is_a_leak(watch: Watch) -> None:
    with opened(watch) as client:
        client.start()
        assert client.read()[0] == "R"
    watch.comes(lambda: watch.touched() == ["a log-in of user 'app' that broke off"])


def test_what_a_client_may_ask_for_first_is_refused_and_it_goes_on(watch: Watch) -> None:
    with opened(watch) as client:
        for request in (SSL, GSS):
            client.send(struct.pack(">II", 8, request))
            assert client.socket.recv(10) == b"N"
        client.start({"_pq_.new": "1"}, version=3 << 16 | 2)
        assert client.log_in()[-1] == Answer("Z", "I")
        assert client.negotiated == struct.pack(">II", 3 << 16, 1) + b"_pq_.new\0"
    assert watch.touched() == []


def test_a_cancel_request_is_a_leak_and_has_no_answer(watch: Watch) -> None:
    with opened(watch) as client:
        client.send(struct.pack(">IIII", 16, CANCEL, 1, 2))
        assert client.read() == ("", b"")
    assert watch.touched() == ["a request to cancel what another session runs"]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "in PostgreSQL's protocol (a message of 1195725856 bytes): b'GET /"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", "(a message of 369295618 bytes): b'\\x16\\x03"),
        (struct.pack(">II", 8, 2 << 16), "(version 2.0 of the protocol)"),
        (struct.pack(">I", 4), "(version 0.0 of the protocol)"),
        (struct.pack(">II", 9, 3 << 16) + b"\0" + message("p", b"\0"), "a log-in of user '' to '' that failed: only"),
        (START + query("SELECT 1"), "(message 'Q' in place of a password)"),
    ],
)  # fmt: skip
def test_what_is_no_log_in_is_named_and_refused(watch: Watch, said: bytes, named: str) -> None:
    with opened(watch) as client:
        client.send(said)
        answers = client.answers("")
    assert [(answer.letter, answer.text[:6]) for answer in answers if answer.letter != "R"] == [("E", "FATAL:")]
    (what,) = watch.touched()
    assert named in what


# Statements


@pytest.mark.parametrize(
    ("sql", "leak"),
    [
        ("begin\tWork ; ", ""),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE", ""),
        ("start transaction isolation level repeatable read", ""),
        (";;BEGIN;;SAVEPOINT a; RELEASE a; ROLLBACK TO a; END;;", ""),
        ("COMMIT /*traceparent='00-1-2-01'*/", ""),
        (" ;\n", ""),
        ("SELECT 1", "SELECT 1"),
        ("BEGIN; select 1; COMMIT", "select 1; COMMIT"),
        ("BEGIN/**/;", "BEGIN/**/;"),
        ("/* BEGIN */ SELECT 1", "/* BEGIN */ SELECT 1"),
        ("-- BEGIN\rSELECT 1", "-- BEGIN\rSELECT 1"),
        ("/*;COMMIT */ SELECT 1", "/*;COMMIT */ SELECT 1"),
        ('SAVEPOINT "a;"; DELETE FROM users', '"; DELETE FROM users'),
        ("COMMIT PREPARED 'x'", "COMMIT PREPARED 'x'"),
        ("rollback\nprepared 'x'", "rollback\nprepared 'x'"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION 'x'"),
        ("SET TRANSACTION READ ONLY", "SET TRANSACTION READ ONLY"),
        ("BEGINNING", "BEGINNING"),
        ("COMMIT()", "COMMIT()"),
        ("BEG\u0131N", "BEG\u0131N"),  # which Python would make BEGIN in capitals
        ("'BEGIN'", "'BEGIN'"),
        ("\x00", "\x00"),
    ],
)
def test_only_transactions_are_no_leak(sql: str, leak: str) -> None:
    assert read(sql)[1] == leak


WORDS = st.sampled_from(
    ["BEGIN", "COMMIT", "ROLLBACK", "TO", "SAVEPOINT", "READ", "a", ";", ",", "/*", "*/", "--", '"b;"', "\n"]
)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_nothing_hides_a_statement(before: list[str], after: list[str]) -> None:
    assert "SELECT 1" in read(f"{' '.join(before)}\n;SELECT 1 {' '.join(after)}")[1]


@pytest.mark.parametrize(
    ("sql", "answered", "leak"),
    [
        ("SELECT 1", "E58000 ZI", "SELECT 1"),
        ("BEGIN; SELECT 1", "C E58000 ZE", "SELECT 1"),
        ("BEGIN; SELECT 1; COMMIT; SELECT 2", "C E58000 ZE", "SELECT 1; COMMIT; SELECT 2"),
        ("SET datestyle TO 'ISO'", "E58000 ZI", "SET datestyle TO 'ISO'"),
    ],
)
def test_a_statement_is_refused_and_named(client: RawClient, watch: Watch, sql: str, answered: str, leak: str) -> None:
    assert letters(client.query(sql)) == answered
    assert watch.touched() == [leak]
    assert letters(client.query("ROLLBACK")).endswith("ZI")


def test_a_prepared_leak_is_named_once_with_its_parameters(client: RawClient, watch: Watch) -> None:
    sql = "UPDATE t SET a = $1, b = $2, c = $3"
    values = (b"it's", None, b"\x00\xff")
    client.send(parse(sql) + bind(values=values, binary=(0, 0, 1)) + describe("P") + execute() + SYNC)
    assert letters(client.answers()) == "E58000 ZI"
    assert watch.touched() == [f"""{sql} (parameters: "it's", NULL, \\x00ff)"""]


def test_what_was_refused_and_is_used_later_is_told_again(client: RawClient, watch: Watch) -> None:
    client.send(parse("SELECT 1", name="s1") + SYNC)
    client.answers()
    client.send(bind(name="s1") + SYNC)
    client.answers()
    client.send(message("D", b"Pmine\0") + SYNC)
    assert letters(client.answers()) == "E34000 ZI"
    assert watch.touched() == [
        "SELECT 1",
        "a Bind of the prepared statement 's1', which was refused or never made",
        "Describe of the portal 'mine', which was refused or never made",
    ]


def test_after_a_leak_nothing_is_answered_until_sync(client: RawClient, watch: Watch) -> None:
    """But whatever else comes is named too."""
    client.send(
        extended("BEGIN") + extended("SELECT 1") + extended("COMMIT") + extended("SELECT 2") + query("SELECT 3") + FLUSH
        + close("S") + SYNC
    )  # fmt: skip
    assert letters(client.answers()) == "1 2 n C E58000 ZE"
    assert watch.touched() == ["SELECT 1", "SELECT 2", "SELECT 3"]
    assert letters(client.query("COMMIT")) == "C ZI"


def test_a_leak_in_a_transaction_fails_it(client: RawClient) -> None:
    assert letters(client.query("BEGIN")) == "C ZT"
    client.send(extended("SELECT 1") + SYNC)
    assert letters(client.answers()) == "E58000 ZE"
    assert client.query("COMMIT") == [Answer("C", "COMMIT"), Answer("Z", "I")]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (message("F", struct.pack(">IHHH", 954, 0, 0, 0)), "(message 'F' after log-in)"),
        (message("d", b"1\tone\n"), "(message 'd' after log-in)"),
        (b"Q" + struct.pack(">I", 3), "(a message of 3 bytes): b'Q\\x00"),
        (b"Q" + struct.pack(">I", 2**31 - 1) + b"INSERT", "(a message of 2147483647 bytes)"),
        (message("Q", b"no end"), "(a message that breaks off)"),
        (message("B", b"\0\0\0\1"), "(a malformed message 'B')"),
    ],
)
def test_what_is_no_message_is_named_and_refused(client: RawClient, watch: Watch, said: bytes, named: str) -> None:
    client.send(said)
    (error,) = client.answers("")
    assert (error.letter, error.code, error.text[:6]) == ("E", "08P01", "FATAL:")
    (what,) = watch.touched()
    assert named in what


def test_a_statement_that_breaks_off_is_named(client: RawClient, watch: Watch) -> None:
    client.send(query("DELETE FROM users")[:-1])
    client.socket.shutdown(socket.SHUT_WR)
    assert client.read() == ("", b"")
    (what,) = watch.touched()
    assert what.startswith("a message that broke off: b'Q")
    assert "DELETE FROM user" in what


def test_a_statement_without_its_bind_is_named_at_the_end(client: RawClient, watch: Watch) -> None:
    client.send(parse("SELECT 1"))
    assert client.read()[0] == "E"
    client.__exit__()
    watch.comes(lambda: watch.touched() == ["SELECT 1"])


def test_bytes_may_come_one_by_one(watch: Watch) -> None:
    with opened(watch) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.start()
        client.log_in()
        for byte in query("BEGIN") + extended("SAVEPOINT a") + SYNC:
            client.send(bytes([byte]))
        assert letters(client.answers()) == "C ZT"
        assert letters(client.answers()) == "1 2 n C ZT"
