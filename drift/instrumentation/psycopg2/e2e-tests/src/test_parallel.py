from typing import Any

from words import result

from e2e_common.requester import Api


def requests(api: Api) -> None:
    found = [_item(1, "tea", 40), _item(5, "茶", 3)]
    api.get("/parallel/own", "threads", found, psycopg2=2)
    found = [_item(2, "mate", 12), _item(3, "kávé", 0), _item(4, "water", 7)]
    api.get("/parallel/shared", "threads that share a connection", found, psycopg2=3)


def _item(number: int, name: str, stock: int) -> dict[str, Any]:
    return result("id int4, name text, stock int4", [f"int {number}", f"str {name}", f"int {stock}"])
