from test_calls import fetched

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import SERIAL, user


def at_start(api: Api) -> None:
    api.get("/settings", "call at the start", fetched("/users/2", **user(2)))
    api.get("/nothing-at-the-start", "call at the start in replay alone", {"nothing": True})
    api.get("/environment", "variable of the recording", {"key": SERIAL, "same": True, "hidden": False})
