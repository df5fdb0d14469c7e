"""Views that only read."""

from __future__ import annotations

from asyncio import iscoroutinefunction

import django
from django.urls import URLPattern
from django.views.decorators.http import require_safe


def read_only(*routes: URLPattern) -> list[URLPattern]:
    """The same routes; those to functions answer GET and HEAD alone. A class says itself which methods it has; Django 4
    (Python 3.9) cannot say it of an async function."""
    for route in routes:
        beyond = iscoroutinefunction(route.callback) and django.VERSION < (5,)
        if not (hasattr(route.callback, "view_class") or beyond):
            route.callback = require_safe(route.callback)
    return list(routes)
