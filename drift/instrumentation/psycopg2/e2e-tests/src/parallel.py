"""Threads that are handed the OpenTelemetry context of the request, and use connections of their own, or one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from database import ask, connection
from flask import Blueprint, Response, jsonify
from opentelemetry import context

bp = Blueprint("parallel", __name__, url_prefix="/parallel")

ITEM = "SELECT id, name, stock FROM items WHERE id = %s"


def in_threads(look: Callable[[int], Any], *items: int) -> list[Any]:
    """What `look` gives for each of `items`, in a thread each, in their order."""
    current = context.get_current()

    def in_context(item: int) -> Any:
        token = context.attach(current)
        try:
            return look(item)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        return list(pool.map(in_context, items))


@bp.get("/own")
def own_connections() -> Response:
    def look(item: int) -> Any:
        with connection() as conn:
            return ask(conn, ITEM, (item,))

    return jsonify(in_threads(look, 1, 5))


@bp.get("/shared")
def shared_connection() -> Response:
    """Each with a cursor of its own; psycopg2 runs one statement of a connection after another."""
    with connection() as conn:
        return jsonify(in_threads(lambda item: ask(conn, ITEM, (item,)), 2, 3, 4))
