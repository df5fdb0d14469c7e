"""PostgreSQL's sentinel, byte by byte. The drivers themselves are in test_postgres_clients.py."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from e2e_common.services.sentinels.postgres import PostgresConversation, message, read
from tests.unit.services.sentinels.watch import PARAMETERS, PASSWORD

SSL, GSS, CANCEL = 80877103, 80877104, 80877102


class Session(PostgresConversation):
    """A connection to the sentinel. `leaks`: what was named, and when."""

    def __init__(self, parameters: Mapping[str, str] = PARAMETERS) -> None:
        self.leaks: list[tuple[str, float]] = []
        super().__init__(("app", "app"), PASSWORD, parameters, lambda *leak: self.leaks.append(leak), 0.0)
        self.heard = b""

    @property
    def named(self) -> list[str]:
        return [what for what, _ in self.leaks]

    def say(self, data: bytes, at: float = 0.0) -> str:
        """Returns the letters of the answers; of ReadyForQuery the status, of an error the severity and SQLSTATE."""
        self.heard = self.received(data, at)
        return " ".join(letters(self.heard))


def letters(answers: bytes) -> Iterator[str]:
    while answers:
        end = 1 + struct.unpack_from(">I", answers, 1)[0]
        letter, body, answers = chr(answers[0]), answers[5:end], answers[end:]
        fields = {field[:1]: field[1:].decode() for field in body.split(b"\0")} if letter == "E" else {}
        yield f"{fields[b'V']}:{fields[b'C']}" if fields else f"Z{body.decode()}" if letter == "Z" else letter


def startup(code: int, body: bytes = b"") -> bytes:
    return struct.pack(">II", len(body) + 8, code) + body


def query(sql: str) -> bytes:
    return message("Q", sql)


def parse(sql: str, name: str = "") -> bytes:
    return message("P", name, sql, b"\0\0")


def bind(name: str = "", values: Sequence[bytes | None] = (), binary: Sequence[int] = ()) -> bytes:
    body = struct.pack(f">H{len(binary)}HH", len(binary), *binary, len(values))
    for value in values:
        body += struct.pack(">i", -1 if value is None else len(value)) + (value or b"")
    return message("B", "", name, body, b"\0\0")


DESCRIBE, EXECUTE, SYNC, FLUSH = message("D", "P"), message("E", "", bytes(4)), message("S"), message("H")
START = startup(3 << 16, b"user\0app\0\0")
LOG_IN = message("p", PASSWORD)
IN = START + LOG_IN
FATAL = "FATAL:08P01"


def extended(sql: str) -> bytes:
    """A statement in the extended protocol, as libpq sends it, without the Sync."""
    return parse(sql) + bind() + DESCRIBE + EXECUTE


@pytest.fixture
def session() -> Session:
    """One that may send statements."""
    session = Session()
    session.say(IN)
    return session


def test_a_log_in_is_no_leak_and_reports_the_recorded_parameters() -> None:
    session = Session({"server_version": "18.1", "TimeZone": "UTC", "application_name": "the recorder's"})
    assert [session.say(START), session.say(LOG_IN)] == ["R", "R S S S K ZI"]
    for parameter in (b"server_version\x0018.1\0", b"TimeZone\0UTC\0", b"application_name\0\0"):
        assert parameter in session.heard
    session.ended()
    assert session.leaks == []


def test_what_a_client_may_ask_for_first_is_refused_and_it_goes_on() -> None:
    session = Session()
    assert [session.received(startup(request), 0.0) for request in (SSL, GSS)] == [b"N", b"N"]
    assert session.say(IN).endswith("ZI")
    assert session.leaks == []


@pytest.mark.parametrize(
    ("said", "answered", "named"),
    [
        (START, "R", "a log-in of user 'app' that broke off"),
        (startup(CANCEL, bytes(8)), "", "a request to cancel what another session runs"),
        (b"GET / HTTP/1.1\r\n", FATAL, "in PostgreSQL's protocol (a message of 1195725856 bytes): b'GET / HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", FATAL, "(a message of 369295618 bytes): b'\\x16\\x03"),
        (startup(2 << 16), FATAL, "(version 2.0 of the protocol)"),
        (struct.pack(">I", 4), FATAL, "(version 0.0 of the protocol)"),
        (START + query("SELECT 1"), FATAL, "(message 'Q' in place of a password)"),
        (startup(3 << 16, b"\0") + LOG_IN, "FATAL:28P01", "a log-in of user '' to '' that failed: only 'app' is known"),
        (startup(3 << 16, b"user\0guest\0database\0app\0\0") + LOG_IN, "FATAL:28P01", "of user 'guest' to 'app' that"),
        (startup(3 << 16, b"user\0app\0database\0x\0\0") + LOG_IN, "FATAL:28P01", "to 'x' that failed: only 'app' is"),
        (START + message("p", b"x\0"), "FATAL:28P01", "a log-in of user 'app' to 'app' that failed: another password"),
        (IN + message("F", struct.pack(">IHHH", 954, 0, 0, 0)), FATAL, "(message 'F' after log-in)"),
        (IN + message("d", b"1\tone\n"), FATAL, "(message 'd' after log-in)"),
        (IN + b"Q" + struct.pack(">I", 3), FATAL, "(a message of 3 bytes): b'Q\\x00"),
        (IN + b"Q" + struct.pack(">I", 2**31 - 1) + b"INSERT", FATAL, "(a message of 2147483647 bytes)"),
        (IN + message("Q", b"no end"), FATAL, "(a message that breaks off)"),
        (IN + message("B", b"\0\0\0\1"), FATAL, "(unpack requires a buffer of 2 bytes)"),
        (IN + query("DELETE")[:-1], "ZI", "a message that broke off: b'Q\\x00\\x00\\x00\\x0bDELETE'"),
    ],
)
def test_what_is_no_session_is_named_and_refused(said: bytes, answered: str, named: str) -> None:
    session = Session()
    assert session.say(said).rpartition(" ")[2] == answered
    assert session.over == (answered not in ("R", "ZI"))
    session.ended()
    (what,) = session.named
    assert named in what


TRANSACTIONS = (
    "begin\tWork ; ", "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE", " ;\n",
    "start transaction isolation level repeatable read", "COMMIT /*traceparent='00-1-2-01'*/",
    ";;BEGIN;;SAVEPOINT a; RELEASE a; ROLLBACK TO a; END;;",
)  # fmt: skip
LEAKS = (
    "SELECT 1", "BEGIN/**/;", "/* BEGIN */ SELECT 1", "-- BEGIN\rSELECT 1", "/*;COMMIT */ SELECT 1",
    "COMMIT PREPARED 'x'", "rollback\nprepared 'x'", "PREPARE TRANSACTION 'x'", "SET TRANSACTION READ ONLY",
    "BEGINNING", "COMMIT()", "'BEGIN'", "\x00", "BEG\u0131N",  # which Python would make BEGIN in capitals
)  # fmt: skip
PARTLY = {"BEGIN; select 1; COMMIT": "select 1; COMMIT", 'SAVEPOINT "a;"; DELETE FROM t': '"; DELETE FROM t'}


@pytest.mark.parametrize(
    ("sql", "leak"), [*PARTLY.items(), *((sql, "") for sql in TRANSACTIONS), *((sql, sql) for sql in LEAKS)]
)
def test_only_transactions_are_no_leak(sql: str, leak: str) -> None:
    assert read(sql)[1] == leak


WORDS = st.sampled_from(
    ["BEGIN", "COMMIT", "ROLLBACK", "TO", "SAVEPOINT", "READ", "a", ";", ",", "/*", "*/", "--", '"b;"', "\n"]
)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_nothing_hides_a_statement(before: list[str], after: list[str]) -> None:
    assert "SELECT 1" in read(f"{' '.join(before)}\n;SELECT 1 {' '.join(after)}")[1]


def test_a_statement_is_refused_and_named(session: Session) -> None:
    assert session.say(query("SELECT 1")) == "ERROR:58000 ZI"
    assert session.say(query("BEGIN; SELECT 1; COMMIT; SELECT 2")) == "C ERROR:58000 ZE"
    assert session.say(query("ROLLBACK")) == "C ZI"
    assert session.named == ["SELECT 1", "SELECT 1; COMMIT; SELECT 2"]


def test_a_prepared_leak_is_named_once_with_its_parameters(session: Session) -> None:
    sql = "UPDATE t SET a = $1, b = $2, c = $3"
    bound = bind(values=(b"it's", None, b"\x00\xff"), binary=(0, 0, 1))
    assert session.say(parse(sql) + bound + DESCRIBE + EXECUTE + SYNC) == "ERROR:58000 ZI"
    assert session.named == [f"""{sql} (parameters: "it's", NULL, \\x00ff)"""]


def test_what_was_refused_and_is_used_later_is_named_too(session: Session) -> None:
    session.say(parse("SELECT 1", name="s1") + SYNC)
    assert session.say(bind(name="s1") + SYNC) == "ERROR:26000 ZI"
    closed = parse("BEGIN", name="s2") + message("D", "Ss2") + message("C", "Ss2")
    assert session.say(closed + bind(name="s2") + SYNC) == "1 t n 3 ERROR:26000 ZI"
    for said in (message("D", "Pmine"), EXECUTE):
        assert session.say(said + SYNC) == "ERROR:34000 ZI"
    assert session.named == [
        "SELECT 1",
        "a Bind of the prepared statement 's1', which was refused or never made",
        "a Bind of the prepared statement 's2', which was refused or never made",
        "Describe of the portal 'mine', which was refused or never made",
        "Execute of the portal '', which was refused or never made",
    ]


def test_after_a_leak_nothing_is_answered_until_sync(session: Session) -> None:
    """But whatever else comes is named too."""
    statements = b"".join(map(extended, ("BEGIN", "SELECT 1", "COMMIT", "SELECT 2")))
    said = statements + query("SELECT 3") + FLUSH + message("C", "S") + SYNC
    assert session.say(said) == "1 2 n C ERROR:58000 ZE"
    assert session.named == ["SELECT 1", "SELECT 2", "SELECT 3"]
    assert session.say(query("COMMIT")) == "C ZI"


@pytest.mark.parametrize("then", [b"", SYNC])
def test_a_statement_without_its_bind_is_named_later_with_its_moment(session: Session, then: bytes) -> None:
    session.say(parse("SELECT 1"), at=1.0)
    assert session.leaks == [], "its parameters may follow"
    session.say(then, at=2.0)
    session.ended()
    assert session.leaks == [("SELECT 1", 1.0)]


def test_bytes_may_come_one_by_one() -> None:
    session = Session()
    answers = [session.say(bytes([byte])) for byte in IN + query("BEGIN") + extended("SAVEPOINT a") + SYNC]
    assert list(filter(None, answers)) == ["R", "R S S S S S S S S S S S K ZI", "C ZT", "1", "2", "n", "C", "ZT"]
