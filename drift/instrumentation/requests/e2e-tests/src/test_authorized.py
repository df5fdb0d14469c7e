from urllib.parse import quote

from test_wire import echoed, fetched

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    basic = ["QWRhOnBhc3M6d29yZA==", "R3JhY2U6", "yWRpdGg6Y2zp", "Ynk6dGVz", "Og=="]
    responses = [echoed("GET", f"number={at}", headers={"Authorization": f"Basic {it}"}) for at, it in enumerate(basic)]
    api.get("/authorized/basic", "HTTPBasicAuth", responses, requests=5)
    own = [
        echoed("POST", "a=1", headers={"X-Signature": "POST /echo?a=1 6"}, text="signed"),
        echoed("GET", "b", headers={"Authorization": "Bearer t0ken"}),
        echoed("GET", "c"),
    ]
    api.get("/authorized/own", "custom authentication", own, requests=3)
    api.get("/authorized/asked-for", "auth as a tuple", fetched("/private", user="Grace"))
    api.get("/authorized/of-the-url", "credentials in the URL", fetched("url/private", user="Ada@home"))
    netrc = {"Authorization": "Basic QWRhOm9mLXRoZS1maWxl"}
    files = [echoed("GET", "True", headers=netrc), echoed("GET", "False")]
    api.get("/authorized/of-a-file", "credentials from .netrc", files, requests=2)
    challenge = quote('Digest realm="upstream", nonce="n0nce", qop="auth", algorithm=MD5')
    digest = fetched(f"/private?challenge={challenge}", user="Ada")
    api.get("/authorized/digest", "HTTPDigestAuth", digest, reached=["GET /private"])
    history = {"status": 200, "history": [401]}
    api.get("/authorized/digest-history", "history of HTTPDigestAuth", history, reached=["GET /private"])
