from typing import Any

from test_database import done, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/parameters/items/3", "positional parameter").finds(
        "id int4, name text, price numeric, stock int4", ["int 3", "str kávé", "Decimal 4.25", "int 0"], asked=3
    )
    api.get("/parameters/named?price=3&stock=3", "named parameters").answers(
        {"asked": {"price": 3.0, "stock": 3}, **result("id int4, name text", ["int 2", "str mate"])}
    )
    api.get("/parameters/another-order", "statements in reverse order", psycopg2=3).answers(
        {"1": _names("tea"), "2": _names("mate"), "3": _names("kávé")}
    )
    api.get("/parameters/kinds", "kinds of parameters", psycopg2=3).answers(
        lists=result("id int4", ["int 1"], ["int 3"]),
        given=result(
            "missing bool, other int4, share text, given text", [True, "int 7", "str 100%", 'str it\'s "50%" \\ off']
        ),
        unparsed=result("share text, name text", ["str 100%", "str kávé"]),
    )
    api.get("/parameters/search?column=name&column=stock&id=2", "composed SELECT").answers(
        {"asked": 2, **result("name text, stock int4", ["str mate", "int 12"])}
    )
    api.post("/parameters/basket", "composed INSERT", expect=201, json={"item": "kávé", "quantity": 2}).answers(
        {"asked": {"item": "kávé", "quantity": 2}, **result("item text, quantity int4", ["str kávé", "int 2"])}
    )
    api.get("/parameters/none", "same statement with and without parameters", psycopg2=3).answers(
        {"None": _share("100%%"), "an empty tuple": _share("100%"), "an empty dict": _share("100%")}
    )
    api.get("/parameters/literal-percent", "percent signs", psycopg2=4).answers(
        text=_names("mate", "water"),
        doubled=_names("water"),
        parameter=_names("mate"),
        escaped=result("same bool", [True]),
    )
    api.get("/parameters/time", "dates, times and intervals in parameters").finds(
        "day date, moment timestamp, span interval, text",
        [
            "date 2024-03-01",
            "datetime 2024-03-02T00:00:02.000002",
            "timedelta 2 days, 0:00:04.000006",
            "str 2024-02-29",
        ],
    )
    api.get("/parameters/time-in-rows", "dates, times and intervals in executemany", psycopg2=2).answers(
        result=done(2),
        left=[
            ["str 1999-12-31; 1999-12-31 23:59:00; -1 days +23:59:59"],
            ["str 2024-02-29; 2024-02-29 10:30:00.000005; 1 day 12:00:00.000001"],
        ],
    )


def _names(*names: str) -> dict[str, Any]:
    return result("name text", *[[f"str {name}"] for name in names])


def _share(text: str) -> dict[str, Any]:
    return result("share text", [f"str {text}"])
