"""What the requests of ../connections.py state."""

from __future__ import annotations

from stated.words import Send


def requests(get: Send, _: Send) -> None:
    """Send them all."""
    get(
        "/connections/info",
        database=["app", "app", True, True],
        options=["app", "app", "tea shop"],
        parameters=["UTC", "UTF8", None],
        password=True,
        server=["PostgreSQL", True, True, True],
        session=["utf-8", "UTC"],
        state=[False, False, False, None],
        status=["OK", "OFF", ""],
        statements=0,
    )
    get("/connections/handlers", ["NOTICE: it boils", "kettle: boils"], statements=3)
    get("/connections/notifies", ["whistle: blown"], statements=2)
    get("/connections/loaded-at-start", currency="EUR", greeting="Good morning, ☕", statements=0)
