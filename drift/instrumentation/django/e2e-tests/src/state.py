"""Cookies, sessions and CSRF."""

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from reading import read_only


def cookies(request: HttpRequest) -> HttpResponse:
    answer = JsonResponse(request.COOKIES)
    answer.set_cookie("visited", "yes", max_age=60, httponly=True, samesite="Lax")
    answer.delete_cookie("theme")
    return answer


def signed(request: HttpRequest) -> HttpResponse:
    """What was signed is read; what was tampered with is not. (get_signed_cookie signs in another way from Django 6.1
    on.)"""
    read = {}
    for name, cookie in request.COOKIES.items():
        try:
            read[name] = signing.loads(cookie, salt="basket")
        except signing.BadSignature as error:
            read[name] = type(error).__name__
    answer = JsonResponse(read)
    answer.set_signed_cookie("basket", "oolong")
    return answer


def session(request: HttpRequest) -> HttpResponse:
    """Reads all that the session holds, then changes it."""
    held = dict(request.session.items())
    if request.method == "DELETE":
        request.session.flush()
    else:
        request.session["visits"] = held.get("visits", 0) + 1
    now, modified = dict(request.session.items()), request.session.modified
    return JsonResponse({"by": request.method, "held": held, "now": now, "modified": modified})


async def async_session(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"held": dict(request.session.items())})


@ensure_csrf_cookie
def csrf_cookie(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"length": len(get_token(request))})


def csrf_token(request: HttpRequest) -> HttpResponse:
    """As a single-page application asks for it. The token is masked anew for every answer."""
    token = get_token(request)
    cookie = request.COOKIES.get("csrftoken")
    return JsonResponse({"token": token, "length": len(token), "plain": token.isalnum(), "cookie": cookie})


@csrf_protect
def transfer(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"transferred": True, "by": request.method, "form": sorted(request.POST)})


urls = [
    path("session", session),
    path("csrf/transfer", transfer),
    *read_only(
        path("cookies", cookies),
        path("signed", signed),
        path("async/session", async_session),
        path("csrf/cookie", csrf_cookie),
        path("csrf/token", csrf_token),
    ),
]
