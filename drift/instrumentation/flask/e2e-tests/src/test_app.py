from test_calls import fetched

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import SERIAL, user


def at_start(api: Api) -> None:
    api.get("/settings", "call at startup", fetched("/users/2", **user(2)))
    api.get("/nothing-at-the-start", "call at startup only in replay", {"nothing": True})
    api.get("/environment", "recorded environment variable", {"key": SERIAL, "same": True, "hidden": False})
