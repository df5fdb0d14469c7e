"""Views that only read."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern
from django.views.decorators.http import require_safe

AsyncView = Callable[..., Awaitable[HttpResponseBase]]


def read_only(*routes: URLPattern) -> list[URLPattern]:
    """The same routes; those to functions answer GET and HEAD alone. A class says itself which methods it has."""
    for route in routes:
        if not hasattr(route.callback, "view_class"):
            guard = require_safe_async if iscoroutinefunction(route.callback) else require_safe
            route.callback = guard(route.callback)
    return list(routes)


def require_safe_async(view: AsyncView) -> AsyncView:
    """require_safe of an async function, which Django 4 (Python 3.9) has not."""

    @wraps(view)
    async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return await view(request, *args, **kwargs)

    return guarded
