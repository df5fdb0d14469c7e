from e2e_common.requester import Api, matches

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


def requests(api: Api) -> None:
    for wsgi in (False, True):
        api.get(
            "/cookies",
            "cookies",
            cookies={"theme": "dark", "lang": "de"},
            headers={
                "Set-Cookie": matches(
                    'theme="";.* visited=yes; .*HttpOnly; Max-Age=60; Path=/; SameSite=Lax|visited=yes; .*'
                )
            },
            wsgi=wsgi,
        ).answers({"theme": "dark", "lang": "de"})
        api.get(
            "/session",
            "session read and changed",
            cookies={"sessionid": SESSION},
            headers={"Set-Cookie": matches(f"sessionid={SIGNED}"), "Vary": "Cookie"},
            wsgi=wsgi,
        ).answers({"by": "GET", "held": HELD, "now": {**HELD, "visits": 4}, "modified": True})
        body = {"transferred": True, "by": "POST", "form": []}
        api.post("/csrf/transfer", "CSRF token in a header", body, wsgi=wsgi, **CSRF)
    api.get(
        "/signed",
        "signed cookies",
        cookies={"good": BASKET, "bad": BASKET.replace("WyJz", "WyJ0")},
        headers={"Set-Cookie": matches("basket=oolong:.*")},
    ).answers({"good": ["sencha", 3], "bad": "BadSignature"})
    api.get("/session", "session begun", {"by": "GET", "held": {}, "now": {"visits": 1}, "modified": True})
    api.get(
        "/session", "session that was tampered with", cookies={"sessionid": SESSION.replace("eyJ2", "eyJ3")}
    ).answers({"by": "GET", "held": {}, "now": {"visits": 1}, "modified": True})
    api.delete(
        "/session", "session ended", cookies={"sessionid": SESSION}, headers={"Set-Cookie": matches('sessionid="";.*')}
    ).answers({"by": "DELETE", "held": HELD, "now": {}, "modified": True})
    api.get("/async/session", "session in an async view", {"held": HELD}, cookies={"sessionid": SESSION})
    api.get(
        "/csrf/cookie", "CSRF cookie", {"length": 64}, headers={"Set-Cookie": matches("csrftoken=[a-zA-Z0-9]{32}; .*")}
    )
    body = {"token": matches("[a-zA-Z0-9]{64}"), "length": 64, "plain": True, "cookie": CSRF_COOKIE}
    api.get("/csrf/token", "CSRF token in JSON", body, cookies=CSRF["cookies"])
    api.get("/csrf/transfer", "CSRF, nothing changed", {"transferred": True, "by": "GET", "form": []})
    api.post(
        "/csrf/transfer",
        "CSRF token in a form",
        data={"amount": "7", "csrfmiddlewaretoken": CSRF_COOKIE},
        cookies=CSRF["cookies"],
    ).answers({"transferred": True, "by": "POST", "form": ["amount", "csrfmiddlewaretoken"]})
    refused = {"error": "CSRF cookie not set."}
    api.post("/csrf/transfer", "CSRF refused", refused, expect=403, recorded="status")
