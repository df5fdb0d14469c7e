"""What the requests of ../failures.py state: failures."""

from stated.words import INT, Send, done, lines, ordered, placed, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "messages of errors",
        "/failures/messages",
        {
            "missing": "'name'",
            "number": lines(
                'invalid input syntax for type integer: "seven"', "LINE 1: SELECT 'seven'::int", "               ^"
            ),
            "raised": lines(
                "out of tea", "HINT:  buy some", "CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE"
            ),
            "null": lines(
                'null value in column "item" of relation "orders" violates not-null constraint',
                "DETAIL:  Failing row contains (refused, null, 1).",
            ),
            "reference": lines(
                'insert or update on table "parts" violates foreign key constraint "parts_item_fkey"',
                'DETAIL:  Key (item)=(99) is not present in table "items".',
            ),
            "timeout": "canceling statement due to statement timeout\n",
            "too few": "tuple index out of range",
        },
        calls=7,
    )
    send(
        "parameter refused by its adapter",
        "/failures/refused-by-adapter",
        {"outcome": "refused", "reason": "PermissionError"},
    )
    send(
        "unique violation",
        "/failures/caught-by-class",
        {
            "error": {
                "bases": ["IntegrityError", "DatabaseError", "Error"],
                "class": "UniqueViolation",
                "cursor": True,
                "diag": {
                    "column_name": None,
                    "constraint_name": "basket_pkey",
                    "message_detail": "Key (item)=(tea) already exists.",
                    "message_primary": 'duplicate key value violates unique constraint "basket_pkey"',
                    "schema_name": "public",
                    "severity": "ERROR",
                    "sqlstate": "23505",
                    "table_name": "basket",
                },
                "name": "UNIQUE_VIOLATION",
                "pgcode": "23505",
                "pgerror": lines(
                    'ERROR:  duplicate key value violates unique constraint "basket_pkey"',
                    "DETAIL:  Key (item)=(tea) already exists.",
                ),
            },
        },
    )
    send(
        "query after a unique violation",
        "/failures/query-after",
        {
            "reason": lines(
                'duplicate key value violates unique constraint "basket_pkey"',
                "DETAIL:  Key (item)=(bread) already exists.",
            ),
            "left": result([["int 3"]], quantity=INT),
        },
        calls=2,
    )
    send(
        "aborted transaction",
        "/failures/aborted",
        [
            "division by zero\n",
            "current transaction is aborted, commands ignored until end of transaction block\n",
            result([["int 1"]], one=INT),
        ],
        calls=3,
    )
    send(
        "saved by a savepoint",
        "/failures/savepoint",
        {
            "reason": lines(
                'duplicate key value violates unique constraint "orders_pkey"',
                "DETAIL:  Key (till, item)=(savepoint, tea) already exists.",
            ),
            "steps": [placed("tea"), done(), done()],
            "seen": ordered(["str tea", "int 1"]),
        },
        calls=5,
    )
    send(
        "error in a with block",
        "/failures/with-block",
        {
            "reason": lines(
                'new row for relation "orders" violates check constraint "orders_quantity_check"',
                "DETAIL:  Failing row contains (with-block, refused, -1).",
            ),
            "lost": placed("lost"),
            "seen": ordered(),
        },
        calls=3,
    )
    send(
        "error in executemany",
        "/failures/executemany",
        {
            "reason": lines(
                'duplicate key value violates unique constraint "orders_pkey"',
                "DETAIL:  Key (till, item)=(many, tea) already exists.",
            ),
            "seen": ordered(),
        },
        calls=2,
    )
    send("nothing to fetch", "/failures/nothing-to-fetch", {"error": "no results to fetch"})
    send(
        "fetch before execute",
        "/failures/before-execute",
        ["no results to fetch", "no results to fetch", "no results to fetch"],
        calls=0,
    )
