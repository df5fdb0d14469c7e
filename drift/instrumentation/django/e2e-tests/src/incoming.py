"""Methods and request data."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from calls import fetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path, register_converter, reverse
from django.views import View
from django.views.decorators.http import require_http_methods
from routing import read_only, routes


class Year:
    """A custom path converter."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


register_converter(Year, "year")


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def seen(request: HttpRequest) -> dict[str, Any]:
    """Returns Django's view of the request's body."""
    body = request.body
    return {
        "method": request.method,
        "json": json.loads(body) if request.content_type == "application/json" and body else None,
        "form": dict(request.POST.lists()),
        **digest(body),
    }


@require_http_methods(["GET", "POST"])
def items(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return JsonResponse(seen(request), status=201, headers={"Location": reverse("item", args=[7])})
    return JsonResponse({"query": dict(request.GET.lists()), "limit": int(request.GET.get("limit", "10"))})


class Item(View):
    """A class-based view with every HTTP method."""

    def get(self, request: HttpRequest, item: int) -> HttpResponse:
        return JsonResponse({"id": item, "method": request.method})

    def put(self, request: HttpRequest, item: int) -> HttpResponse:
        return JsonResponse({"id": item, **seen(request)})

    patch = put

    def delete(self, request: HttpRequest, item: int) -> HttpResponse:
        return JsonResponse({"deleted": item, **digest(request.body)})


class AsyncItem(View):
    async def get(self, request: HttpRequest, item: int) -> HttpResponse:
        return JsonResponse({"id": item, "method": request.method, "steps": request.steps})

    async def post(self, request: HttpRequest, item: int) -> HttpResponse:
        return JsonResponse({"id": item, **seen(request)})

    async def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        methods = self._allowed_methods()
        return JsonResponse({"path": request.path, "methods": methods}, headers={"Allow": ", ".join(methods)})


async def async_echo(request: HttpRequest) -> HttpResponse:
    text = json.loads(request.body)["text"]
    return JsonResponse({"method": request.method, "text": text, "length": len(text)})


def converted(request: HttpRequest, **given: Any) -> HttpResponse:
    """Returns the values and types that the path's converters produced."""
    shown = {name: f"{type(value).__name__} {value}" for name, value in given.items()}
    return JsonResponse({"path": request.path, "given": shown, "route": request.resolver_match.route})


def with_uuid(request: HttpRequest, key: UUID) -> HttpResponse:
    """Shows the UUID in groups of four digits: no comparison rule about UUIDs can ignore a difference in them."""
    return JsonResponse({"type": type(key).__name__, "hex": [key.hex[at : at + 4] for at in range(0, 32, 4)]})


def form(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"form": dict(request.POST.lists()), "type": request.content_type, **digest(request.body)})


def upload(request: HttpRequest) -> HttpResponse:
    files = [
        {"field": field, "name": file.name, "type": file.content_type, **digest(file.read())}
        for field, file in request.FILES.items()
    ]
    length = int(request.META["CONTENT_LENGTH"])  # the boundary is new each time, its length is not
    return JsonResponse({"files": files, "form": dict(request.POST.lists()), "length": length})


def typed(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"type": request.content_type, "parameters": request.content_params, **digest(request.body)})


def streamed_in(request: HttpRequest) -> HttpResponse:
    """Reads the body in chunks."""
    first, line = request.read(5).decode(), request.readline().decode()
    return JsonResponse({"method": request.method, "first": first, "line": line, "rest": digest(request.read())})


def headers(request: HttpRequest) -> HttpResponse:
    came = {
        "token": request.headers.get("X-Token"),
        "languages": request.META.get("HTTP_ACCEPT_LANGUAGE"),
        "authorization": request.headers.get("Authorization"),
        "accepts": [kind for kind in ("text/plain", "application/json", "text/html") if request.accepts(kind)],
        "caller": request.caller,
    }
    response = JsonResponse(came, headers={"X-Answer": "of the view"})
    response["X-Also"] = "this"
    return response


def forwarded(request: HttpRequest) -> HttpResponse:
    urls = {"url": request.build_absolute_uri(), "next": request.build_absolute_uri("?page=2")}
    return JsonResponse({**urls, "secure": request.is_secure(), "host": request.get_host()})


def ruled(request: HttpRequest) -> HttpResponse:
    """The target of the rules in .tusk/config.yaml."""
    owner = {"owner": fetch("/users/1")} if request.path.endswith("-with-a-call") else {}
    return JsonResponse({"length": len(request.headers["X-Card"]), **owner})


def where(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"path": request.path, "info": request.path_info, "prefix": request.META["SCRIPT_NAME"]})


urls = [
    path("items", items, name="items"),
    path("items/<int:item>", Item.as_view(), name="item"),
    path("async/items/<int:item>", AsyncItem.as_view()),
    path("raw", lambda request: JsonResponse({"method": request.method, **digest(request.body)})),
    *routes(async_echo, form, upload, typed, streamed_in),
    *read_only(
        *(headers, forwarded, where),
        path("archive/<year:year>/<slug:slug>/", converted),
        path("files/<path:name>", converted),
        path("keys/<uuid:key>", with_uuid),
        re_path(r"^codes/(?P<letters>[A-Z]{2})-(?P<digits>\d+)$", converted),
        path("host", lambda request: JsonResponse({"host": request.get_host().partition(":")[0]})),
        path("rules/left-out", ruled),
        path("rules/masked", ruled),
        path("rules/left-out-with-a-call", ruled),
    ),
]
