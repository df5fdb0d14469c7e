from test_db import done, names

from e2e_common.record.client import Api

PAST = {
    "connection-class": ("Connection.connect", "by the class"),
    "pool": ("uninstrumented ConnectionPool", "of a plain pool"),
    "null-pool": ("uninstrumented NullConnectionPool", "of a plain null pool"),
    "cursor-class": ("ClientCursor(connection)", "a class that is called"),
    "cursor-factory": ("cursor_factory set later", "a class that is set later"),
    "async-cursor-class": ("AsyncClientCursor(connection)", "an async class that is called"),
    "async-cursor-factory": ("async cursor_factory set later", "an async class that is set later"),
}


def requests(api: Api) -> None:
    for path, (name, text) in PAST.items():
        api.get(f"/unseen/{path}", name, leaks=[f"postgres: SELECT '{text}'"]).finds("?column? text", f"({text!r},)")
    api.get(
        "/unseen/server-cursor-class",
        "ServerCursor(connection)",
        leaks=['postgres: DECLARE "called" CURSOR FOR SELECT id FROM tea WHERE id < 3 ORDER BY id'],
    ).answers(["(1,)", "(2,)"])
    api.get(
        "/unseen/stolen-cursor",
        "stolen cursor",
        leaks=["postgres: Describe of the portal 'stolen', which was refused or never made"],
    ).answers(["('Assam',)", "('Sencha',)"])
    api.get(
        "/unseen/cancel",
        "cancel_safe",
        [False],
        psycopg=0,
        leaks=["postgres: a request to cancel what another session runs"],
    )
    api.get("/unseen/type-info", "TypeInfo.fetch", leaks=[_type_lookup("mood")]).answers(
        name="mood", regtype="mood", delimiter=",", known=True
    )
    api.get("/unseen/async-type-info", "async TypeInfo.fetch", leaks=[_type_lookup("place")]).answers(
        name="place", regtype="place", delimiter=",", known=True
    )
    api.get(
        "/unseen/range-info",
        "RangeInfo.fetch",
        leaks=[
            "postgres: SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid, t.oid::regtype::text AS "
            "regtype, r.rngsubtype AS subtype_oid FROM pg_type t JOIN pg_range r ON t.oid = r.rngtypid "
            "WHERE t.oid = to_regtype($1) (parameters: 'daterange')"
        ],
    ).answers(["daterange", 3912, 3913, 1082])
    api.get(
        "/unseen/server-cursor-in-block",
        "server-side cursor closed in its transaction",
        leaks=["postgres: SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'in a block'"],
    ).answers(rows=["('Assam',)", "('Sencha',)"], closing=None)
    api.get(
        "/unseen/server-cursor-kept",
        "server-side cursor closed after its transaction",
        leaks=["postgres: SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'kept'"],
    ).answers(rows=["('Darjeeling',)", "('Genmaicha',)"], closing=None)
    api.post(
        "/unseen/prepare-transaction",
        "two-phase commit",
        psycopg=0,
        leaks=["postgres: PREPARE TRANSACTION '42_c2hvcA==_dGlsbA=='"],
    ).answers(error="psycopg.NotSupportedError", message="prepared transactions are disabled")
    api.get(
        "/unseen/async-copy-out",
        "async COPY TO",
        leaks=["postgres: COPY (SELECT id, name FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"],
    ).answers(["b'1\\tAssam\\n'", "b'2\\tSencha\\n'"])
    api.post(
        "/unseen/async-copy-in", "async COPY FROM", psycopg=2, leaks=["postgres: COPY item (box, id, name) FROM STDIN"]
    ).answers(copied=done("COPY 2", 2), elsewhere=names("tab\t and ☕", "pot"))
    api.get(
        "/unseen/async-stream",
        "async stream",
        leaks=[
            "postgres: SELECT name, price FROM tea WHERE id < 3 ORDER BY id",
            "postgres: a request to cancel what another session runs",
        ],
    ).answers(["('Assam', Decimal('4.50'))", "('Sencha', Decimal('7.25'))"])
    api.get(
        "/unseen/async-server-cursor",
        "async server-side cursor",
        leaks=['postgres: DECLARE "async teas" CURSOR FOR SELECT id, name FROM tea WHERE id < 4 ORDER BY id'],
    ).answers(["(1, 'Assam')", ["(2, 'Sencha')", "(3, 'Earl Grey')"]])


def _type_lookup(kind: str) -> str:
    """Returns the statement with which TypeInfo.fetch looks up a type."""
    asked = (
        "postgres: SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, "
        "typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid"
    )
    return f"{asked} (parameters: {kind!r})"
