"""Pipeline mode on the async side."""

from typing import Any

from asynchronous import FETCHES, attempt, connect, in_a_loop
from db import about, show, without_status
from flask import Blueprint
from psycopg.rows import class_row, dict_row, kwargs_row, namedtuple_row, scalar_row
from psycopg.types.json import Jsonb
from rows import Tea

async_pipelines = Blueprint("async_pipelines", __name__, url_prefix="/async")


@async_pipelines.get("/pipeline")
@in_a_loop
async def pipeline() -> list[Any]:
    """Fetching inside the block, in three ways, with row factories."""
    seen = []
    async with await connect() as connection, connection.pipeline():
        for factory in (kwargs_row(dict), scalar_row):
            for fetch_name in FETCHES:
                cursor = connection.cursor(row_factory=factory)
                await cursor.execute("SELECT name, id FROM tea WHERE id = 2")
                seen.append([show(await getattr(cursor, fetch_name)()), without_status(cursor)])
    return seen


@async_pipelines.get("/pipeline-rows")
@in_a_loop
async def pipeline_rows() -> list[Any]:
    """Whole results with the other row factories."""
    async with await connect() as connection, connection.pipeline():
        cursors = [connection.cursor(row_factory=factory) for factory in (dict_row, namedtuple_row, class_row(Tea))]
        for cursor in cursors:
            await cursor.execute("SELECT id, name, price FROM tea WHERE id = 3")
        found = [await cursor.fetchall() for cursor in cursors]
        teas = [f"{tea.id}: {tea.name}, {show(tea.price)}" for tea in found[2]]
        return [show(found[0]), show(found[1]), teas, [without_status(cursor) for cursor in cursors]]


@async_pipelines.get("/pipeline-one-by-one")
@in_a_loop
async def pipeline_one_by_one() -> list[str]:
    async with await connect() as connection, connection.pipeline():
        cursor = await connection.execute("SELECT name FROM tea WHERE id < 3 ORDER BY id")
        return [show(await cursor.fetchone()), show(await cursor.fetchone()), show(await cursor.fetchone())]


@async_pipelines.post("/pipeline-insert")
@in_a_loop
async def pipeline_insert() -> dict[str, Any]:
    async with await connect() as connection:
        async with connection.pipeline():
            cursor = await connection.execute("INSERT INTO item VALUES ('async pipeline', 1, 'cup', NULL)")
        return about(cursor)


@async_pipelines.get("/pipeline-sync")
@in_a_loop
async def pipeline_sync() -> list[Any]:
    async def sync() -> None:
        await waiting.sync()

    async with await connect() as connection, connection.pipeline() as waiting:
        cursor = connection.cursor()
        synced = await attempt(sync())
        await cursor.execute("SELECT name, origin FROM tea WHERE id = 1")
        return [synced, show(await cursor.fetchone())]


@async_pipelines.get("/pipeline-json")
@in_a_loop
async def pipeline_json() -> list[Any]:
    """JSON as a parameter, in a pipeline, fetched in three ways."""
    async with await connect() as connection, connection.pipeline():
        query, given = "SELECT %s->>'name'", (Jsonb({"name": "tea"}),)
        return [show(await getattr(await connection.execute(query, given), fetch_name)()) for fetch_name in FETCHES]
