"""A Flask application under the Drift SDK that keeps its things in Redis, alone and as a cluster.

Surface covered: strings with every option of SET, counters, bits, HyperLogLog; EXPIRE and TTL, KEYS and SCAN, SORT,
DUMP; hashes, lists, sets, sorted sets, places; streams and consumer groups; blocking pops, also in a thread; pub/sub;
pipelines, MULTI/EXEC, WATCH; Lua by text, hash and object; locks; bytes and decoded answers; binary, empty, large and
unicode values, numbers, Python's own types; connection pools, databases, encodings, RESP3, subclasses; threads;
errors that the application handles, of the server, of the library and of the network; what is loaded at the start;
the async client; the cluster client, sync and async, its pipelines and transactions; keys that are new in each run,
calls that only the replay makes, the clock. A module for each topic;
clients.py has what they share.

By hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge reads the SDK's log: with milliseconds and levels, and why it leaves out a trace, which it says at DEBUG.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

import asynchronous  # noqa: E402 - the SDK patches what is imported after it
import batches  # noqa: E402
import changing  # noqa: E402
import clusters  # noqa: E402
import connections  # noqa: E402
import containers  # noqa: E402
import messages  # noqa: E402
import strings  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
for part in (strings, containers, messages, batches, connections, asynchronous, clusters, changing):
    app.register_blueprint(part.pages)


@app.errorhandler(Exception)
def failed(error: Exception) -> Response:
    """Said with 200: the SDK drops answers from 400 on, and replay waits for them in vain."""
    return jsonify(failed=type(error).__name__, message=str(error))


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


if __name__ == "__main__":
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not by themselves
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
