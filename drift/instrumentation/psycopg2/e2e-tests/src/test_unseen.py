from e2e_common.record.client import Api

FUNCTIONS = (
    "select proname, oid from pg_catalog.pg_proc where proname in ('lo_open', 'lo_close', 'lo_creat', 'lo_create',"
    " 'lo_unlink', 'lo_lseek', 'lo_lseek64', 'lo_tell', 'lo_tell64', 'lo_truncate', 'lo_truncate64', 'loread',"
    " 'lowrite') and pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'pg_catalog')"
)
"""The query that libpq sends before its first access to a large object."""


def requests(api: Api) -> None:
    api.get(
        "/unseen/encoding", "set_client_encoding", psycopg2=0, leaks=["postgres: SET client_encoding TO 'LATIN1'"]
    ).answers(["LATIN1", "LATIN1"])
    api.get("/unseen/reset", "reset", {"level": None, "server": "read committed"}, leaks=["postgres: DISCARD ALL"])
    api.get("/unseen/large-object", "large object", psycopg2=0, leaks=[f"postgres: {FUNCTIONS}"]).answers(
        {"size": 6, "oid": 700001, "read": "kávé", "closed": [True, False]}
    )
    api.get(
        "/unseen/read-only", "read-only in autocommit", leaks=["postgres: SET default_transaction_read_only TO 'on'"]
    ).answers({"said": True, "server": "on"})
    api.get(
        "/unseen/level",
        "isolation level in autocommit",
        leaks=["postgres: SET default_transaction_isolation TO 'REPEATABLE READ'"],
    ).answers({"said": 2, "server": "repeatable read"})
    api.get(
        "/unseen/deferrable", "deferrable in autocommit", leaks=["postgres: SET default_transaction_deferrable TO 'on'"]
    ).answers({"said": True, "server": "on"})
    api.get(
        "/unseen/prepared",
        "prepared transaction",
        psycopg2=0,
        leaks=["postgres: PREPARE TRANSACTION '42_c2hvcA==_dGlsbCAy'"],
    ).answers(["ObjectNotInPrerequisiteState", "55000", "prepared transactions are disabled"])
    api.get(
        "/unseen/recover",
        "tpc_recover",
        psycopg2=0,
        leaks=["postgres: SELECT gid, prepared, owner, database FROM pg_prepared_xacts"],
    ).answers([[], 1])
    api.get("/unseen/date-style", "DateStyle other than ISO", leaks=["postgres: SET datestyle TO 'ISO'"]).finds(
        "style text, day date", ["str ISO, DMY", "date 2024-02-29"]
    )
