"""A sentinel names whatever reaches it, and says so even at the last moment."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from e2e_common.errors import HarnessError
from e2e_common.ports import reserve
from e2e_common.sentinels import Sentinels


class Watch:
    def __init__(self, folder: Path) -> None:
        self.log = folder / "touched.jsonl"
        self.port = reserve().number
        self.sentinels = Sentinels({"upstream": f"127.0.0.1:{self.port}"}, self.log)
        self.sentinels.listen()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def touched(self) -> list[str]:
        return [line["what"] for line in self.lines() if line["event"] == "touched"]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_nothing_touched_is_still_an_account(watch: Watch) -> None:
    watch.sentinels.serve()
    watch.sentinels.close()
    assert [line["event"] for line in watch.lines()] == ["listening", "closed"]
    assert watch.lines()[0]["address"] == f"127.0.0.1:{watch.port}"


def test_a_request_is_refused_and_named(watch: Watch) -> None:
    watch.sentinels.serve()
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"http://127.0.0.1:{watch.port}/weather?city=Oslo", timeout=5)
    assert error.value.code == 502
    watch.sentinels.close()
    assert watch.touched() == ["GET /weather?city=Oslo"]


def test_a_connection_that_says_nothing_counts(watch: Watch) -> None:
    watch.sentinels.serve()
    with socket.create_connection(("127.0.0.1", watch.port)):
        watch.sentinels.close()
    assert watch.touched() == ["a connection that sent 0 bytes and no HTTP request"]


def test_a_connection_nobody_has_accepted_yet_counts(watch: Watch) -> None:
    with socket.create_connection(("127.0.0.1", watch.port)) as connection:
        connection.sendall(b"DELETE /users/2 HTTP/1.1\r\n\r\n")
        watch.sentinels.close()  # serve() was never called
    assert watch.touched() == ["DELETE /users/2"]


def test_an_address_that_is_taken_is_exit_3(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as real:
        sentinels = Sentinels({"upstream": f"127.0.0.1:{real.getsockname()[1]}"}, tmp_path / "touched.jsonl")
        with pytest.raises(HarnessError, match="the sentinel of upstream cannot listen") as error:
            sentinels.listen()
    assert error.value.code == 3
