"""The project's start-up, its own middleware (the SDK's middleware is outside of it), and an included URLconf."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from calls import IN_REPLAY, fetch, fetch_httpx
from django.apps import AppConfig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import include, path, reverse
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from routing import read_only

OPEN_TOKENS = {"Bearer ada": 1, "Bearer grace": 2}
at_start: dict[str, Any] = {}


class Start(AppConfig):
    name = "middleware"
    label = "start"

    def ready(self) -> None:
        """Makes calls before the first request."""
        at_start.update(owner=fetch("/users/1"), weather=fetch_httpx("/weather?city=Bonn"))
        if IN_REPLAY:  # as an application that finds no cache file in replay
            with suppress(RuntimeError):
                fetch("/users", "POST", json={"name": "of the start"})


class Refused(Exception):
    """Raised by a view; Doorkeeper turns it into a response."""


@sync_and_async_middleware
def steps(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Notes the order of the steps of a request, in a list on the request and in a response header."""

    def after(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Steps"] = ", ".join([*request.steps, "steps out"])
        return response

    async def asynchronous(request: HttpRequest) -> HttpResponseBase:
        request.steps = ["steps in"]
        return after(request, await get_response(request))

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        request.steps = ["steps in"]
        return after(request, get_response(request))

    return asynchronous if iscoroutinefunction(get_response) else synchronous


class Doorkeeper(MiddlewareMixin):
    """Implements every hook of Django's middleware.

    It calls the upstream to identify the caller (`requests`), reports to it after some views (`httpx`), and adds the
    reply to the response."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        request.steps.append("doorkeeper in")
        token = request.headers.get("Authorization", "")
        request.caller = fetch(f"/users/{OPEN_TOKENS[token]}") if token in OPEN_TOKENS else None
        if request.path.endswith("/closed"):
            return JsonResponse({"closed": True, "method": request.method, "caller": request.caller})
        return None

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        request.steps.append(f"view {request.resolver_match.route} {sorted(kwargs)}")

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        request.steps.append("template")
        response.context_data = {**(response.context_data or {}), "added": "the middleware"}
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        request.steps.append(f"exception {type(error).__name__}")
        if isinstance(error, Refused):
            return JsonResponse({"refused": str(error), "steps": request.steps})
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        request.steps.append("doorkeeper out")
        if request.path.endswith("/audited"):
            audit = fetch_httpx("/users", "POST", json={"name": "audit"})
            response["X-Audit"] = str(audit["status"])
            response.content = json.dumps({**json.loads(response.content), "audit": audit})
            response["Content-Length"] = str(len(response.content))  # CommonMiddleware, further in, has already set it
        return response


class AsyncClock:
    """Middleware that is async if get_response is async."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.steps.append("clock in")
        return self.asynchronous(request) if iscoroutinefunction(self) else self.get_response(request)

    async def asynchronous(self, request: HttpRequest) -> HttpResponseBase:
        request.steps.append("clock is async")
        return await self.get_response(request)


def price(request: HttpRequest, amount: int, currency: str) -> HttpResponse:
    match = request.resolver_match
    given = {"amount": amount, "currency": currency, "gross": amount * 6 / 5}
    return JsonResponse({**given, "view": match.view_name, "route": match.route, "steps": request.steps})


def closed(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the middleware responds before this view")


def audited(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"caller": request.caller, "reversed": reverse("shop:closed")})


shop = [
    path("price/<int:amount>/<str:currency>", price, name="price"),
    path("closed", closed, name="closed"),
    path("audited", audited, name="audited"),
]
urls = [
    *read_only(path("settings", lambda request: JsonResponse(at_start))),
    path("shop/", include((read_only(*shop), "shop"))),
]
