from test_database import done, lines, ordered, placed, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/failures/messages", "messages of errors", psycopg2=7).answers(
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
        }
    )
    api.get("/failures/refused-by-adapter", "adapter that raises").answers(
        {"outcome": "refused", "reason": "PermissionError"}
    )
    api.get("/failures/caught-by-class", "unique violation").answers(
        error={
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
        }
    )
    api.get("/failures/query-after", "query after a unique violation", psycopg2=2).answers(
        reason=lines(
            'duplicate key value violates unique constraint "basket_pkey"',
            "DETAIL:  Key (item)=(bread) already exists.",
        ),
        left=result("quantity int4", ["int 3"]),
    )
    api.get("/failures/aborted", "aborted transaction", psycopg2=3).answers(
        [
            "division by zero\n",
            "current transaction is aborted, commands ignored until end of transaction block\n",
            result("one int4", ["int 1"]),
        ]
    )
    api.get("/failures/savepoint", "rollback to a savepoint after an error", psycopg2=5).answers(
        reason=lines(
            'duplicate key value violates unique constraint "orders_pkey"',
            "DETAIL:  Key (till, item)=(savepoint, tea) already exists.",
        ),
        steps=[placed("tea"), done(), done()],
        seen=ordered(["str tea", "int 1"]),
    )
    api.get("/failures/with-block", "error in a with block", psycopg2=3).answers(
        reason=lines(
            'new row for relation "orders" violates check constraint "orders_quantity_check"',
            "DETAIL:  Failing row contains (with-block, refused, -1).",
        ),
        lost=placed("lost"),
        seen=ordered(),
    )
    api.get("/failures/executemany", "error in executemany", psycopg2=2).answers(
        reason=lines(
            'duplicate key value violates unique constraint "orders_pkey"',
            "DETAIL:  Key (till, item)=(many, tea) already exists.",
        ),
        seen=ordered(),
    )
    api.get("/failures/nothing-to-fetch", "fetchall() without a result", {"error": "no results to fetch"})
    api.get("/failures/before-execute", "fetch methods before execute()", psycopg2=0).answers(
        ["no results to fetch", "no results to fetch", "no results to fetch"]
    )
