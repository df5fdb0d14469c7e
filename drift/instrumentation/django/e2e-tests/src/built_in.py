"""Django's cache, messages, forms, mail, translation and time zones, and custom signals."""

import json
from datetime import datetime, timezone
from io import StringIO
from typing import Any

from calls import fetch, fetch_httpx
from django import forms
from django.contrib import messages
from django.core import mail, management, validators
from django.core.cache import cache, caches
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings
from django.urls import path
from django.utils import timezone as zones
from django.utils import translation
from django.utils.formats import date_format
from django.views import View
from django.views.decorators.cache import cache_page
from routing import read_only

ordered = Signal()
made: list[int] = []


def cached(request: HttpRequest) -> HttpResponse:
    """Makes the call once and uses the cached response twice."""
    cache.delete("owner")
    responses = [cache.get_or_set("owner", lambda: fetch("/users/1"), 60) for _ in range(2)]
    return JsonResponse({"answers": responses, "deleted": cache.delete("owner")})


def counted(request: HttpRequest) -> HttpResponse:
    cache.set_many({"a": 1, "b": [2]}, 60)
    cache.incr("a", 4)
    cache.set("a", "of version 2", 60, version=2)
    found = {"all": cache.get_many(["a", "b", "c"]), "version": cache.get("a", version=2)}
    return JsonResponse({**found, "added": cache.add("a", 0), "default": cache.get("c", "none")})


@cache_page(60, cache="pages")
def made_once(request: HttpRequest) -> HttpResponse:
    made.append(1)
    return JsonResponse(fetch_httpx("/users/2"))


def cached_page(request: HttpRequest) -> HttpResponse:
    caches["pages"].clear()
    made.clear()
    first, second = made_once(request), made_once(request)
    bodies = {"first": json.loads(first.content), "second": json.loads(second.content)}
    return JsonResponse({"made": len(made), "age": second["Cache-Control"], **bodies})


async def async_cached(request: HttpRequest) -> HttpResponse:
    await cache.aset("async", {"of": ["this", 1]}, 60)
    return JsonResponse({"found": await cache.aget("async"), "deleted": await cache.adelete("async")})


def notes(request: HttpRequest) -> HttpResponse:
    """Messages from a cookie, and messages of this request."""
    messages.success(request, "saved")
    messages.add_message(request, messages.WARNING, "nearly sold out", extra_tags="stock")
    notes_shown = [
        {"text": str(note), "level": note.level, "tags": note.tags} for note in messages.get_messages(request)
    ]
    return JsonResponse(notes_shown, safe=False)


def left_note(request: HttpRequest) -> HttpResponse:
    """A message for the next request, stored in a cookie."""
    messages.info(request, "see you")
    return JsonResponse({"left": 1})


class OrderForm(forms.Form):
    name = forms.CharField(min_length=2, strip=True)
    amount = forms.IntegerField(max_value=10)
    when = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("tea", "Tea"), ("mate", "Mate")])
    mail = forms.EmailField()
    code = forms.CharField(validators=[validators.RegexValidator("^T-[0-9]+$", "no code")], initial="T-1")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == "mate" and cleaned.get("amount", 0) > 5:
            raise forms.ValidationError("too much mate", code="much")
        return cleaned


class TasteForm(forms.Form):
    name = forms.SlugField()
    stars = forms.TypedChoiceField(choices=[("1", "*"), ("2", "**")], coerce=int)


def judged(form: forms.Form) -> HttpResponse:
    result = {"given": form.data.dict(), "valid": form.is_valid(), "errors": form.errors.get_json_data()}
    return JsonResponse({**result, "cleaned": form.cleaned_data})


class Order(View):
    """GET: a form from the query. POST: a form from the body."""

    http_method_names = ("get", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        return judged(OrderForm(request.GET))

    def post(self, request: HttpRequest) -> HttpResponse:
        return judged(OrderForm(request.POST))


def form_set(request: HttpRequest) -> HttpResponse:
    """A formset whose last form is empty."""
    teas = forms.formset_factory(TasteForm, extra=1)(request.GET, prefix="t")
    result = {"valid": teas.is_valid(), "cleaned": teas.cleaned_data, "errors": teas.total_error_count()}
    return JsonResponse({**result, "initial": teas.initial_form_count()})


def mailed(request: HttpRequest) -> HttpResponse:
    """Sends to Django's in-memory outbox."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        sent = mail.send_mail("Tea", "is ready", "shop@example.com", ["ada@example.com"])
        one = mail.outbox.pop()
    return JsonResponse({"sent": sent, "subject": one.subject, "to": one.to, "body": one.body})


def translated(request: HttpRequest) -> HttpResponse:
    """Responds in the language that the client prefers, with Django's own texts."""
    day = datetime(2020, 2, 29, 23, 30, tzinfo=timezone.utc)
    with translation.override(translation.get_language_from_request(request)), zones.override("Asia/Tokyo"):
        day_there = date_format(zones.localtime(day), "j. F Y H:i")
        yes = translation.gettext("yes,no,maybe")
        return JsonResponse({"language": translation.get_language(), "yes": yes, "day": day_there})


def on_order(sender: Any, tea: str, **given: Any) -> Any:
    return {"tea": tea, "owner": fetch("/users/3")}


def refuse_order(sender: Any, **given: Any) -> None:
    raise LookupError("sold out")


ordered.connect(on_order)
ordered.connect(refuse_order)


def announced_order(request: HttpRequest) -> HttpResponse:
    """A custom signal: one receiver makes a call, one raises."""
    responses = [response for _, response in ordered.send_robust(sender=None, tea="oolong")]
    return JsonResponse([repr(each) if isinstance(each, Exception) else each for each in responses], safe=False)


def commanded(request: HttpRequest) -> HttpResponse:
    out = StringIO()
    management.call_command("check", stdout=out)
    return JsonResponse({"told": out.getvalue()})


urls = [
    path("order", Order.as_view()),
    *read_only(cached, counted, cached_page, async_cached, notes, left_note, form_set, mailed, translated),
    *read_only(announced_order, commanded),
]
