from test_calls import echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, PLAIN, SERIAL, comments, heading


def requests(api: Api) -> None:
    own = {"Authorization": "Basic QWRhOnBhc3M6d29yZA==", "X-Client": "session"}
    sessions = [
        echoed(url="/echo?key=k1", query={"key": ["k1"]}, headers={**own, "Cookie": "theme=dark"}),
        echoed(
            "POST",
            "/echo?key=k1&page=2",
            query={"key": ["k1"], "page": ["2"]},
            headers={**own, **JSON, "Cookie": "theme=dark; page=2", "X-Dropped": "never sent"},
            text="1",
        ),
    ]
    api.get("/clients/session", "Session defaults", sessions, requests=2)
    bare = echoed("PUT", "/echo?a=1&b=2", query={"a": ["1"], "b": ["2"]}, headers={"X-Client": "own"}, text="one")
    del bare["body"]["headers"]["Accept"]
    full = echoed("PUT", "/echo?a=1", query={"a": ["1"]}, headers={"X-Client": "own", "X-Session": "yes"}, text="one")
    api.get("/clients/prepared", "PreparedRequest", [bare, full], requests=2)
    authorized = [
        fetched("/private", user="Grace"),
        echoed("POST", headers={"X-Signature": "POST 6"}, text="signed"),
        echoed(headers={"Authorization": "Bearer t0ken"}),
    ]
    api.get("/clients/authorized", "calls with authentication", authorized, requests=3)
    seen = [[post(1), "5 s, stream=False"], *[[post(2), "5 s, stream=True"]] * 2]
    api.get("/clients/hooks", "response hooks", seen, requests=2)
    body = {"status": 203, "text": 'marked {"author"'}
    api.get("/clients/replacing-hook", "response hook that replaces the response", body, requests=1)
    api.get("/clients/session-hooks", "response hooks of a Session", [post(3), post(1)], requests=2)
    api.get("/clients/generator", "calls in a generator", [post(number) for number in range(1, 7)], requests=6)


def sent(api: Api) -> None:
    """Bodies that are not text, bytes or a form."""
    form, files = {"name": ["tea"]}, {"file": ["tea.txt", 3]}
    body = fetched("/echo", headers={"X_Answer": "of the upstream"}, form=form, files=files)
    api.get("/clients/files", "call with a file", body, requests=1)
    api.get("/clients/generated-body", "call with a generator as body", echoed("POST", text="one, two"), requests=1)
    api.get("/clients/file-as-body", "call with a file object as body", echoed("PUT", text="from a file"), requests=1)


def answered(api: Api) -> None:
    whole = {**comments(2), "serial": SERIAL}
    lines = ["line 1", "line 2", "line 3", SERIAL]
    headings = [heading(Content_Type=PLAIN, Content_Length=None), heading()]
    streamed = {"lines": lines, "sizes": [16, 16, 16, 16, 16, 7], "whole": whole, "headings": headings}
    api.get("/clients/streamed", "streamed responses of calls", streamed, requests=2)
    api.get("/clients/raw-stream", "raw stream of a call's response", {"raw": True, **heading()}, requests=1)
    last = echoed(url="/echo?from=redirect", query={"from": ["redirect"]}, headers={"X-Client": "own"})
    api.get("/clients/redirects", "call that follows redirects", {"history": [302, 302], "last": last}, requests=3)
    moved = heading(302, Content_Type=PLAIN, Location="/echo?from=redirect")
    body = {**moved, "is_redirect": True, "text": "moved\n"}
    api.get("/clients/redirect", "call that does not follow a redirect", body, requests=1)
    cookies = {"header": "basket=tea; Path=/", "answer": {"basket": "tea"}, "session": {"basket": "tea"}}
    api.get("/clients/cookies", "cookies of a call's response", cookies, requests=1)
    api.get("/clients/status-in-words", "status code in a text", {"status": "answered 200"}, requests=1)
    api.get("/clients/status-as-number", "numeric status code", requests=1).answers(ok=True, true=True, answer=post(1))
    api.get("/clients/request-of-answer", "response.request", {"method": "GET", "took_time": True}, requests=1)
    api.get("/clients/gzip", "call with gzip", {**heading(), "body": {"zipped": True, "serial": SERIAL}}, requests=1)
    latin_1 = {"text": "déjà vu", "bytes": "déjà vu".encode("latin-1").hex()}
    body = {**latin_1, **heading(Content_Type="text/plain; charset=iso-8859-1")}
    api.get("/clients/latin-1", "Latin-1 response of a call", body, requests=1)
    every = {"size": 273, "same": True, "serial": SERIAL, **heading(Content_Type="application/x-bytes")}
    api.get("/clients/bytes", "binary response of a call", every, requests=1)
    api.get("/clients/image", "image response of a call", {"size": 25}, requests=1, recorded="type")
    nothing = heading(204, Content_Type=PLAIN, Content_Length=None, X_Serial=SERIAL)
    api.get("/clients/empty", "empty response of a call", {**nothing, "size": 0}, requests=1)
    text = {"error": "JSONDecodeError", "text": matches("line 1\nlive-[0-9a-f]{12}\n"), "links": {}}
    plain = heading(Content_Type=PLAIN, Content_Length=None)
    api.get("/clients/no-json", "json() of a text response", {**text, **plain}, requests=1)
