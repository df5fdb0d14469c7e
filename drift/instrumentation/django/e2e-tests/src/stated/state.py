"""What the requests of ../state.py state: cookies, sessions, CSRF."""

from stated.words import Send, matches

# Signed with the project's key, by Django, at 1700000000.
SESSION = (
    "eyJ2aXNpdHMiOjMsIm5hbWUiOiJab1x1MDBlYiIsImNhcnQiOlsidGVhIix7ImdyYW1zIjoyNTB9XX0"
    ":1r31eq:LkDtk273QCBdjUdJTKyO8AbBrJgtgeX2Qupgutu0SgY"
)
HELD = {"visits": 3, "name": "Zoë", "cart": ["tea", {"grams": 250}]}
BASKET = "WyJzZW5jaGEiLDNd:1r31eq:Yxt-CvwOVxwKMOWUY9PMCI1N_70l2xq_m5NlCYnpdh0"
CSRF_COOKIE = "abcdefghijklmnopqrstuvwxyzABCDEF"
CSRF = {"cookies": {"csrftoken": CSRF_COOKIE}, "send_headers": {"X-CSRFToken": CSRF_COOKIE}}
SIGNED = "[^;]+; expires=.*; HttpOnly; Max-Age=1576800000; Path=/; SameSite=Lax"


def requests(send: Send) -> None:
    """Send them all."""
    for wsgi in (False, True):
        send(
            "cookies",
            "/cookies",
            {"theme": "dark", "lang": "de"},
            cookies={"theme": "dark", "lang": "de"},
            headers={
                "Set-Cookie": matches(
                    'theme="";.* visited=yes; .*HttpOnly; Max-Age=60; Path=/; SameSite=Lax|visited=yes; .*'
                )
            },
            wsgi=wsgi,
        )
        send(
            "session read and changed",
            "/session",
            {"by": "GET", "held": HELD, "now": {**HELD, "visits": 4}, "modified": True},
            cookies={"sessionid": SESSION},
            headers={"Set-Cookie": matches(f"sessionid={SIGNED}"), "Vary": "Cookie"},
            wsgi=wsgi,
        )
        body = {"transferred": True, "by": "POST", "form": []}
        send("CSRF token in a header", "/csrf/transfer", body, method="POST", **CSRF, wsgi=wsgi)
    send(
        "signed cookies",
        "/signed",
        {"good": ["sencha", 3], "bad": "BadSignature"},
        cookies={"good": BASKET, "bad": BASKET.replace("WyJz", "WyJ0")},
        headers={"Set-Cookie": matches("basket=oolong:.*")},
    )
    send("session begun", "/session", {"by": "GET", "held": {}, "now": {"visits": 1}, "modified": True})
    send(
        "session that was tampered with",
        "/session",
        {"by": "GET", "held": {}, "now": {"visits": 1}, "modified": True},
        cookies={"sessionid": SESSION.replace("eyJ2", "eyJ3")},
    )
    send(
        "session ended",
        "/session",
        {"by": "DELETE", "held": HELD, "now": {}, "modified": True},
        method="DELETE",
        cookies={"sessionid": SESSION},
        headers={"Set-Cookie": matches('sessionid="";.*')},
    )
    send("session in an async view", "/async/session", {"held": HELD}, cookies={"sessionid": SESSION})
    send(
        "CSRF cookie", "/csrf/cookie", {"length": 64}, headers={"Set-Cookie": matches("csrftoken=[a-zA-Z0-9]{32}; .*")}
    )
    body = {"token": matches("[a-zA-Z0-9]{64}"), "length": 64, "plain": True, "cookie": CSRF_COOKIE}
    send("CSRF token in JSON", "/csrf/token", body, cookies=CSRF["cookies"])
    send("CSRF, nothing changed", "/csrf/transfer", {"transferred": True, "by": "GET", "form": []})
    send(
        "CSRF token in a form",
        "/csrf/transfer",
        {"transferred": True, "by": "POST", "form": ["amount", "csrfmiddlewaretoken"]},
        method="POST",
        data={"amount": "7", "csrfmiddlewaretoken": CSRF_COOKIE},
        cookies=CSRF["cookies"],
    )
    refused = {"error": "CSRF cookie not set."}
    send("CSRF refused", "/csrf/transfer", refused, method="POST", expect=403, recorded="status")
