"""What the project asks for at its start, before its first request."""

from __future__ import annotations

from typing import Any

from calls import fetch, fetch_httpx
from django.apps import AppConfig

found: dict[str, Any] = {}


class Start(AppConfig):
    name = "start"

    def ready(self) -> None:
        found.update(owner=fetch("/users/1"), weather=fetch_httpx("/weather?city=Bonn"))
