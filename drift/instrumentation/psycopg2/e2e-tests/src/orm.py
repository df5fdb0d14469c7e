"""psycopg2 under SQLAlchemy. The SDK records the statements in SQLAlchemy; its psycopg2 part provides the rows."""

import logging
from typing import Any

from database import URL, about, pop_orders, routes, typed
from flask import Response, g, has_request_context, jsonify
from sqlalchemy import Connection, bindparam, column, create_engine, event, func, insert, select, table, text, update
from sqlalchemy.exc import IntegrityError

engine = create_engine(URL.replace("postgresql:", "postgresql+psycopg2:", 1), use_native_hstore=False)
items = table("items", column("id"), column("name"), column("price"), column("stock"))
orders = table("orders", column("till"), column("item"), column("quantity"))
change = (
    update(orders)
    .where(orders.c.till == bindparam("where"), orders.c.item == bindparam("which"))
    .values(quantity=bindparam("wanted"))
)


def warm_up() -> None:
    """An engine queries the server when it first connects. The application also starts if that fails."""
    try:
        engine.connect().close()
    except Exception:
        logging.getLogger(__name__).exception("SQLAlchemy cannot connect")


@event.listens_for(engine, "after_cursor_execute")
def note(_conn: Connection, cursor: Any, *_: Any) -> None:
    """Collects the attributes of psycopg2's cursors, most of which SQLAlchemy does not expose."""
    if has_request_context():
        g.setdefault("cursors", []).append(about(cursor))


def respond(**values: Any) -> Response:
    """Returns a response with the attributes of the request's cursors."""
    return jsonify(**values, cursors=g.get("cursors", []))


def found(conn: Connection, statement: Any, parameters: Any = None) -> dict[str, Any]:
    result = conn.execute(statement, parameters)
    return {"keys": list(result.keys()), "rows": [typed(tuple(row)) for row in result], "rowcount": result.rowcount}


@routes.get("/orm/core")
def core() -> Response:
    cheap = (
        select(items.c.id, items.c.name, items.c.price).where(items.c.price < bindparam("most")).order_by(items.c.id)
    )
    with engine.connect() as conn:
        return respond(
            built=found(conn, cheap, {"most": 4}),
            text=found(conn, text("SELECT name, stock FROM items WHERE id = :id"), {"id": -5}),
            scalar=typed(conn.scalar(select(func.count()).select_from(items))),
        )


@routes.get("/orm/many")
def many() -> Response:
    """Many rows at once: an INSERT with many values, and an UPDATE that is sent with executemany."""
    with engine.begin() as conn:
        inserted = conn.execute(insert(orders), [{"till": "rows", "item": name} for name in ("tea", "mate", "bread")])
        changed = conn.execute(
            change, [{"where": "rows", "which": "tea", "wanted": 5}, {"where": "rows", "which": "bread", "wanted": 6}]
        )
        counts = [inserted.rowcount, changed.rowcount]
    return respond(counts=counts, seen=pop_orders("rows"))


@routes.get("/orm/rollback")
def rollback() -> Response:
    add = insert(orders).values(till="nested")
    with engine.connect() as conn:
        counts = [conn.execute(add, {"item": "kept"}).rowcount]
        with conn.begin_nested() as nested:
            counts.append(conn.execute(add, {"item": "lost"}).rowcount)
            nested.rollback()
        conn.commit()
        counts.append(conn.execute(add, {"item": "lost too"}).rowcount)
        conn.rollback()
    return respond(counts=counts, seen=pop_orders("nested"))


@routes.get("/orm/status-message")
def status_message() -> Response:
    with engine.connect() as conn:
        return jsonify(status=conn.execute(text("SELECT 'tea'")).cursor.statusmessage)


@routes.get("/orm/error")
def error_of_driver() -> Response:
    with engine.connect() as conn:
        try:
            conn.execute(insert(orders), {"till": "error", "item": "tea", "quantity": 0})
            outcome = ["fine"]
        except IntegrityError as error:
            outcome = [type(error.orig).__name__, error.orig.pgcode]
    return jsonify(outcome)


@routes.get("/orm/error-of-many")
def error_of_many() -> Response:
    wrong = [{"where": "wrong", "which": "tea", "wanted": 2}, {"where": "wrong", "which": "tea", "wanted": 0}]
    try:
        with engine.begin() as conn:
            conn.execute(insert(orders), {"till": "wrong", "item": "tea"})
            conn.execute(change, wrong)
        outcome = "fine"
    except Exception:
        outcome = "refused"
    return respond(outcome=outcome, seen=pop_orders("wrong"))
