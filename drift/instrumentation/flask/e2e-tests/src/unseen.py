"""The clock, and what no instrumentation sees."""

import logging
import socket
from datetime import datetime, timezone
from urllib.parse import urlsplit

from calls import CALL_LIMIT_S, UPSTREAM
from flask import Blueprint, Response, jsonify
from outgoing import NUMBERS

TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]

bp = Blueprint("unseen", __name__)


def in_words(second: int) -> str:
    """No rule about dates, times or epochs can forgive a word."""
    return TENS[second // 10] + "-" + NUMBERS[second % 10]


@bp.get("/clock")
def clock() -> Response:
    return jsonify(second=in_words(datetime.now(timezone.utc).second))


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


def udp() -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.settimeout(CALL_LIMIT_S)
    own.bind(("127.0.0.1", 0))
    return own


@bp.get("/datagrams")
def datagrams() -> Response:
    """Over UDP, to an address and connected, both ends in this handler: in replay, too, and without a warning."""
    with udp() as server, udp() as client:
        client.sendto(b"a:1|c", server.getsockname())
        first, sender = server.recvfrom(64)
        client.connect(server.getsockname())
        sent = client.send("b:ž|c".encode())
        client.sendall(b"c:3|c")
        server.sendto(b"three", sender)
        rest = [server.recv(64).decode() for _ in range(2)]
        return jsonify(first=first.decode(), sent=sent, rest=rest, answer=client.recv(64).decode())


@bp.get("/socket-pair")
def socket_pair() -> Response:
    """Two connected streams that never called connect: nobody's dependency."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"one way")
        other.send(b"the other")
        return jsonify(read=[other.recv(64).decode(), one.recv(64).decode()])
