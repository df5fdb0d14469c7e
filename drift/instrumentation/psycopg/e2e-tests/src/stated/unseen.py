"""What the requests of ../unseen.py state: what goes past the SDK."""

from __future__ import annotations

from stated.words import Send, done, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get(
        "/unseen/connection-class",
        selected("?column? text", "('by the class',)"),
        leaks=["SELECT 'by the class'"],
    )
    get(
        "/unseen/pool",
        selected("?column? text", "('of a plain pool',)"),
        leaks=["SELECT 'of a plain pool'"],
    )
    get(
        "/unseen/null-pool",
        selected("?column? text", "('of a plain null pool',)"),
        leaks=["SELECT 'of a plain null pool'"],
    )
    get(
        "/unseen/cursor-class",
        selected("?column? text", "('a class that is called',)"),
        leaks=["SELECT 'a class that is called'"],
    )
    get(
        "/unseen/cursor-factory",
        selected("?column? text", "('a class that is set later',)"),
        leaks=["SELECT 'a class that is set later'"],
    )
    get(
        "/unseen/async-cursor-class",
        selected("?column? text", "('an async class that is called',)"),
        leaks=["SELECT 'an async class that is called'"],
    )
    get(
        "/unseen/server-cursor-class",
        ["(1,)", "(2,)"],
        leaks=['DECLARE "called" CURSOR FOR SELECT id FROM tea WHERE id < 3 ORDER BY id'],
    )
    get(
        "/unseen/async-cursor-factory",
        selected("?column? text", "('an async class that is set later',)"),
        leaks=["SELECT 'an async class that is set later'"],
    )
    get(
        "/unseen/stolen-cursor",
        ["('Assam',)", "('Sencha',)"],
        leaks=["Describe of the portal 'stolen', which was refused or never made"],
    )
    get("/unseen/cancel", [False], statements=0, leaks=["a request to cancel what another session runs"])
    get("/unseen/type-info", name="mood", regtype="mood", delimiter=",", known=True, leaks=[_asked_of("mood")])
    get("/unseen/async-type-info", name="place", regtype="place", delimiter=",", known=True, leaks=[_asked_of("place")])
    get(
        "/unseen/range-info",
        ["daterange", 3912, 3913, 1082],
        leaks=[
            "SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid, t.oid::regtype::text AS regtype, "
            "r.rngsubtype AS subtype_oid FROM pg_type t JOIN pg_range r ON t.oid = r.rngtypid "
            "WHERE t.oid = to_regtype($1) (parameters: 'daterange')"
        ],
    )
    get(
        "/unseen/server-cursor-in-block",
        rows=["('Assam',)", "('Sencha',)"],
        closing=None,
        leaks=["SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'in a block'"],
    )
    get(
        "/unseen/server-cursor-kept",
        rows=["('Darjeeling',)", "('Genmaicha',)"],
        closing=None,
        leaks=["SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'kept'"],
    )
    post(
        "/unseen/prepare-transaction",
        error="psycopg.NotSupportedError",
        message="prepared transactions are disabled",
        statements=0,
        leaks=["PREPARE TRANSACTION '42_c2hvcA==_dGlsbA=='"],
    )
    get(
        "/unseen/async-copy-out",
        ["b'1\\tAssam\\n'", "b'2\\tSencha\\n'"],
        leaks=["COPY (SELECT id, name FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"],
    )
    post(
        "/unseen/async-copy-in",
        copied=done("COPY 2", 2),
        elsewhere=held("tab\t and ☕", "pot"),
        statements=2,
        leaks=["COPY item (box, id, name) FROM STDIN"],
    )
    get(
        "/unseen/async-stream",
        ["('Assam', Decimal('4.50'))", "('Sencha', Decimal('7.25'))"],
        leaks=[
            "SELECT name, price FROM tea WHERE id < 3 ORDER BY id",
            "a request to cancel what another session runs",
        ],
    )
    get(
        "/unseen/async-server-cursor",
        ["(1, 'Assam')", ["(2, 'Sencha')", "(3, 'Earl Grey')"]],
        leaks=['DECLARE "async teas" CURSOR FOR SELECT id, name FROM tea WHERE id < 4 ORDER BY id'],
    )


def _asked_of(kind: str) -> str:
    """How TypeInfo.fetch asks the server for a type."""
    asked = (
        "SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter "
        "FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid"
    )
    return f"{asked} (parameters: {kind!r})"
