"""Django's own responses: files, redirects, conditional responses, cookies."""

from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import path, re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, conditional_page, last_modified
from django.views.decorators.vary import vary_on_headers
from django.views.generic import RedirectView
from django.views.static import serve
from responses import NUMBERS, PLAIN
from routing import read_only


def report(request: HttpRequest) -> HttpResponseBase:
    """A download from memory, with a content type unknown to the SDK."""
    return FileResponse(BytesIO(bytes(range(256))), as_attachment=True, filename="report.bin", content_type="x-e2e/bin")


def streamed_csv(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse((f"{number}\n" for number in NUMBERS), content_type="text/csv")


def redirected(request: HttpRequest) -> HttpResponse:
    """A redirect with Django's default content type, HTML."""
    return HttpResponseRedirect("/items/7")


@conditional_page
def tagged_by_content(request: HttpRequest) -> HttpResponse:
    """The ETag is a hash of the response."""
    return JsonResponse({"page": "the same as ever"})


@last_modified(lambda request: datetime(2020, 2, 29, 12, tzinfo=timezone.utc))
def dated(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"since": request.headers.get("If-Modified-Since")})


@condition(etag_func=lambda request: '"of-the-page"')
def guarded(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"matched": request.headers.get("If-Match")})


def two_cookies(request: HttpRequest) -> HttpResponse:
    response = JsonResponse({"cookies": 2})
    response.set_cookie("first", "1")
    response.set_cookie("second", "of two", secure=True, path="/served")
    return response


@vary_on_headers("Accept-Language")
@cache_control(private=True, max_age=60)
def varied(request: HttpRequest) -> HttpResponse:
    response = JsonResponse({"language": request.headers.get("Accept-Language")})
    patch_vary_headers(response, ["X-Tenant"])
    return response


@never_cache
def never_cached(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"cached": False})


@gzip_page
def too_short_to_zip(request: HttpRequest) -> HttpResponse:
    """Shorter than 200 bytes, Django's minimum for compression."""
    return HttpResponse("short", content_type=PLAIN)


urls = read_only(
    *(report, streamed_csv, redirected, tagged_by_content, dated, guarded, two_cookies, varied, never_cached),
    too_short_to_zip,
    path("old-items/<int:item>", RedirectView.as_view(pattern_name="item", permanent=True, query_string=True)),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": Path(__file__).resolve().parent / "static"}),
)
