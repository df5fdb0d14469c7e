"""What the requests of ../changing.py state: what a replay asks for that was not recorded.

Parameters do not count (match_importance 0): a statement with new ones is answered with what was recorded, inexactly.
"""

from stated.words import BIGINT, BOOL, INT, TEXT, Send, done, result


def requests(send: Send) -> None:
    """Send them all."""
    send("asked for at the start of a replay", "/changing/start", {"rowcount": 0}, calls=0)
    send(
        "now as a parameter",
        "/changing/now",
        result([[True, "str timestamp without time zone"]], past=BOOL, kind=TEXT),
        inexact={"$.parameters[0], $.parameters[1]": 1},
    )
    send(
        "new UUID as a parameter",
        "/changing/uuid",
        result([["str uuid", "int 36", "str tea"]], kind=TEXT, length=INT, same=TEXT),
        inexact={"$.parameters.id.__uuid__, $.parameters.text": 1},
    )
    send(
        "new UUID in rows of executemany",
        "/changing/uuid-in-rows",
        done(2),
        inexact={"$.parameters._batch[0][1].__uuid__, $.parameters._batch[1][1].__uuid__": 1},
    )
    send(
        "new UUID in each of two calls",
        "/changing/uuid-twice",
        [result([[f"int {n}", "str uuid"]], number=BIGINT, kind=TEXT) for n in (1, 2)],
        calls=3,
        inexact={"$.parameters[0].__uuid__": 2},
    )
    send("new UUID given back", "/changing/uuid-given-back", True, inexact={"$.parameters[0]": 1})
    send(
        "new UUID through SQLAlchemy",
        "/changing/uuid-sqlalchemy",
        {"length": "int 36"},
        calls=0,
        sqlalchemy=1,
    )
    send(
        "calls of the replay alone",
        "/changing/only-in-replay",
        {"found": ["not recorded"] * 3, "recorded": result([["str in both"]], text=TEXT)},
        unanswered=[
            "SELECT 'only in replay' AS text",
            "SELECT %s || ' in replay' AS text with [\"only\"]",
            'UPDATE stock SET item = %s -- in replay with {"_batch": [["only"]]}',
        ],
    )
