from e2e_common.requester import Api, matches

# Signed with the project's key, by Django, at 1700000000: the second user's.
GRACE = (
    ".eJxVjMEOwiAQRP-FsyFAhYJH7_0Gsiy7UjU0Ke3J-O9K0oOeJpn3Zl4iwr6VuDda45zFRRhx-u0S4INqB_kO9bZIXOq2zkl2RR60yWnJ9Lwe7t9B"
    "gVb62mt2BoKCgUlhtvQNY41jBZCsC-T9iN6MZyStmQ1ohwGCdjYgDyzeH_rGOGw:1r31eq:JW72bbClFtoRaDhwGTsk5x_zDst0x3Imj0JLbKT0xms"
)
ADA = {"username": "ada", "password": "s3same"}


def requests(api: Api) -> None:
    for wsgi in (False, True):
        session = {"Set-Cookie": matches(r"sessionid=\S+; .*HttpOnly.*"), "Vary": "Cookie"}
        body = {"given": ADA, "user": "ada", "now": "ada"}
        api.post("/log-in", "log in with a password", body, json=ADA, headers=session, wsgi=wsgi)
        body = {"user": "grace", "groups": ["tasters"], "may": False}
        api.get("/me", "user of a session", body, cookies={"sessionid": GRACE}, wsgi=wsgi)
    wrong = {**ADA, "password": "sesame"}
    body = {"given": wrong, "user": None, "now": ""}
    api.post("/log-in", "log in with a wrong password", body, json=wrong)
    api.get("/me", "log-in asked for", b"", expect=302, headers={"Location": "/log-in?next=/me"}, recorded="type")
    body = {"name": "teas/note.txt", "size": 12, "url": "/kept/teas/note.txt", "text": "of a storage", "left": False}
    api.get("/stored", "file in a storage", body)
    safe = {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    api.get("/safe", "headers for safety", {"secure": False}, headers=safe)
    feed = matches(
        r"(?s)<\?xml .*<title>Teas</title>.*<item><title>Assam</title><link>http://[^<]*/stock/teas/assam<.*"
    )
    api.get("/feed", "feed", feed, headers={"Content-Type": "application/rss+xml; charset=utf-8"}, recorded="type")
