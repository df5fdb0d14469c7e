"""A Flask application under the Drift SDK, which uses httpx as its users do.

Most is asked three ways: httpx.get(), Client().get(), AsyncClient().get() (outside.py).

Surface covered, a module each:
sending    every verb; queries, bodies, parts, files, headers, cookies, addresses; requests that are built first
receiving  kinds of answers, encodings, flags, statuses; each detail of an answer; redirects; pickled answers
streaming  stream() and send(stream=True): lines, text, bytes, raw, read whole, in part, twice, not at all, passed on
clients    what a client adds and keeps; base URL, cookies, send(), classes of its own, proxies, limits, time-outs
authentication, hooks, transports   what a client can be given, sync and async; what is in the process itself
failing    what is never sent, refused, too slow, cut off, closed, given up
parallel   calls in sequence, gathered, in task groups, threads and generators, with and without context
rules      what the rules of .tusk/config.yaml leave out or change
changing   what is another in each run: the clock, parameters, calls that replay alone makes
guide      what the guide of httpx shows beside all this
And, in this module, what is asked for before the first request.

Not covered: HTTP/2 (the upstream does not speak it), TLS, trio, a write or a connection that takes too long.

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

from typing import Any  # noqa: E402

import authentication  # noqa: E402 - the SDK patches what is imported after it
import changing  # noqa: E402
import clients  # noqa: E402
import failing  # noqa: E402
import guide  # noqa: E402
import hooks  # noqa: E402
import parallel  # noqa: E402
import receiving  # noqa: E402
import rules  # noqa: E402
import sending  # noqa: E402
import streaming  # noqa: E402
import transports  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from outside import asking, raised, shown  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
MODULES = (sending, receiving, streaming, clients, authentication, hooks, transports, failing, parallel, rules)
for module in (*MODULES, changing, guide):
    app.register_blueprint(module.bp)


def read_settings() -> dict[str, Any]:
    """What the application asks for at its start, or why it has nothing."""
    try:
        found = {way: shown(asking(way)("get", f"/users/{user}")) for user, way in enumerate(("client", "async"), 2)}
        # Of another shape than what is recorded: at the start, a call is answered by one that only looks like it.
        nothing = changing.as_nothing_answers("client", "put", "/only-in-replay", json={"at": "the start"})
    except Exception as error:
        return {"error": raised(error)}
    return {**found, "nothing": nothing}


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
