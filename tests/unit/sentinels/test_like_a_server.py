"""PostgreSQL's sentinel beside a real server: the same bytes are sent to both, and the answers compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from e2e_common.services import Services, password
from tests.unit.sentinels.raw_postgres import (
    ANY,
    FLUSH,
    SYNC,
    TERMINATE,
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

Ports = tuple[tuple[int, str], tuple[int, str]]
LEAK = "SELECT refused FROM here"  # both refuse it, for reasons of their own


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """Of a real server, and of a sentinel that was told what the server says of itself; each with a password."""
    folder = tmp_path_factory.mktemp("beside")
    logs = folder / "suite-8000" / "logs"
    logs.mkdir(parents=True)
    services = Services(["postgres"], logs, {"E2E_PG_BINDIR": "", "E2E_REDIS_SERVER": ""})
    try:
        services.start()
        services.wait()
        port = int(services.addresses["postgres"].rpartition(":")[2])
        with Watch(folder, "postgres", parameters=services.parameters) as watch:
            yield (port, password.read(logs.parent)), (watch.port("postgres"), ANY)
    finally:
        services.close()


def compared(answers: Iterable[Answer]) -> list[tuple[str, ...]]:
    """What must be equal: of an error that only the sentinel explains so, that it is one."""
    return [
        (one.letter,) if one.code in ("58000", "42P01") else (one.letter, one.text, one.code)
        for one in answers
        if one.letter != "K"
    ]


@pytest.mark.parametrize("how", [query, lambda sql: extended(sql) + SYNC], ids=["simple", "extended"])
@pytest.mark.parametrize(
    "statements",
    [
        ["BEGIN", "SAVEPOINT a", "SAVEPOINT b", "ROLLBACK TO a", "RELEASE b", "COMMIT"],
        ["COMMIT", "ROLLBACK", "SAVEPOINT a", "RELEASE a", "ROLLBACK TO a", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN"],
        ["BEGIN", "BEGIN", "START TRANSACTION", "COMMIT AND CHAIN", "RELEASE SAVEPOINT a", "BEGIN", "RELEASE a"],
        ["BEGIN", "RELEASE a", "SAVEPOINT a", "ROLLBACK TO a", "ROLLBACK AND CHAIN", "COMMIT AND NO CHAIN", "END"],
        ["BEGIN", "SAVEPOINT a", "RELEASE zz", "ROLLBACK TO SAVEPOINT a", "RELEASE a", "COMMIT WORK"],
        ["BEGIN", "SAVEPOINT a", "SAVEPOINT a", "RELEASE a", "ROLLBACK TO a", "RELEASE a", "RELEASE a", "COMMIT"],
        ["BEGIN", "SAVEPOINT a", LEAK, "BEGIN", "ROLLBACK TO A", LEAK, "COMMIT"],
        [LEAK, "BEGIN", LEAK, "", "COMMIT", "COMMIT"],
        ["BEGIN", 'SAVEPOINT "A b""c"', 'RELEASE "A b""c"', "SAVEPOINT Ab", "RELEASE aB", "SAVEPOINT savepoint",
         "RELEASE savepoint", "SAVEPOINT Ünï$1", "ROLLBACK to savepoint ÜNÏ$1", "ABORT"],
        ["begin isolation level serializable, read only, deferrable", "commit",
         "START TRANSACTION READ WRITE NOT DEFERRABLE", "rollback",
         "BEGIN WORK ISOLATION LEVEL READ UNCOMMITTED READ ONLY", "ROLLBACK WORK"],
        ["", "  ", ";", "-- x", "/* a /* b */ c */", "/* a */ BEGIN -- b", "COMMIT /*traceparent='1'*/ ;"],
        ["BEGIN; COMMIT", "BEGIN;SAVEPOINT a; RELEASE a; END", "BEGIN; RELEASE x; COMMIT", "ROLLBACK", "COMMIT; BEGIN"],
        ["ROLLBACK; BEGIN; ABORT", "BEGIN; ABORT AND CHAIN; COMMIT"],
    ],
)  # fmt: skip
def test_transactions_go_as_with_a_server(ports: Ports, statements: list[str], how: object) -> None:
    assert callable(how)
    real, sentinel = (logged_in(*port) for port in ports)
    with real, sentinel:
        for sql in statements:
            for client in (real, sentinel):
                client.send(how(sql))
            assert compared(sentinel.answers()) == compared(real.answers()), sql


def test_statements_before_a_leak_go_as_with_a_server(ports: Ports) -> None:
    real, sentinel = (logged_in(*port) for port in ports)
    with real, sentinel:
        for sql in (f"BEGIN; {LEAK}", "ROLLBACK", f"SAVEPOINT a; {LEAK}", f"BEGIN; SAVEPOINT a; {LEAK}; COMMIT"):
            assert compared(sentinel.query(sql)) == compared(real.query(sql)), sql


@pytest.mark.parametrize(
    "said",
    [
        extended("BEGIN") + extended("COMMIT") + SYNC,
        extended("BEGIN") + extended("RELEASE q") + extended("COMMIT") + SYNC + extended("ROLLBACK") + SYNC,
        extended("BEGIN") + query("COMMIT"),
        extended("SAVEPOINT a") + SYNC + extended("COMMIT") + SYNC,
        query("BEGIN") + extended(LEAK) + extended("COMMIT") + SYNC + query("COMMIT"),
        extended(LEAK) + query("BEGIN") + extended("BEGIN") + FLUSH + SYNC + SYNC,
        query("BEGIN") + parse("RELEASE q", "s") + SYNC + bind("s") + execute() + SYNC + parse("BEGIN") + SYNC,
        parse("BEGIN", "s") + describe("S", "s") + bind("s", "p") + describe("P", "p") + execute("p") + close("P", "p")
        + close("S", "s") + SYNC + bind("s") + SYNC + describe("S", "s") + SYNC + execute("p") + SYNC + query("COMMIT"),
        parse("COMMIT", "z") + SYNC + query("BEGIN") + (bind("z") + execute() + SYNC) * 2,
        parse("BEGIN", "s") + parse("COMMIT", "s") + SYNC,
        parse("BEGIN; COMMIT") + SYNC,
        parse("") + bind() + describe("S") + describe("P") + execute() + SYNC,
        close("S", "none") + close("P", "none") + SYNC + describe("P", "none") + SYNC,
        parse("BEGIN") + bind(values=[b"1"]) + execute() + SYNC,
        message("d", b"x") + message("c") + message("f", b"no\0") + query(""),
        message("y", b"abc"),
    ],
)  # fmt: skip
def test_the_extended_protocol_goes_as_with_a_server(ports: Ports, said: bytes) -> None:
    answers = []
    for port in ports:
        with logged_in(*port) as client:
            client.send(said + TERMINATE)
            answers.append(compared(client.answers(until="")))
    assert answers[1] == answers[0]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"application_name": "shop", "client_encoding": "utf-8"},
        {"options": "-c timezone=Europe/Oslo -c datestyle=iso", "database": "postgres"},
        {"DateStyle": "ISO, DMY", "TimeZone": "America/New_York", "client_encoding": "latin1"},
        {"datestyle": "postgres", "timezone": "utc", "client_encoding": "ISO 8859-15", "intervalstyle": "ISO_8601"},
        {"client_encoding": "windows-1252", "default_transaction_read_only": "true"},
        {"client_encoding": "sql_ascii"},
        {"_pq_.unknown": "1"},
    ],
)
@pytest.mark.parametrize("minor", [0, 2, 9999])
def test_a_log_in_goes_as_with_a_server(ports: Ports, options: dict[str, str], minor: int) -> None:
    answers = []
    for port, secret in ports:
        with RawClient(port) as client:
            client.start(options, 3 << 16 | minor)
            found = client.log_in(secret)
            keys = [len(one.text) for one in found if one.letter == "K"]
            told = sorted(compared(one for one in found if one.letter == "S"))
            answers.append((client.negotiated, keys, told, "".join(one.letter for one in found).lstrip("R")))
    assert answers[1] == answers[0]
