"""The same routes below / (ASGI) and /wsgi/, and what only one of the two has."""

import accounts
import answers
import built_in
import incoming
import outbound
import served
import state
import stock
import timely
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

handler400 = "answers.on_bad_request"
handler403 = "answers.on_forbidden"
handler404 = "answers.on_missing"
handler500 = "answers.on_broken"


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


modules = (incoming, answers, state, outbound, served, built_in, stock, accounts, timely)
routes = [*(route for module in modules for route in module.urls), path("shop/", include("shop"))]
urlpatterns = [
    path("health", health),
    path("", include(routes)),
    path("wsgi/", include((routes, "project"), namespace="wsgi")),
]
