"""What the requests of ../unseen.py state: what psycopg2 sends by itself, and so in replay, too."""

from stated.words import TEXT, Send, result

FUNCTIONS = (
    "select proname, oid from pg_catalog.pg_proc where proname in ('lo_open', 'lo_close', 'lo_creat', 'lo_create',"
    " 'lo_unlink', 'lo_lseek', 'lo_lseek64', 'lo_tell', 'lo_tell64', 'lo_truncate', 'lo_truncate64', 'loread',"
    " 'lowrite') and pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'pg_catalog')"
)
"""What libpq asks before it reads or writes a large object for the first time."""


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "set_client_encoding",
        "/unseen/encoding",
        ["LATIN1", "LATIN1"],
        calls=0,
        leaks=["postgres: SET client_encoding TO 'LATIN1'"],
    )
    send("reset", "/unseen/reset", {"level": None, "server": "read committed"}, leaks=["postgres: DISCARD ALL"])
    send(
        "large object",
        "/unseen/large-object",
        {"size": 6, "oid": 700001, "read": "kávé", "closed": [True, False]},
        calls=0,
        leaks=[f"postgres: {FUNCTIONS}"],
    )
    send(
        "read-only in autocommit",
        "/unseen/read-only",
        {"said": True, "server": "on"},
        leaks=["postgres: SET default_transaction_read_only TO 'on'"],
    )
    send(
        "isolation level in autocommit",
        "/unseen/level",
        {"said": 2, "server": "repeatable read"},
        leaks=["postgres: SET default_transaction_isolation TO 'REPEATABLE READ'"],
    )
    send(
        "deferrable in autocommit",
        "/unseen/deferrable",
        {"said": True, "server": "on"},
        leaks=["postgres: SET default_transaction_deferrable TO 'on'"],
    )
    send(
        "prepared transaction",
        "/unseen/prepared",
        ["ObjectNotInPrerequisiteState", "55000", "prepared transactions are disabled"],
        calls=0,
        leaks=["postgres: PREPARE TRANSACTION '42_c2hvcA==_dGlsbCAy'"],
    )
    send(
        "prepared transactions of the server",
        "/unseen/recover",
        [[], 1],
        calls=0,
        leaks=["postgres: SELECT gid, prepared, owner, database FROM pg_prepared_xacts"],
    )
    send(
        "another date style",
        "/unseen/date-style",
        result([["str ISO, DMY", "date 2024-02-29"]], style=TEXT, day=1082),
        leaks=["postgres: SET datestyle TO 'ISO'"],
    )
