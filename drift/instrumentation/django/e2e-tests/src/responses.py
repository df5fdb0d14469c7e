"""Responses."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import condition
from middleware import Refused
from routing import read_only

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PLAIN = "text/plain; charset=utf-8"
# A saved page. The SDK does not know this type, so it records the response; the type contains "text/html", so it
# normalises the body. Real HTML is not recorded.
ARCHIVE = 'multipart/related; type="text/html"'


def encoded(request: HttpRequest) -> HttpResponse:
    """A list of types that only Django's JSON encoder can serialise."""
    values = [Decimal("2.50"), date(2020, 2, 29), timedelta(hours=1), "žluťoučký 馬 🐎", 1.5, None, True, {"a": [1]}]
    return JsonResponse(values, safe=False, json_dumps_params={"ensure_ascii": False})


def problem(request: HttpRequest) -> HttpResponse:
    """A content type unknown to the SDK and a custom reason phrase."""
    return HttpResponse('{"title": "none"}', content_type="application/problem+json", reason="Fine So Far")


def look_alike(request: HttpRequest) -> HttpResponse:
    """JSON that contains HTML: the SDK must not change it."""
    return JsonResponse({"html": "<a class='b a'><input name='csrfmiddlewaretoken' value='kept'></a>"})


def template(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "letter.txt", {"name": "Zoë & Ada"}, content_type=PLAIN)


async def async_template(request: HttpRequest) -> HttpResponse:
    return render(request, "letter.txt", {"name": "Grace", "added": "the view"}, content_type=PLAIN)


def streamed(request: HttpRequest, numbers: Sequence[str] = NUMBERS) -> HttpResponseBase:
    return StreamingHttpResponse((f"{number}\n" for number in numbers), content_type=PLAIN)


async def async_streamed(request: HttpRequest, numbers: Sequence[str] = NUMBERS) -> HttpResponseBase:
    async def lines() -> AsyncIterator[str]:
        for number in numbers:
            await asyncio.sleep(0)
            yield f"{number}\n"

    return StreamingHttpResponse(lines(), content_type=PLAIN)


def file(request: HttpRequest) -> HttpResponseBase:
    letter = Path(__file__).resolve().parent / "templates" / "letter.txt"
    return FileResponse(letter.open("rb"), filename="letter.txt", content_type=PLAIN)


def large(request: HttpRequest) -> HttpResponse:
    rows = [{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(2000)]
    return JsonResponse({"rows": rows})


class GZip(GZipMiddleware):
    """Without the up to 100 random bytes that Django adds to a compressed response: with them, replay would match only
    about once in a hundred runs."""

    max_random_bytes = 0


@decorator_from_middleware(GZip)
def compressed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("zipped " * 100, content_type=PLAIN)


@condition(etag_func=lambda request: '"of-the-page"')
def tagged(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"tag": request.headers.get("If-None-Match")})


def moved(request: HttpRequest) -> HttpResponse:
    response = redirect("item", item=7)
    response["Content-Type"] = PLAIN
    return response


def shuffled(tea: str) -> str:
    """Returns CSS classes in random order."""
    return " ".join(random.sample([*NUMBERS, tea], k=11))


@csrf_protect
def saved_page(request: HttpRequest) -> HttpResponse:
    """A page with everything that the SDK normalises."""
    return render(request, "form.html", {"classes": shuffled(request.GET.get("tea", "green"))}, content_type=ARCHIVE)


def latin_1_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p class="b a">déjà vu</p>'.encode("latin-1"), content_type=ARCHIVE)


def compressed_page(request: HttpRequest) -> HttpResponse:
    """Has a Content-Encoding, but is not compressed. The SDK does not normalise compressed bodies."""
    return HttpResponse('<p class="b a">kept</p>', content_type=ARCHIVE, headers={"Content-Encoding": "x-none"})


def plain_page(request: HttpRequest) -> HttpResponse:
    kind = ARCHIVE.replace("text/html", "Text/HTML")
    headers = {"Content-Encoding": "identity"}
    return HttpResponse(f"<p CLASS='{shuffled('green')}'></p>", content_type=kind, headers=headers)


def raising(error: type[Exception], message: str) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error(message)

    return view


def async_raising(error: type[Exception], message: str) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    async def view(request: HttpRequest) -> HttpResponse:
        raise error(message)

    return view


def on_error(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": str(exception)}, status=403 if isinstance(exception, PermissionDenied) else 400)


def on_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": type(exception).__name__}, status=404)


def on_broken(request: HttpRequest) -> HttpResponse:
    """The error page. Below /hopeless it fails itself, so its exception goes through all middleware."""
    if request.path.endswith("/hopeless"):
        raise RuntimeError("the error page is broken too")
    return JsonResponse({"error": "of the server"}, status=500)


def on_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Replaces Django's page, which is HTML, so that only the status keeps the SDK from recording."""
    return JsonResponse({"error": reason}, status=403)


urls = read_only(
    *(encoded, problem, look_alike, template, async_template, streamed, async_streamed, file, large, compressed),
    *(tagged, moved, saved_page, latin_1_page, compressed_page, plain_page),
    path("text", lambda request: HttpResponse("plain, with an ü and a ✓\n", content_type=PLAIN)),
    path("latin-1", lambda request: HttpResponse("déjà vu", content_type="text/plain", charset="iso-8859-1")),
    path("streamed-nothing", streamed, {"numbers": ()}),
    path("async/streamed-nothing", async_streamed, {"numbers": ()}),
    path("huge", lambda request: HttpResponse("x" * 1_200_000, content_type=PLAIN)),
    path("empty", lambda request: HttpResponse(status=204, content_type=PLAIN)),
    path("untyped", lambda request: HttpResponse(status=204)),
    path("page", lambda request: HttpResponse("<h1>Hello</h1>")),
    path("empty-page", lambda request: HttpResponse(content_type=ARCHIVE)),
    path("missing", raising(Http404, "no such thing")),
    path("forbidden", raising(PermissionDenied, "not for you")),
    path("bad", raising(BadRequest, "what is this")),
    path("broken", raising(ZeroDivisionError, "on purpose")),
    path("hopeless", raising(ZeroDivisionError, "on purpose")),
    path("async/broken", async_raising(ZeroDivisionError, "on purpose")),
    path("refused", raising(Refused, "by the view")),
    path("async/refused", async_raising(Refused, "by the async view")),
)
