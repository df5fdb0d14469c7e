"""What goes out."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
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
from reading import read_only

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PLAIN = "text/plain; charset=utf-8"
# A saved page. The SDK does not know the type, and so records it; "text/html" stands in it, and so it evens it out. Of
# HTML itself it records nothing.
ARCHIVE = 'multipart/related; type="text/html"'


def text(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain, with an ü and a ✓\n", content_type=PLAIN)


def latin_1(request: HttpRequest) -> HttpResponse:
    return HttpResponse("déjà vu", content_type="text/plain", charset="iso-8859-1")


def encoded(request: HttpRequest) -> HttpResponse:
    """What Django's JSON knows beside JSON's own, and a list at the top."""
    values = [Decimal("2.50"), date(2020, 2, 29), timedelta(hours=1), "žluťoučký 馬 🐎", 1.5, None, True, {"a": [1]}]
    return JsonResponse(values, safe=False, json_dumps_params={"ensure_ascii": False})


def problem(request: HttpRequest) -> HttpResponse:
    """A type that the SDK does not know, and a reason of its own."""
    return HttpResponse('{"title": "none"}', content_type="application/problem+json", reason="Fine So Far")


def look_alike(request: HttpRequest) -> HttpResponse:
    """JSON that holds HTML: nothing in it is to be changed."""
    return JsonResponse({"html": "<a class='b a'><input name='csrfmiddlewaretoken' value='kept'></a>"})


def template(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "letter.txt", {"name": "Zoë & Ada"}, content_type=PLAIN)


async def async_template(request: HttpRequest) -> HttpResponse:
    return render(request, "letter.txt", {"name": "Grace", "added": "the view"}, content_type=PLAIN)


def streamed(request: HttpRequest) -> HttpResponseBase:
    def lines() -> Iterator[str]:
        for number in NUMBERS:
            yield f"{number}\n"

    return StreamingHttpResponse(lines(), content_type=PLAIN)


async def async_streamed(request: HttpRequest) -> HttpResponseBase:
    async def lines() -> AsyncIterator[str]:
        for number in NUMBERS:
            await asyncio.sleep(0)
            yield f"{number}\n"

    return StreamingHttpResponse(lines(), content_type=PLAIN)


def streamed_nothing(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse([], content_type=PLAIN)


async def async_streamed_nothing(request: HttpRequest) -> HttpResponseBase:
    async def lines() -> AsyncIterator[str]:
        for nothing in ():
            yield nothing

    return StreamingHttpResponse(lines(), content_type=PLAIN)


def file(request: HttpRequest) -> HttpResponseBase:
    letter = Path(__file__).resolve().parent / "templates" / "letter.txt"
    return FileResponse(letter.open("rb"), filename="letter.txt", content_type=PLAIN)


def large(request: HttpRequest) -> HttpResponse:
    rows = [{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(2000)]
    return JsonResponse({"rows": rows})


def huge(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x" * 1_200_000, content_type=PLAIN)


class GZip(GZipMiddleware):
    """Without the up to 100 random bytes that Django puts into what it compresses. With them an answer is the same
    again once in a hundred times, and fails in replay all others."""

    max_random_bytes = 0


@decorator_from_middleware(GZip)
def compressed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("zipped " * 100, content_type=PLAIN)


@condition(etag_func=lambda request: '"of-the-page"')
def tagged(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"tag": request.headers.get("If-None-Match")})


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204, content_type=PLAIN)


def untyped(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def moved(request: HttpRequest) -> HttpResponse:
    answer = redirect("item", item=7)
    answer["Content-Type"] = PLAIN
    return answer


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>Hello</h1>")


def shuffled(tea: str) -> str:
    """Classes in another order every time."""
    return " ".join(random.sample([*NUMBERS, tea], k=11))


@csrf_protect
def saved_page(request: HttpRequest) -> HttpResponse:
    """A page with all that the SDK evens out."""
    classes = shuffled(request.GET.get("tea", "green"))
    return render(request, "form.html", {"classes": classes}, content_type=ARCHIVE)


def latin_1_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p class="b a">déjà vu</p>'.encode("latin-1"), content_type=ARCHIVE)


def compressed_page(request: HttpRequest) -> HttpResponse:
    """Only said to be: nothing is done to what is compressed."""
    return HttpResponse('<p class="b a">kept</p>', content_type=ARCHIVE, headers={"Content-Encoding": "x-none"})


def plain_page(request: HttpRequest) -> HttpResponse:
    page = f"<p CLASS='{shuffled('green')}'></p>"
    return HttpResponse(
        page, content_type=ARCHIVE.replace("text/html", "Text/HTML"), headers={"Content-Encoding": "identity"}
    )


def empty_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(content_type=ARCHIVE)


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("no such thing")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("not for you")


def bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest("what is this")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("on purpose")


async def async_broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("on purpose")


def refused(request: HttpRequest) -> HttpResponse:
    raise Refused("by the view")


async def async_refused(request: HttpRequest) -> HttpResponse:
    raise Refused("by the async view")


def on_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": str(exception)}, status=400)


def on_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": str(exception)}, status=403)


def on_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": type(exception).__name__}, status=404)


def on_broken(request: HttpRequest) -> HttpResponse:
    """The page for errors, which itself fails below /hopeless: such an exception goes through all middleware."""
    if request.path.endswith("/hopeless"):
        raise RuntimeError("the error page is broken too")
    return JsonResponse({"error": "of the server"}, status=500)


def on_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """In place of Django's page, which is HTML: it is then the status alone for which the SDK records nothing."""
    return JsonResponse({"error": reason}, status=403)


urls = read_only(
    path("text", text),
    path("latin-1", latin_1),
    path("encoded", encoded),
    path("problem", problem),
    path("look-alike", look_alike),
    path("template", template),
    path("async/template", async_template),
    path("streamed", streamed),
    path("async/streamed", async_streamed),
    path("streamed-nothing", streamed_nothing),
    path("async/streamed-nothing", async_streamed_nothing),
    path("file", file),
    path("large", large),
    path("huge", huge),
    path("compressed", compressed),
    path("tagged", tagged),
    path("empty", empty),
    path("untyped", untyped),
    path("moved", moved),
    path("page", page),
    path("saved-page", saved_page),
    path("latin-1-page", latin_1_page),
    path("compressed-page", compressed_page),
    path("plain-page", plain_page),
    path("empty-page", empty_page),
    path("missing", missing),
    path("forbidden", forbidden),
    path("bad", bad),
    path("broken", broken),
    path("hopeless", broken),
    path("async/broken", async_broken),
    path("refused", refused),
    path("async/refused", async_refused),
)
