"""Which statements PostgreSQL's sentinel answers: transactions, in any spelling, and nothing that hides behind one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from e2e_common.sentinels.transactions import FAILED, IDLE, OPEN, SqlError, Statement, Transactions, read


@pytest.mark.parametrize(
    ("sql", "verbs"),
    [
        ("BEGIN", ["BEGIN"]),
        ("  begin\tWork ; ", ["BEGIN"]),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE", ["BEGIN"]),
        ("BEGIN TRANSACTION ISOLATION LEVEL READ UNCOMMITTED READ WRITE NOT DEFERRABLE", ["BEGIN"]),
        ("start transaction isolation level repeatable read", ["START TRANSACTION"]),
        ("COMMIT", ["COMMIT"]),
        ("END WORK AND NO CHAIN", ["COMMIT"]),
        ("ABORT", ["ROLLBACK"]),
        ("Rollback Transaction And Chain", ["ROLLBACK"]),
        ("SAVEPOINT a; RELEASE a; RELEASE SAVEPOINT b", ["SAVEPOINT", "RELEASE", "RELEASE"]),
        ("ROLLBACK TO a;ROLLBACK WORK TO SAVEPOINT a", ["ROLLBACK TO", "ROLLBACK TO"]),
        ("-- a comment\n/* and /* one in */ another */ BEGIN /* ; */ READ ONLY -- ;", ["BEGIN"]),
        (";;BEGIN;;COMMIT;;", ["BEGIN", "COMMIT"]),
        ("COMMIT /*traceparent='00-1-2-01'*/", ["COMMIT"]),
        ("", []),
        (" ; -- nothing\n ; /* at all */", []),
    ],
)
def test_transactions_are_known(sql: str, verbs: list[str]) -> None:
    statements, leak = read(sql)
    assert ([statement.verb for statement in statements], leak) == (verbs, "")


@pytest.mark.parametrize(
    ("sql", "leak"),
    [
        ("SELECT 1", "SELECT 1"),
        ("BEGIN; SELECT 1", "SELECT 1"),
        ("begin/**/;--\nselect 1; COMMIT", "select 1; COMMIT"),
        ("/* BEGIN */ SELECT 1", "SELECT 1"),
        ("-- BEGIN\rSELECT 1", "SELECT 1"),
        ("/* BEGIN; SELECT 1", "/* BEGIN; SELECT 1"),
        ("BEGIN SELECT 1", "BEGIN SELECT 1"),
        ("BEGIN READ", "BEGIN READ"),
        ("BEGIN ATOMIC", "BEGIN ATOMIC"),
        ("BEGIN,", "BEGIN,"),
        ("COMMIT PREPARED 'x'", "COMMIT PREPARED 'x'"),
        ("ROLLBACK PREPARED 'x'", "ROLLBACK PREPARED 'x'"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION 'x'"),
        ("PREPARE p AS SELECT 1", "PREPARE p AS SELECT 1"),
        ("ABORT TO a", "ABORT TO a"),
        ("COMMIT TO a", "COMMIT TO a"),
        ("SAVEPOINT", "SAVEPOINT"),
        ("SAVEPOINT a b", "SAVEPOINT a b"),
        ("SAVEPOINT 'a'", "SAVEPOINT 'a'"),
        ('SAVEPOINT "a', 'SAVEPOINT "a'),
        ('SAVEPOINT "a;"; DELETE FROM users', "DELETE FROM users"),
        ("RELEASE", "RELEASE"),
        ("START", "START"),
        ("SET TRANSACTION READ ONLY", "SET TRANSACTION READ ONLY"),
        ("BEGINNING", "BEGINNING"),
        ("COMMIT()", "COMMIT()"),
        ("\u2003COMMIT", "COMMIT"),  # no white space for PostgreSQL, so no COMMIT either
        ("BEG\u0131N", "BEG\u0131N"),  # which Python would make BEGIN in capitals
        ("'BEGIN'", "'BEGIN'"),
        ("\x00", "\x00"),
    ],
)
def test_everything_else_is_a_leak(sql: str, leak: str) -> None:
    assert read(sql)[1] == leak


WORDS = st.sampled_from(
    ["BEGIN", "COMMIT", "ROLLBACK", "TO", "SAVEPOINT", "READ", "ONLY", "a", ";", ",", "/*", "*/", "--", '"b;"', "\n"]
)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_nothing_hides_a_statement(before: list[str], after: list[str]) -> None:
    """But a comment, which only an opened one can."""
    head = " ".join(before)
    statements, leak = read(f"{head}\n;SELECT 1 {' '.join(after)}")
    if "/*" not in head:
        assert "SELECT 1" in leak, statements


@pytest.mark.parametrize(
    ("name", "known"),
    [("abc", "abc"), ("AbC", "abc"), ('"A b""c"', 'A b"c'), ("savepoint", "savepoint"), ("ünïcode$1", "ünïcode$1")],
)
def test_names_are_those_of_postgres(name: str, known: str) -> None:
    sql = (
        f"SAVEPOINT {name}; ROLLBACK TO {name}; ROLLBACK TO SAVEPOINT {name}; RELEASE {name}; RELEASE SAVEPOINT {name}"
    )
    statements, leak = read(sql)
    assert (leak, {statement.name for statement in statements}) == ("", {known})


def test_a_failed_transaction_takes_nothing_but_its_end() -> None:
    session = Transactions()
    session.run(Statement("BEGIN"))
    session.run(Statement("SAVEPOINT", "a"))
    session.fail()
    assert session.status == FAILED
    for verb in ("BEGIN", "START TRANSACTION", "SAVEPOINT", "RELEASE"):
        with pytest.raises(SqlError) as error:
            session.run(Statement(verb, "a"))
        assert error.value.code == "25P02"
    assert session.run(Statement("ROLLBACK TO", "a")) == ("ROLLBACK", [])
    assert session.status == OPEN
    session.fail()
    assert session.run(Statement("COMMIT")) == ("ROLLBACK", [])
    assert session.status == IDLE


def test_an_error_outside_a_transaction_leaves_none() -> None:
    session = Transactions()
    session.fail()
    assert session.status == IDLE
