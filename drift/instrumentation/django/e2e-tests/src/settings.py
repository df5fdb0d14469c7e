"""The project's settings. No database: sessions live in signed cookies."""

from __future__ import annotations

from pathlib import Path

SECRET_KEY = "of-a-test-and-no-secret"  # noqa: S105
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.sessions", "start.Start"]
MIDDLEWARE = [
    "middleware.steps",
    "middleware.Doorkeeper",
    "middleware.AsyncClock",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DATABASES: dict[str, dict[str, str]] = {}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent / "templates"],
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_CHARSET = "utf-8"

CSRF_FAILURE_VIEW = "answers.on_csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 50 * 365 * 24 * 3600  # the requests send a cookie that was signed long ago
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
USE_X_FORWARDED_HOST = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
