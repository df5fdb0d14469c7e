"""An URLconf that is included, with a namespace and views of its own."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from reading import read_only

app_name = "shop"


def price(request: HttpRequest, amount: int, currency: str) -> HttpResponse:
    match = request.resolver_match
    return JsonResponse(
        {
            "amount": amount,
            "currency": currency,
            "gross": amount * 6 / 5,
            "view": match.view_name,
            "route": match.route,
            "steps": request.steps,
        }
    )


def closed(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the middleware answers before this view")


def audited(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"caller": request.caller, "reversed": reverse("shop:closed")})


urlpatterns = read_only(
    path("price/<int:amount>/<str:currency>", price, name="price"),
    path("closed", closed, name="closed"),
    path("audited", audited, name="audited"),
)
