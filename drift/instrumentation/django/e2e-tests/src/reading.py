"""Views that only read."""

from __future__ import annotations

from django.urls import URLPattern
from django.views.decorators.http import require_safe


def read_only(*routes: URLPattern) -> list[URLPattern]:
    """The same routes; those to functions answer GET and HEAD alone. A class says itself which methods it has."""
    for route in routes:
        if not hasattr(route.callback, "view_class"):
            route.callback = require_safe(route.callback)
    return list(routes)
