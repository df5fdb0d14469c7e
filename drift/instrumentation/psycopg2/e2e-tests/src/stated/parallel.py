"""What the requests of ../parallel.py state: threads."""

from typing import Any

from stated.words import INT, TEXT, Send, result


def requests(send: Send) -> None:
    """Send them all."""
    found = [_item(1, "tea", 40), _item(5, "茶", 3)]
    send("threads", "/parallel/own", found, calls=2)
    found = [_item(2, "mate", 12), _item(3, "kávé", 0), _item(4, "water", 7)]
    send("threads that share a connection", "/parallel/shared", found, calls=3)


def _item(number: int, name: str, stock: int) -> dict[str, Any]:
    return result([[f"int {number}", f"str {name}", f"int {stock}"]], id=INT, name=TEXT, stock=INT)
