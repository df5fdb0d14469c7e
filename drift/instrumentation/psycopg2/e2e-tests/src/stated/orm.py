"""What the requests of ../orm.py state: psycopg2 beneath SQLAlchemy."""

from stated.words import BIGINT, INT, ITEM, TEXT, Send, beside, ordered


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "SQLAlchemy Core",
        "/orm/core",
        {
            "built": {
                "keys": ["id", "name", "price"],
                "rowcount": 2,
                "rows": [
                    {"tuple": ["int 1", "str tea", "Decimal 2.50"]},
                    {"tuple": ["int 2", "str mate", "Decimal 3.00"]},
                ],
            },
            "scalar": "int 5",
            "text": {"keys": ["name", "stock"], "rowcount": 0, "rows": []},
            "cursors": [beside(2, **ITEM), beside(0, name=TEXT, stock=INT), beside(1, count_1=BIGINT)],
        },
        calls=0,
        sqlalchemy=3,
    )
    send(
        "SQLAlchemy, many rows",
        "/orm/many",
        {
            "counts": [3, 2],
            "cursors": [beside(3), beside(2)],
            "seen": ordered(["str bread", "int 6"], ["str mate", "int 1"], ["str tea", "int 5"]),
        },
        sqlalchemy=2,
    )
    kept = {"counts": [1, 1, 1], "seen": ordered(["str kept", "int 1"])}
    one, savepoint = beside(1), beside(-1)
    told = [one, savepoint, one, savepoint, one]
    send("SQLAlchemy, rollback", "/orm/rollback", {**kept, "cursors": told}, sqlalchemy=5)
    send("SQLAlchemy, status message", "/orm/status-message", {"status": "SELECT 1"}, calls=0, sqlalchemy=1)
    send("SQLAlchemy, error", "/orm/error", ["CheckViolation", "23514"], calls=0, sqlalchemy=1)
    send(
        "SQLAlchemy, error in many rows",
        "/orm/error-of-many",
        {"outcome": "refused", "seen": ordered(), "cursors": [beside(1)]},
        sqlalchemy=2,
    )
