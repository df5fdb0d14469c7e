"""What the project asks for at its start, before its first request."""

from contextlib import suppress
from typing import Any

from calls import IN_REPLAY, fetch, fetch_httpx
from django.apps import AppConfig

found: dict[str, Any] = {}


class Start(AppConfig):
    name = "start"

    def ready(self) -> None:
        found.update(owner=fetch("/users/1"), weather=fetch_httpx("/weather?city=Bonn"))
        if IN_REPLAY:  # as where a warm-up has left a file that the next start does not find
            with suppress(RuntimeError):
                fetch("/users", "POST", json={"name": "of the start"})
