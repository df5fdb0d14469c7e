"""Users, and what else a project takes from Django's contrib packages: a storage, headers for safety, a feed."""

import json

from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.syndication.views import Feed
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.security import SecurityMiddleware
from django.urls import path
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from reading import read_only


def prepare() -> None:
    """Two users. The password of the second is salted as ever: the requests send a session of hers."""
    with connection.schema_editor() as editor:
        for model in (ContentType, Permission, Group, get_user_model()):
            editor.create_model(model)
    users = get_user_model().objects
    users.create_user("ada", password="s3same")  # noqa: S106 - of a test
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
    told = {"name": name, "size": storage.size(name), "url": storage.url(name), "text": text}
    storage.delete(name)
    return JsonResponse({**told, "left": storage.exists(name)})


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


urls = [
    path("log-in", log_in),
    path("feed", Teas()),
    *read_only(path("me", me), path("stored", stored), path("safe", safe)),
]
