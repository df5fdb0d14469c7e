"""An application with the faults that CANARY lists. Each turns a run red (tests/e2e/local/test_canaries.py), or uses
much, little or too much of a response (test_mutating.py)."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from drift import TuskDrift

FAULTS = os.environ.get("CANARY", "").split(", ")
IN_REPLAY = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
UPSTREAM = os.environ["UPSTREAM_URL"]
HOST, PORT = UPSTREAM.removeprefix("http://").split(":")
AFTERWARDS = "calls after its answers"
HOLD_S = 60
LATE_S = 0.3

if "does not start" in FAULTS or ("dies only in replay" in FAULTS and IN_REPLAY):
    raise SystemExit("canary: not starting, on purpose")
if "ignores SIGTERM" in FAULTS:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "leaves a process" in FAULTS:
    subprocess.Popen(["sleep", str(HOLD_S)], start_new_session=True, stdout=subprocess.DEVNULL)

if "clock not set back" in FAULTS and IN_REPLAY:
    sys.modules["time_machine"] = None  # the SDK sets the clock with it

TuskDrift.initialize(env="e2e", sampling_rate=0.0 if "records nothing" in FAULTS else 1.0)

import http.client  # noqa: E402

import requests  # noqa: E402
from flask import Flask, Response, copy_current_request_context, jsonify, request  # noqa: E402

app = Flask(__name__)


if "asks at its start only in recording" in FAULTS and not IN_REPLAY:
    requests.get(f"{UPSTREAM}/users/1", timeout=5)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/fine")
def fine() -> Response:
    return jsonify(fine=True)


@app.get("/random-number")
def random_number() -> Response:
    return jsonify(text=str(random.randrange(10**9)))


@app.get("/kept-number")
def kept_number() -> Response:
    """A random number. The recording stores it, and the replay returns the stored one."""
    folder = request.args["folder"]
    kept = Path(sys.prefix if folder == "sys.prefix" else folder).expanduser() / "drift-e2e-canary"
    if not (IN_REPLAY and kept.exists()):
        kept.write_text(str(random.randrange(10**9)))
    return jsonify(text=kept.read_text())


@app.get("/raw-socket")
def raw_socket() -> Response:
    try:
        with socket.create_connection((HOST, int(PORT)), timeout=5) as connection:
            connection.sendall(b"GET /users/1 HTTP/1.0\r\n\r\n")
            connection.recv(1)
    except OSError as error:
        app.logger.info("canary: %s", error)
    return jsonify(done=True)


@app.get("/child-process")
def child_process() -> Response:
    script = f"import urllib.request; urllib.request.urlopen('{UPSTREAM}/users/1', timeout=5)"
    subprocess.run([sys.executable, "-c", script], check=False, timeout=10, stderr=subprocess.DEVNULL)
    return jsonify(done=True)


@app.get("/child-in-recording-alone")
def child_in_recording_alone() -> Response:
    return jsonify(done=True) if IN_REPLAY else child_process()


def answer_then(work) -> Response:
    answer = jsonify(done=True)
    answer.call_on_close(copy_current_request_context(work))
    return answer


@app.get("/told-afterwards")
def told_afterwards() -> Response:
    return answer_then(lambda: requests.post(f"{UPSTREAM}/users", json={"name": "Ada"}, timeout=5))


@app.get("/reached-afterwards")
def reached_afterwards() -> Response:
    """Calls the upstream after its response, past the SDK."""

    def reach() -> None:
        connection = http.client.HTTPConnection(HOST, int(PORT), timeout=5)
        connection.request("GET", "/posts/1")
        connection.getresponse().read()
        connection.close()

    return answer_then(reach)


@app.get("/plain-thread")
def plain_thread() -> Response:
    thread = threading.Thread(target=lambda: requests.get(f"{UPSTREAM}/users/1", timeout=5))
    thread.start()  # without context, and never joined
    return jsonify(done=True)


@app.get("/late-thread")
def late_thread() -> Response:
    threading.Thread(target=lambda: (time.sleep(LATE_S), requests.get(f"{UPSTREAM}/users/1", timeout=5))).start()
    return jsonify(done=True)


@app.get("/late-child")
def late_child() -> Response:
    script = f"import time, urllib.request as u; time.sleep({LATE_S}); u.urlopen('{UPSTREAM}/users/1', timeout=5)"
    subprocess.Popen([sys.executable, "-c", script], start_new_session=True, stderr=subprocess.DEVNULL)
    return jsonify(done=True)


@app.get("/dies-after-its-answer")
def dies_after_its_answer() -> Response:
    if IN_REPLAY:
        threading.Timer(LATE_S, os._exit, [3]).start()
    return jsonify(done=True)


@app.get("/answers-500")
def answers_500() -> tuple[Response, int]:
    return jsonify(done=False), 500


@app.get("/hidden-miss")
def hidden_miss() -> Response:
    try:
        requests.get(f"{UPSTREAM}/posts/{random.randrange(10**9)}", timeout=5)
    except RuntimeError as error:  # raised by the SDK if nothing was recorded
        app.logger.info("canary: hidden: %s", error)
    return jsonify(done=True)


@app.get("/exits")
def exits() -> Response:
    os._exit(3)


@app.get("/clock")
def clock() -> Response:
    return jsonify(minute_and_second=time.strftime("at %M past %S"))  # in a format that no rule about times excuses


def fetch(path: str) -> requests.Response:
    return requests.get(UPSTREAM + path, timeout=5)


@app.get("/careful")
def careful() -> Response:
    answer = fetch("/users/1")
    status = int(answer.status_code)
    return jsonify(status=status, reason=answer.reason, headers=dict(answer.headers), body=answer.json())


@app.get("/careless")
def careless() -> Response:
    """Returns one word of the call's response."""
    return jsonify(title=fetch("/posts/1").json()["title"])


@app.get("/hides")
def hides() -> Response:
    """Responds the same if the call fails, so only the missing recording is visible."""
    with contextlib.suppress(Exception):
        fetch("/users/2")
    return jsonify(done=True)


@app.get("/fragile")
def fragile() -> Response:
    """Hangs or ends the application, depending on the call's response."""
    user = fetch("/users/3").json()
    if user["id"] != 3:
        time.sleep(3600)
    if user["name"] != "Édith":
        os._exit(3)
    return jsonify(user)


def hang() -> None:
    print("canary: hanging", flush=True)
    time.sleep(HOLD_S)


@app.get("/hangs-in-recording")
def hangs_in_recording() -> Response:
    if not IN_REPLAY:
        hang()
    return jsonify(done=True)


@app.get("/hangs-in-replay")
def hangs_in_replay() -> Response:
    if IN_REPLAY:
        hang()
    return jsonify(done=True)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=AFTERWARDS not in FAULTS)
