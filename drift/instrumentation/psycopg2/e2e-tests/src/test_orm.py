from test_database import ITEM, about, ordered

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/orm/core", "SQLAlchemy Core", psycopg2=0, sqlalchemy=3).answers(
        built={
            "keys": ["id", "name", "price"],
            "rowcount": 2,
            "rows": [{"tuple": ["int 1", "str tea", "Decimal 2.50"]}, {"tuple": ["int 2", "str mate", "Decimal 3.00"]}],
        },
        scalar="int 5",
        text={"keys": ["name", "stock"], "rowcount": 0, "rows": []},
        cursors=[about(2, ITEM), about(0, "name text, stock int4"), about(1, "count_1 int8")],
    )
    api.get("/orm/many", "SQLAlchemy, many rows", sqlalchemy=2).answers(
        counts=[3, 2],
        cursors=[about(3), about(2)],
        seen=ordered(["str bread", "int 6"], ["str mate", "int 1"], ["str tea", "int 5"]),
    )
    kept = {"counts": [1, 1, 1], "seen": ordered(["str kept", "int 1"])}
    one, savepoint = about(1), about(-1)
    cursors = [one, savepoint, one, savepoint, one]
    api.get("/orm/rollback", "SQLAlchemy, rollback", {**kept, "cursors": cursors}, sqlalchemy=5)
    api.get("/orm/status-message", "SQLAlchemy, status message", {"status": "SELECT 1"}, psycopg2=0, sqlalchemy=1)
    api.get("/orm/error", "SQLAlchemy, error", ["CheckViolation", "23514"], psycopg2=0, sqlalchemy=1)
    api.get("/orm/error-of-many", "SQLAlchemy, error in many rows", sqlalchemy=2).answers(
        {"outcome": "refused", "seen": ordered(), "cursors": [about(1)]}
    )
