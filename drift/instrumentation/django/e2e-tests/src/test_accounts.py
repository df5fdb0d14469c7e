from e2e_common.record.client import Api, matches

# Signed by Django with the project's key, at 1700000000.
SESSION = (
    "eyJ2aXNpdHMiOjMsIm5hbWUiOiJab1x1MDBlYiIsImNhcnQiOlsidGVhIix7ImdyYW1zIjoyNTB9XX0"
    ":1r31eq:LkDtk273QCBdjUdJTKyO8AbBrJgtgeX2Qupgutu0SgY"
)
HELD = {"visits": 3, "name": "Zoë", "cart": ["tea", {"grams": 250}]}
BASKET = "WyJzZW5jaGEiLDNd:1r31eq:Yxt-CvwOVxwKMOWUY9PMCI1N_70l2xq_m5NlCYnpdh0"
CSRF_COOKIE = "abcdefghijklmnopqrstuvwxyzABCDEF"
CSRF = {"cookies": {"csrftoken": CSRF_COOKIE}, "send_headers": {"X-CSRFToken": CSRF_COOKIE}}
SIGNED = "[^;]+; expires=.*; HttpOnly; Max-Age=1576800000; Path=/; SameSite=Lax"
# The second user's session.
GRACE = (
    ".eJxVjMEOwiAQRP-FsyFAhYJH7_0Gsiy7UjU0Ke3J-O9K0oOeJpn3Zl4iwr6VuDda45zFRRhx-u0S4INqB_kO9bZIXOq2zkl2RR60yWnJ9Lwe7t9B"
    "gVb62mt2BoKCgUlhtvQNY41jBZCsC-T9iN6MZyStmQ1ohwGCdjYgDyzeH_rGOGw:1r31eq:JW72bbClFtoRaDhwGTsk5x_zDst0x3Imj0JLbKT0xms"
)
ADA = {"username": "ada", "password": "s3same"}


def state(api: Api) -> None:
    cookies = {"sessionid": SESSION}
    for wsgi in (False, True):
        body = {"theme": "dark", "lang": "de"}
        set_cookies = matches('theme="";.* visited=yes; .*HttpOnly; Max-Age=60; Path=/; SameSite=Lax|visited=yes; .*')
        api.get("/cookies", "cookies", body, cookies=body, headers={"Set-Cookie": set_cookies}, wsgi=wsgi)
        body = {"by": "GET", "held": HELD, "now": {**HELD, "visits": 4}, "modified": True}
        headers = {"Set-Cookie": matches(f"sessionid={SIGNED}"), "Vary": "Cookie"}
        api.get("/session", "changed session", body, cookies=cookies, headers=headers, wsgi=wsgi)
        body = {"transferred": True, "by": "POST", "form": []}
        api.post("/csrf/transfer", "CSRF token in a header", body, wsgi=wsgi, **CSRF)
    body = {"good": ["sencha", 3], "bad": "BadSignature"}
    baskets = {"good": BASKET, "bad": BASKET.replace("WyJz", "WyJ0")}
    api.get("/signed", "signed cookies", body, cookies=baskets, headers={"Set-Cookie": matches("basket=oolong:.*")})
    body = {"by": "GET", "held": {}, "now": {"visits": 1}, "modified": True}
    api.get("/session", "new session", body)
    api.get("/session", "session with a wrong signature", body, cookies={"sessionid": SESSION.replace("eyJ2", "eyJ3")})
    body = {"by": "DELETE", "held": HELD, "now": {}, "modified": True}
    api.delete("/session", "session flushed", body, cookies=cookies, headers={"Set-Cookie": matches('sessionid="";.*')})
    api.get("/async/session", "session in an async view", {"held": HELD}, cookies=cookies)
    body = {"length": 64}
    api.get("/csrf/cookie", "CSRF cookie", body, headers={"Set-Cookie": matches("csrftoken=[a-zA-Z0-9]{32}; .*")})
    body = {"token": matches("[a-zA-Z0-9]{64}"), "length": 64, "plain": True, "cookie": CSRF_COOKIE}
    api.get("/csrf/token", "CSRF token in JSON", body, cookies=CSRF["cookies"])
    api.get("/csrf/transfer", "CSRF, safe method", {"transferred": True, "by": "GET", "form": []})
    body = {"transferred": True, "by": "POST", "form": ["amount", "csrfmiddlewaretoken"]}
    data = {"amount": "7", "csrfmiddlewaretoken": CSRF_COOKIE}
    api.post("/csrf/transfer", "CSRF token in a form", body, data=data, cookies=CSRF["cookies"])
    api.post("/csrf/transfer", "CSRF without a token", {"error": "CSRF cookie not set."}, expect=403, recorded="status")


def requests(api: Api) -> None:
    session = {"Set-Cookie": matches(r"sessionid=\S+; .*HttpOnly.*"), "Vary": "Cookie"}
    for wsgi in (False, True):
        body = {"given": ADA, "user": "ada", "now": "ada"}
        api.post("/log-in", "login", body, json=ADA, headers=session, wsgi=wsgi)
        body = {"user": "ada", "groups": [], "may": False}
        log_in = "login (WSGI)" if wsgi else "login"
        api.get("/me", "user after login", body, after=log_in, wsgi=wsgi)
        body = {"user": "grace", "groups": ["tasters"], "may": False}
        api.get("/me", "user from a session cookie", body, cookies={"sessionid": GRACE}, wsgi=wsgi)
    wrong = {**ADA, "password": "sesame"}
    api.post("/log-in", "login with a wrong password", {"given": wrong, "user": None, "now": ""}, json=wrong)
    api.get("/me", "login_required", b"", expect=302, headers={"Location": "/log-in?next=/me"}, recorded="type")
    body = {"name": "teas/note.txt", "size": 12, "url": "/kept/teas/note.txt", "text": "of a storage", "left": False}
    api.get("/stored", "file storage", body)
    safe = {"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff"}
    safe = {**safe, "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}
    api.get("/safe", "security headers", {"secure": False}, headers=safe)
    feed = matches(
        r"(?s)<\?xml .*<title>Teas</title>.*<item><title>Assam</title><link>http://[^<]*/stock/teas/assam<.*"
    )
    api.get("/feed", "RSS feed", feed, headers={"Content-Type": "application/rss+xml; charset=utf-8"}, recorded="type")
