"""Users, cookies, sessions, CSRF; and contrib packages: file storage, security headers, a feed."""

import json

from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.syndication.views import Feed
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.middleware.security import SecurityMiddleware
from django.urls import path
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.http import require_POST
from routing import read_only, routes


def prepare() -> None:
    """Creates two users with fixed salts: sessions depend on it, and requests send that of the second user."""
    with connection.schema_editor() as editor:
        for model in (ContentType, Permission, Group, get_user_model()):
            editor.create_model(model)
    users = get_user_model().objects
    # A shorter salt would be replaced at log-in by a random one, which ends the session in replay.
    users.create(username="ada", password=make_password("s3same", salt="of-a-test-with-22-chars"))
    grace = users.create(username="grace", password=make_password("s3same", salt="of-a-test"))
    grace.groups.add(Group.objects.create(name="tasters"))


@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    given = json.loads(request.body)
    user = authenticate(request, **given)
    if user:
        login(request, user)
    return JsonResponse({"given": given, "user": user and user.username, "now": request.user.username})


@login_required(login_url="/log-in")
def me(request: HttpRequest) -> HttpResponse:
    groups = list(request.user.groups.values_list("name", flat=True))
    return JsonResponse({"user": request.user.username, "groups": groups, "may": request.user.has_perm("start.brew")})


def stored(request: HttpRequest) -> HttpResponse:
    storage = InMemoryStorage(base_url="/kept/")
    name = storage.save("teas/note.txt", ContentFile("of a storage"))
    with storage.open(name) as file:
        text = file.read().decode()
    kept = {"name": name, "size": storage.size(name), "url": storage.url(name), "text": text}
    storage.delete(name)
    return JsonResponse({**kept, "left": storage.exists(name)})


@xframe_options_sameorigin
@decorator_from_middleware(SecurityMiddleware)
def safe(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"secure": request.is_secure()})


class Teas(Feed):
    title, link, description = "Teas", "/stock/teas", "What there is"

    def items(self) -> list[str]:
        return ["assam", "oolong"]

    def item_title(self, item: str) -> str:
        return item.title()

    def item_link(self, item: str) -> str:
        return f"/stock/teas/{item}"


def cookies(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(request.COOKIES)
    response.set_cookie("visited", "yes", max_age=60, httponly=True, samesite="Lax")
    response.delete_cookie("theme")
    return response


def signed(request: HttpRequest) -> HttpResponse:
    """Responds with the value of each valid signed cookie, or the name of the error.

    signing.loads instead of get_signed_cookie, because that signs differently from Django 6.1 on."""
    read = {}
    for name, cookie in request.COOKIES.items():
        try:
            read[name] = signing.loads(cookie, salt="basket")
        except signing.BadSignature as error:
            read[name] = type(error).__name__
    response = JsonResponse(read)
    response.set_signed_cookie("basket", "oolong")
    return response


def session(request: HttpRequest) -> HttpResponse:
    """Responds with the session's content before and after a change."""
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
    """Returns the token in JSON, as for a single-page application. Django masks the token anew in each response."""
    token = get_token(request)
    cookie = request.COOKIES.get("csrftoken")
    return JsonResponse({"token": token, "length": len(token), "plain": token.isalnum(), "cookie": cookie})


@csrf_protect
def transfer(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"transferred": True, "by": request.method, "form": sorted(request.POST)})


urls = [
    *routes(log_in, session, path("csrf/transfer", transfer), path("feed", Teas())),
    *read_only(me, stored, safe, cookies, signed, async_session),
    *read_only(path("csrf/cookie", csrf_cookie), path("csrf/token", csrf_token)),
]
