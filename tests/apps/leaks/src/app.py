"""An application that bypasses the instrumentation if LEAKS=on, and otherwise uses it.

The SDK sees none of these calls: they are below the function that it patches, on a thread without the request's context
(so its socket check does not report them either), or in a child process without the SDK. The responses are always the
same, so only the sentinels can detect the calls (tests/e2e/local/test_leaks.py).
"""

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
REDIS = urlsplit(os.environ["REDIS_URL"])
UPSTREAM = urlsplit(os.environ["UPSTREAM_URL"])
LIMIT_S = 10

app = Flask(__name__)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/postgres")
def postgres() -> Response:
    if LEAKS:
        connection = pq.PGconn.connect(DATABASE.encode())
        if connection.status == pq.ConnStatus.OK:
            connection.exec_(b"SELECT 'below the cursor'")
        connection.finish()
    else:
        with psycopg.connect(DATABASE) as connection:
            app.logger.warning("the connection is a %s.%s", type(connection).__module__, type(connection).__name__)
            with connection.cursor() as cursor:  # the SDK's stand-in for a connection has no `execute`
                cursor.execute("SELECT 40 + %s", (2,))
                cursor.fetchone()
    return jsonify(done=True)


@app.get("/redis")
def cache() -> Response:
    client = redis.Redis(host=REDIS.hostname, port=REDIS.port, password=REDIS.password)
    if LEAKS:
        elsewhere(lambda: below_the_client(client))
    else:
        client.get("greeting")
    return jsonify(done=True)


def below_the_client(client: redis.Redis) -> None:
    connection = client.connection_pool.get_connection()
    connection.send_command("GET", "below the client")
    connection.read_response()


@app.get("/http")
def upstream() -> Response:
    if LEAKS:
        elsewhere(by_the_standard_library)
    else:
        requests.get(f"{UPSTREAM.geturl()}/users/1", timeout=LIMIT_S)
    return jsonify(done=True)


def by_the_standard_library() -> None:
    connection = http.client.HTTPConnection(UPSTREAM.netloc, timeout=LIMIT_S)
    connection.request("GET", "/users/2")
    connection.getresponse().read()


def elsewhere(work) -> None:
    """Runs `work` on another thread. Ignores its errors, which are expected in replay."""

    def quietly() -> None:
        try:
            work()
        except (OSError, redis.RedisError) as error:
            app.logger.warning("refused: %s", error)

    thread = threading.Thread(target=quietly)
    thread.start()
    thread.join(LIMIT_S)


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
