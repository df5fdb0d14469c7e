"""An application that bypasses the instrumentation if LEAKS=on, and otherwise uses it.

The SDK sees none of these calls: they are below the function that it patches, on a thread without the request's context
(so its socket check does not report them either), or in a child process without the SDK. The responses are always the
same, so only the sentinels can detect the calls (tests/e2e/local/test_leaks.py).
"""

import contextlib
import http.client
import os
import subprocess
import sys
import threading
from urllib.parse import urlsplit

from drift import TuskDrift

TuskDrift.initialize(env="e2e", sampling_rate=1.0)

import psycopg  # noqa: E402
import redis  # noqa: E402
import requests  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from psycopg import pq  # noqa: E402

LEAKS = os.environ.get("LEAKS") == "on"
DATABASE = os.environ["DATABASE_URL"]
REDIS = redis.Redis.from_url(os.environ["REDIS_URL"])
UPSTREAM = os.environ["UPSTREAM_URL"]
LIMIT_S = 10

app = Flask(__name__)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/handler/<service>")
def handler(service: str) -> Response:
    if not LEAKS:
        INSTRUMENTED[service]()
    elif service == "postgres":
        below_the_cursor()
    else:  # on another thread: there the SDK has no request
        thread = threading.Thread(target=below_the_client if service == "redis" else by_the_standard_library)
        thread.start()
        thread.join(LIMIT_S)
    return jsonify(done=True)


def query() -> None:
    with psycopg.connect(DATABASE) as connection:
        app.logger.warning("the connection is a %s.%s", type(connection).__module__, type(connection).__name__)
        with connection.cursor() as cursor:  # the SDK's stand-in for a connection has no `execute`
            cursor.execute("SELECT 40 + %s", (2,))
            cursor.fetchone()


INSTRUMENTED = {
    "postgres": query,
    "redis": lambda: REDIS.get("greeting"),
    "http": lambda: requests.get(f"{UPSTREAM}/users/1", timeout=LIMIT_S),
}


def below_the_cursor() -> None:
    connection = pq.PGconn.connect(DATABASE.encode())
    if connection.status == pq.ConnStatus.OK:
        connection.exec_(b"SELECT 'below the cursor'")
    connection.finish()


def below_the_client() -> None:
    with contextlib.suppress(redis.RedisError):  # it is refused in replay
        connection = REDIS.connection_pool.get_connection()
        connection.send_command("GET", "below the client")
        connection.read_response()


def by_the_standard_library() -> None:
    with contextlib.suppress(OSError):
        connection = http.client.HTTPConnection(urlsplit(UPSTREAM).netloc, timeout=LIMIT_S)
        connection.request("GET", "/users/2")
        connection.getresponse().read()


CHILDREN = {
    "postgres": """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("SELECT %s", ("in a child",))
""",
    "redis": """
import os, socket, urllib.parse
url = urllib.parse.urlsplit(os.environ["REDIS_URL"])
with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
    connection.sendall(b"*2\\r\\n$3\\r\\nGET\\r\\n$8\\r\\nin-child\\r\\n")
    connection.recv(100)
""",
    "http": """
import os, urllib.request
urllib.request.urlopen(os.environ["UPSTREAM_URL"] + "/users/3", timeout=10)
""",
}


@app.get("/child/<service>")
def child(service: str) -> Response:
    script = CHILDREN[service] if LEAKS else "pass"
    subprocess.run([sys.executable, "-c", script], check=False, timeout=LIMIT_S, stderr=subprocess.DEVNULL)
    return jsonify(done=True)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
