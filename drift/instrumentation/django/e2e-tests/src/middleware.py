"""Middleware of the project's own. The SDK puts its own before all of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from calls import fetch, fetch_httpx
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

OPEN_TOKENS = {"Bearer ada": 1, "Bearer grace": 2}


class Refused(Exception):
    """What a view raises to be answered by Doorkeeper."""


@sync_and_async_middleware
def steps(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Notes what happens to a request in which order, in a list on it and in a header."""

    def before(request: HttpRequest) -> None:
        request.steps = ["steps in"]

    def after(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        answer["X-Steps"] = ", ".join([*request.steps, "steps out"])
        return answer

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            before(request)
            return after(request, await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        before(request)
        return after(request, get_response(request))

    return synchronous


class Doorkeeper(MiddlewareMixin):
    """Every hook that Django knows. Asks the upstream who a caller is (`requests`), tells it after some views what was
    done (`httpx`), and adds its reply to the answer."""

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
            response["Content-Length"] = str(len(response.content))  # CommonMiddleware, further in, has set it already
        return response


class AsyncClock:
    """A class that is async where its surroundings are."""

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
