"""The clock, and what no instrumentation sees."""

from __future__ import annotations

import logging
import socket
from datetime import datetime, timezone
from urllib.parse import urlsplit

from calls import CALL_LIMIT_S, UPSTREAM
from flask import Blueprint, Response, jsonify
from outgoing import NUMBERS

TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]

bp = Blueprint("unseen", __name__)


@bp.get("/clock")
def clock() -> Response:
    """The second as a word: no rule about dates, times or epochs can forgive it."""
    second = datetime.now(timezone.utc).second
    return jsonify(second=TENS[second // 10] + "-" + NUMBERS[second % 10])


@bp.get("/leak")
def leak() -> Response:
    """A raw socket to the upstream: nothing is recorded, so replay must see and name it."""
    where = urlsplit(UPSTREAM)
    try:
        with socket.create_connection((where.hostname, where.port), timeout=CALL_LIMIT_S) as connection:
            connection.sendall(b"GET /weather?city=Rome HTTP/1.0\r\n\r\n")
            connection.recv(1)
    except OSError:
        logging.getLogger(__name__).info("the upstream cannot be reached")
    return jsonify(leaked=True)
