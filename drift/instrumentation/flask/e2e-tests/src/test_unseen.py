from e2e_common.requester import Api, matches


def requests(api: Api) -> None:
    api.get(
        "/leak", "raw socket", expect_unpatched={"connect": 1, "sendall": 1}, leaks=["upstream: GET /weather?city=Rome"]
    ).answers({"leaked": True})
    api.get("/clock", "clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    datagrams = {"first": "a:1|c", "sent": 6, "rest": ["b:ž|c", "c:3|c"], "answer": "three"}
    api.get("/datagrams", "datagrams", datagrams)
    api.get("/socket-pair", "pair of sockets", {"read": ["one way", "the other"]})
