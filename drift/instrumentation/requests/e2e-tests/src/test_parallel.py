from test_wire import comments, echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import in_text


def requests(api: Api) -> None:
    found = [post(1), post(2), fetched("/users/1", id=1, name="Ada"), comments()]
    api.get("/parallel/with-context", "threads with OpenTelemetry context", found, requests=4)
    shared = [echoed("GET", f"number={number}", headers={"X-Client": "shared"}) for number in range(6)]
    api.get("/parallel/one-session", "threads that share a Session", shared, requests=6)
    counts = [fetched("/count/requests-parallel", name="requests-parallel", count=number) for number in (1, 2, 3)]
    api.get("/parallel/same-call", "same call in threads", counts, requests=3)
    asked = {"asked": ["/users/1", "/users/2"], "fine": [[True, "OK", "utf-8"]] * 2}
    api.get("/parallel/without-context", "threads without context", asked, requests=0, background=2)
    read = {"kinds": [True, True], "again": True, "closed": None}
    api.get("/parallel/parts-without-context", "iter_content() without context", read, requests=0, background=3)
    lines = ["line 1", "line 2", "line 3"]
    api.get("/parallel/lines-without-context", "iter_lines() without context", lines, requests=0, background=1)
    responses = matches("".join(f"{in_text(post(number))}\n" for number in (1, 2, 3)))
    api.get("/parallel/while-answering", "calls while the response is streamed", responses, requests=3)
    api.get("/parallel/generator", "calls in a generator", [post(number) for number in range(1, 7)], requests=6)
