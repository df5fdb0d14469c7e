"""A Flask application under the Drift SDK that calls an upstream with `requests`.

Surface covered, a module each:
sessions    the functions of the module, sessions and what they add to each request, prepared requests, and hooks
sent        parameters, bodies of every form, files, headers, cookies and URLs
authorized  Basic, Digest, of the URL, of a .netrc, and of the application's own kind
answers     every status, type, encoding and size; JSON, text, links, cookies; what belongs to an answer beside its body
streams     answers that are read in parts
redirects   not followed, and followed
failures    before anything is sent, on the way, and in the answer
transport   adapters, retries, pools, proxies, certificates; urllib3 beside it
parallel    threads, with the context of the request and without, and while an answer is sent
changing    what is another in each run: parameters, the clock, and calls that replay alone makes
idioms      what the guide shows, and no other module has
rules       what the rules of .tusk/config.yaml leave out or change
And, in this module, what is asked for before the first request.

By hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

from __future__ import annotations

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge reads the SDK's log: with milliseconds and levels, and why it leaves out a trace, which it says at DEBUG.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from typing import Any  # noqa: E402 - the SDK patches what is imported after it

import answers  # noqa: E402
import authorized  # noqa: E402
import changing  # noqa: E402
import failures  # noqa: E402
import idioms  # noqa: E402
import parallel  # noqa: E402
import redirects  # noqa: E402
import rules  # noqa: E402
import sent  # noqa: E402
import sessions  # noqa: E402
import streams  # noqa: E402
import transport  # noqa: E402
from changing import as_nothing_answers  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from wire import fetch  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
for module in (
    sessions,
    sent,
    authorized,
    answers,
    streams,
    redirects,
    failures,
    transport,
    parallel,
    changing,
    idioms,
    rules,
):
    app.register_blueprint(module.bp)


def read_settings() -> dict[str, Any]:
    """What the application asks for at its start, or why it has nothing."""
    try:
        made = fetch("/echo", "POST", json={"at": "the start"})
        nothing = as_nothing_answers("/users/2?only=in-replay")
        return {"user": fetch("/users/2"), "made": made, "nothing": nothing}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


SETTINGS = read_settings()


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/settings")
def settings() -> Response:
    """Asked for at the start, and not since; but by hand the upstream may not have been there yet."""
    return jsonify(read_settings() if "error" in SETTINGS else SETTINGS)


if __name__ == "__main__":
    # One thread for all requests: what one leaves behind in it (a span, a trace id), the next would find.
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not by themselves
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=False)
