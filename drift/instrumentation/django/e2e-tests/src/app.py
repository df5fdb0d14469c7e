"""A Django project under the Drift SDK, served through WSGI and ASGI by one process.

Paths below /wsgi/ go to Django's WSGI handler (through a2wsgi), all other paths to its ASGI handler. Both use the same
URLs (urls.py). Paths below /mounted/ go to the ASGI handler with a root path, as behind a proxy.

drift/instrumentation/README.md lists what each module covers.

Not covered: the ORM on a database server (the database drivers' suites cover it), WebSockets (not part of Django), and
what needs another configuration: sampling, settings that are configured before the SDK is initialised.

Run by hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge parses the SDK's log: milliseconds, levels, and the DEBUG lines that explain dropped traces.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from typing import Any  # noqa: E402 - the SDK patches what is imported after it

import uvicorn  # noqa: E402
from a2wsgi import WSGIMiddleware  # noqa: E402
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

MOUNTED = "/mounted"
# Longer than the official CLI may stall between two requests. Go's client does not retry a DELETE if the server has
# closed the idle connection.
KEPT_S = 75

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
through_asgi = ASGIStaticFilesHandler(get_asgi_application())
through_wsgi = WSGIMiddleware(get_wsgi_application())

import accounts  # noqa: E402 - models need Django to be set up
import stock  # noqa: E402

stock.prepare()
accounts.prepare()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"].startswith("/wsgi/"):
        await through_wsgi(scope, receive, send)
    elif scope["path"].startswith(f"{MOUNTED}/"):
        await through_asgi({**scope, "root_path": MOUNTED}, receive, send)
    else:
        await through_asgi(scope, receive, send)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8000"))
    uvicorn.run(
        application, host="127.0.0.1", port=port, lifespan="off", log_level="warning", timeout_keep_alive=KEPT_S
    )
