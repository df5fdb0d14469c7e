"""What the requests of ../parameters.py state: parameters."""

from typing import Any

from stated.words import BOOL, INT, NUMERIC, TEXT, Send, done, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "positional parameter",
        "/parameters/items/3",
        {
            "asked": 3,
            **result([["int 3", "str kávé", "Decimal 4.25", "int 0"]], id=INT, name=TEXT, price=NUMERIC, stock=INT),
        },
    )
    send(
        "named parameters",
        "/parameters/named?price=3&stock=3",
        {"asked": {"price": 3.0, "stock": 3}, **result([["int 2", "str mate"]], id=INT, name=TEXT)},
    )
    send(
        "statements in another order",
        "/parameters/another-order",
        {"1": _names("tea"), "2": _names("mate"), "3": _names("kávé")},
        calls=3,
    )
    send(
        "kinds of parameters",
        "/parameters/kinds",
        {
            "lists": result([["int 1"], ["int 3"]], id=INT),
            "given": result(
                [[True, "int 7", "str 100%", 'str it\'s "50%" \\ off']], missing=BOOL, other=INT, share=TEXT, given=TEXT
            ),
            "unparsed": result([["str 100%", "str kávé"]], share=TEXT, name=TEXT),
        },
        calls=3,
    )
    send(
        "composed SELECT",
        "/parameters/search?column=name&column=stock&id=2",
        {"asked": 2, **result([["str mate", "int 12"]], name=TEXT, stock=INT)},
    )
    send(
        "composed INSERT",
        "/parameters/basket",
        {
            "asked": {"item": "kávé", "quantity": 2},
            **result([["str kávé", "int 2"]], item=TEXT, quantity=INT),
        },
        method="POST",
        expect=201,
        json={"item": "kávé", "quantity": 2},
    )
    send(
        "one text with and without parameters",
        "/parameters/none",
        {"None": _share("100%%"), "an empty tuple": _share("100%"), "an empty dict": _share("100%")},
        calls=3,
    )
    send(
        "per cent signs",
        "/parameters/literal-percent",
        {
            "text": _names("mate", "water"),
            "doubled": _names("water"),
            "parameter": _names("mate"),
            "escaped": result([[True]], same=BOOL),
        },
        calls=4,
    )
    send(
        "dates, times and spans in parameters",
        "/parameters/time",
        result(
            [
                [
                    "date 2024-03-01",
                    "datetime 2024-03-02T00:00:02.000002",
                    "timedelta 2 days, 0:00:04.000006",
                    "str 2024-02-29",
                ]
            ],
            day=1082,
            moment=1114,
            span=1186,
            text=TEXT,
        ),
    )
    send(
        "dates, times and spans in rows of executemany",
        "/parameters/time-in-rows",
        {
            "result": done(2),
            "left": [
                ["str 1999-12-31; 1999-12-31 23:59:00; -1 days +23:59:59"],
                ["str 2024-02-29; 2024-02-29 10:30:00.000005; 1 day 12:00:00.000001"],
            ],
        },
        calls=2,
    )


def _names(*names: str) -> dict[str, Any]:
    return result([[f"str {name}"] for name in names], name=TEXT)


def _share(text: str) -> dict[str, Any]:
    return result([[f"str {text}"]], share=TEXT)
