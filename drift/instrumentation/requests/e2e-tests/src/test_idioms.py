from test_wire import echoed, fetched, in_parts, post, status_of

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import SERIAL


def requests(api: Api) -> None:
    echo = {**echoed("GET", "prepared"), "url": "http://shop.example/echo?prepared"}
    merged = {"told": echo, "settings": [False, "poem.txt", None]}
    name, shop = "merge_environment_settings()", ["GET http://shop.example/echo"]
    api.get("/idioms/merged-settings", name, merged, reached=shop)
    api.get("/idioms/verbs", "custom methods", ["MKCOL", "PROPFIND", "REPORT"], requests=3)
    asked = fetched("/flaky/requests-backoff/3", name="requests-backoff", asked=4)
    api.get("/idioms/backoff", "retries with backoff", asked, reached=["GET /flaky/requests-backoff/3"] * 3)
    responses = [echoed("GET", "first", headers={"Cookie": "tasty=yum"}), echoed("GET", "second")]
    jar = [["/echo", "/elsewhere", "/"], "yum", {"gross": "blech"}]
    found = {"answers": responses, "said": jar, "left": ["gross", "other"]}
    api.get("/idioms/jar", "cookie jar by domain and path", found, requests=2)
    named = [status_of(201, "CREATED"), status_of(202, "ACCEPTED")]
    api.get("/idioms/codes", "requests.codes", {"answers": named, "same": [True, True], "known": True}, requests=2)
    pages = [matches(f"{number} live-[0-9a-f]{{12}}") for number in ("one", "two", "three")]
    api.get("/idioms/pages", "pagination by response.links", pages, requests=3)
    renewed = fetched("/private", user="Ada")
    api.get("/idioms/renewed", "credentials renewed after 401", renewed, reached=["GET /private"])
    api.get("/idioms/own-adapter", "custom adapter with TLS and timeout", post(1))
    kept = {"heading": in_parts("/lines/3"), "lines": ["line 1", "line 2", "line 3", SERIAL]}
    api.get("/idioms/kept", "iter_content() into a file", kept)
