"""What the requests of ../orm.py state: psycopg2 beneath SQLAlchemy."""

from stated.words import Send


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
        },
        calls=0,
        sqlalchemy=3,
    )
    send(
        "SQLAlchemy, many rows",
        "/orm/many",
        {
            "counts": [3, 2],
            "seen": [["str bread", "int 6"], ["str mate", "int 1"], ["str tea", "int 5"]],
        },
        sqlalchemy=2,
    )
    send("SQLAlchemy, rollback", "/orm/rollback", [["str kept", "int 1"]], sqlalchemy=5)
    send("SQLAlchemy, error", "/orm/error", ["CheckViolation", "23514"], calls=0, sqlalchemy=1)
    send(
        "SQLAlchemy, error in many rows",
        "/orm/error-of-many",
        {"outcome": "refused", "seen": []},
        sqlalchemy=2,
    )
