"""The ORM on SQLite in memory. The SDK does not instrument it."""

import json
from contextlib import suppress
from typing import Any

from calls import fetch
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.generic import DetailView, ListView
from responses import PLAIN
from routing import read_only

TEAS = [("assam", 250, "4.50"), ("oolong", 100, "9.90"), ("sencha", 50, "6.20")]


class Tea(models.Model):
    name = models.CharField(max_length=20, unique=True)
    grams = models.IntegerField()
    price = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        app_label = "start"
        ordering = ("name",)


class Pot(models.Model):
    tea = models.ForeignKey(Tea, models.CASCADE, related_name="pots")
    litres = models.FloatField()

    class Meta:
        app_label = "start"


class TeaForm(forms.ModelForm):
    class Meta:
        model = Tea
        fields = ("name", "grams", "price")


class Undone(Exception):
    """Raised to roll a transaction back."""


def prepare() -> None:
    """Creates the tables. This thread's connection stays open and keeps the in-memory database alive."""
    with connection.schema_editor() as editor:
        editor.create_model(Tea)
        editor.create_model(Pot)
    Tea.objects.bulk_create(Tea(name=name, grams=grams, price=price) for name, grams, price in TEAS)
    oolong = Tea.objects.get(name="oolong")
    Pot.objects.bulk_create(Pot(tea=oolong, litres=litres) for litres in (0.5, 1.5))


@receiver(pre_save, sender=Tea)
def call_in_pre_save(sender: Any, instance: Tea, **given: Any) -> None:
    """A receiver of a model's signal that makes a call."""
    instance.asked = fetch("/users/2")


def rows(request: HttpRequest) -> HttpResponse:
    found = Tea.objects.filter(Q(grams__gte=100) | Q(name__startswith="s")).exclude(name="assam")
    return JsonResponse({"rows": list(found.values("id", "name", "grams", "price")), "count": found.count()})


def sums(request: HttpRequest) -> HttpResponse:
    sums = Tea.objects.aggregate(total=Sum("grams"), mean=Avg("grams"), rows=Count("id"))
    worth = Tea.objects.annotate(worth=F("grams") * 2).values_list("name", "worth")
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper(name) FROM start_tea WHERE grams < %s", [100])
        return JsonResponse({**sums, "worth": list(worth), "by_hand": cursor.fetchone()})


def related(request: HttpRequest) -> HttpResponse:
    """Follows a foreign key in both directions."""
    pots = [[pot.tea.name, pot.litres] for pot in Pot.objects.select_related("tea").order_by("litres")]
    teas = {tea.name: [pot.litres for pot in tea.pots.all()] for tea in Tea.objects.prefetch_related("pots")}
    most = Tea.objects.annotate(count=Count("pots")).order_by("-count").first()
    return JsonResponse({"pots": pots, "teas": teas, "most": [most.name, most.count]})


async def async_rows(request: HttpRequest) -> HttpResponse:
    names = [tea.name async for tea in Tea.objects.order_by("-name")]
    one = await Tea.objects.aget(name="oolong")
    return JsonResponse({"names": names, "count": await Tea.objects.acount(), "grams": one.grams})


def undone(request: HttpRequest) -> HttpResponse:
    """Saves a row, reads it and rolls the transaction back. The row's signal makes a call."""
    tea = Tea(name="matcha", grams=30, price="19.00")
    with suppress(Undone), transaction.atomic():
        tea.save()
        inside = Tea.objects.count()
        raise Undone
    return JsonResponse({"inside": inside, "after": Tea.objects.count(), "asked": tea.asked})


def on_commit(request: HttpRequest) -> HttpResponse:
    """A call that runs when the transaction is committed."""
    asked: list[Any] = []
    with transaction.atomic():
        transaction.on_commit(lambda: asked.append(fetch("/users/3")))
        before = len(asked)
    return JsonResponse({"before": before, "after": asked})


def refused(request: HttpRequest) -> HttpResponse:
    """A row that the database rejects, and one that the model's validation rejects."""
    try:
        with transaction.atomic():
            Tea.objects.bulk_create([Tea(name="assam", grams=1, price=1)])
    except IntegrityError as error:
        by_database = str(error)
    try:
        Tea(name="x" * 21, grams=1, price="1.234").full_clean()
    except ValidationError as error:
        by_model = sorted(error.message_dict)
    return JsonResponse({"by_database": by_database, "by_model": by_model})


def form(request: HttpRequest) -> HttpResponse:
    tea = TeaForm(request.GET)
    return JsonResponse({"given": tea.data.dict(), "valid": tea.is_valid(), "errors": tea.errors.get_json_data()})


def dumped(request: HttpRequest) -> HttpResponse:
    return JsonResponse(json.loads(serializers.serialize("json", Tea.objects.all()[:1])), safe=False)


def pages(request: HttpRequest) -> HttpResponse:
    page = Paginator(Tea.objects.all(), 2).get_page(request.GET["page"])
    names = [tea.name for tea in page]
    return JsonResponse({"asked": request.GET["page"], "number": page.number, "more": page.has_next(), "names": names})


def by_name(request: HttpRequest, name: str) -> HttpResponse:
    return JsonResponse({"grams": get_object_or_404(Tea, name=name).grams})


class Teas(ListView):
    model, paginate_by, template_name, content_type = Tea, 2, "teas.txt", PLAIN


class TeaPage(DetailView):
    model, slug_field, template_name, content_type = Tea, "name", "tea.txt", PLAIN


urls = read_only(
    *(rows, sums, related, async_rows, undone, on_commit, refused, form, dumped, pages),
    path("stock/by-name/<str:name>", by_name),
    path("stock/teas", Teas.as_view()),
    path("stock/teas/<slug:slug>", TeaPage.as_view()),
    below="stock/",
)
