"""The project's settings. Sessions and messages are in signed cookies, the database is in memory."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
SECRET_KEY = "of-a-test-and-no-secret"  # noqa: S105
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "middleware.Start",
]
MIDDLEWARE = [
    "middleware.steps",
    "middleware.Doorkeeper",
    "middleware.AsyncClock",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
# All threads share the database, for as long as one connection to it is open.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:e2e?mode=memory&cache=shared"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "pages")
}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "templates"]}]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGES = [("en", "English"), ("de", "German")]
DEFAULT_CHARSET = "utf-8"

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for tests
CSRF_FAILURE_VIEW = "responses.on_csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 50 * 365 * 24 * 3600  # the requests send a cookie that was signed long ago
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
USE_X_FORWARDED_HOST = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
