"""What the requests of ../unseen.py state: the clock, and what no instrumentation sees."""

from __future__ import annotations

from e2e_common.requester import Api, matches


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/leak",
        name="raw socket",
        body={"leaked": True},
        expect_unpatched=True,
        leaks=["upstream: GET /weather?city=Rome"],
    )
    api.get("/clock", name="clock", body={"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
