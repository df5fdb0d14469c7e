"""The routes below / (ASGI) and /wsgi/, and the routes of only one of the two."""

from importlib import import_module

from django.http import JsonResponse
from django.urls import include, path

handler400 = handler403 = "responses.on_error"
handler404 = "responses.on_missing"
handler500 = "responses.on_broken"

THEMES = ("incoming", "responses", "middleware", "calls", "served", "built_in", "stock", "accounts", "timely")
routes = [route for theme in THEMES for route in import_module(theme).urls]
urlpatterns = [
    path("health", lambda request: JsonResponse({"status": "ok"})),
    path("", include(routes)),
    path("wsgi/", include((routes, "project"), namespace="wsgi")),
]
