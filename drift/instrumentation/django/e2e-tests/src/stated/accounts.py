"""What the requests of ../accounts.py state: users, a storage, headers for safety, a feed."""

from stated.words import Send, matches

# Signed with the project's key, by Django, at 1700000000: the second user's.
GRACE = (
    ".eJxVjMEOwiAQRP-FsyFAhYJH7_0Gsiy7UjU0Ke3J-O9K0oOeJpn3Zl4iwr6VuDda45zFRRhx-u0S4INqB_kO9bZIXOq2zkl2RR60yWnJ9Lwe7t9B"
    "gVb62mt2BoKCgUlhtvQNY41jBZCsC-T9iN6MZyStmQ1ohwGCdjYgDyzeH_rGOGw:1r31eq:JW72bbClFtoRaDhwGTsk5x_zDst0x3Imj0JLbKT0xms"
)
ADA = {"username": "ada", "password": "s3same"}


def requests(send: Send) -> None:
    """Send them all."""
    for wsgi in (False, True):
        session = {"Set-Cookie": matches(r"sessionid=\S+; .*HttpOnly.*"), "Vary": "Cookie"}
        body = {"given": ADA, "user": "ada", "now": "ada"}
        send("log in with a password", "/log-in", body, method="POST", json=ADA, headers=session, wsgi=wsgi)
        body = {"user": "grace", "groups": ["tasters"], "may": False}
        send("user of a session", "/me", body, cookies={"sessionid": GRACE}, wsgi=wsgi)
    wrong = {**ADA, "password": "sesame"}
    body = {"given": wrong, "user": None, "now": ""}
    send("log in with a wrong password", "/log-in", body, method="POST", json=wrong)
    send("log-in asked for", "/me", b"", expect=302, headers={"Location": "/log-in?next=/me"}, recorded="type")
    body = {"name": "teas/note.txt", "size": 12, "url": "/kept/teas/note.txt", "text": "of a storage", "left": False}
    send("file in a storage", "/stored", body)
    safe = {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    send("headers for safety", "/safe", {"secure": False}, headers=safe)
    feed = matches(
        r"(?s)<\?xml .*<title>Teas</title>.*<item><title>Assam</title><link>http://[^<]*/stock/teas/assam<.*"
    )
    send("feed", "/feed", feed, headers={"Content-Type": "application/rss+xml; charset=utf-8"}, recorded="type")
