"""Derives routes from the names of views."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Union

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

View = Callable[..., Any]
AsyncView = Callable[..., Awaitable[HttpResponseBase]]


def routes(*views: Union[View, URLPattern], below: str = "") -> list[URLPattern]:
    """Returns a route for each view: `async_saved_page` becomes async/saved-page. `below` is a prefix of the path."""
    return [view if isinstance(view, URLPattern) else _route(view, below) for view in views]


def _route(view: View, below: str) -> URLPattern:
    name = view.__name__
    prefix = "async/" if name.startswith("async_") else ""
    return path(prefix + below + name[len(prefix) :].replace("_", "-"), view)


def read_only(*views: Union[View, URLPattern], below: str = "") -> list[URLPattern]:
    """Like `routes`, but function views accept only GET and HEAD. A class declares its own methods."""
    patterns = routes(*views, below=below)
    for route in patterns:
        if not hasattr(route.callback, "view_class"):
            guard = _require_safe_async if iscoroutinefunction(route.callback) else require_safe
            route.callback = guard(route.callback)
    return patterns


def _require_safe_async(view: AsyncView) -> AsyncView:
    """require_safe for an async function, which Django 4 (Python 3.9) lacks."""

    @wraps(view)
    async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return await view(request, *args, **kwargs)

    return guarded
