"""e2e_common/report/model.py: a run by request, whatever state its artifacts are in."""

from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.report import html, junit, markdown, model
from e2e_common.report.explain import explain, table
from e2e_common.util.errors import Code, HarnessError
from tests.unit.judge.good_run import FILE, HEALTH, ORDER, T0, GoodRun, dump, root
from tests.unit.report.made import SURROGATE, failed, red, reported, write


def test_a_good_run_request_by_request(tmp_path: Path) -> None:
    found = model.load(write(tmp_path, GoodRun().artifacts()), tmp_path)
    assert [each.name for each in found.requests if each.verdict == "passed"] == ["health", "create order", "leak"]
    order = found.by_name["create order"]
    assert order.trace and order.trace.trace_id == ORDER and order.result and order.result.passed
    pairs = [(call.span and call.span.span_id, call.asked and call.asked.matched_span) for call in order.calls]
    assert pairs == [("call-a", "call-a"), ("call-b", "call-b")]
    assert order.calls[0].text == "GET http://127.0.0.1:9123/weather"
    assert order.test and (order.test.started, order.test.ended) == (T0 + 102, T0 + 102.5)
    assert found.start is None and found.others == []


def test_the_second_result_of_a_test_counts() -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "1"}
    run.replay["retries"] = [{"trace_id": HEALTH, "started": T0 + 200, "exit_status": 0}]
    run.results[0] = failed(HEALTH, 1, 2)
    run.raw["retries"] = {HEALTH: (dump({"test_id": HEALTH, "passed": True, "cancelled": False, "duration": 7}), b"")}
    result = reported(run).by_name["health"].result
    assert result is not None and result.passed and result.duration_ms == 7


def test_no_run_is_a_usage_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "known_failures.yaml").write_text("- {}")
    with pytest.raises(HarnessError, match=r"no run in .*out/flask-8000: make e2e-flask first") as caught:
        model.load(RunFolder(tmp_path / "out" / "flask-8000"), tmp_path)
    assert caught.value.code == Code.USAGE


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"{}", b'{"tests": 1}', b"\xff", b"[" * 100_000, b'{"schema": 1, "requests": 3}']
)
def test_a_broken_result_is_judged_anew(tmp_path: Path, text: bytes) -> None:
    folder = write(tmp_path, GoodRun().artifacts())
    folder.result.write_bytes(text)
    assert model.load(folder, tmp_path).result["reason"] == "passed"


HOSTILE = [b"", b"\xff\xfe", b"{}\n[]\n1\nnull\n", b'{"event": "mock"}\n', b"[" * 5000 + b"\n", b'{"a": "\\ud800"}\n']
RENDERERS = (html.render, markdown.render, junit.render)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_in_the_artifacts_makes_a_report_raise(tmp_path: Path, seed: int) -> None:
    """Recorded values of any kind; files replaced, cut, and lines of them with a key taken out or of another kind."""
    chance, run = random.Random(seed), red() if seed % 2 else GoodRun()
    for each in [row for spans in run.traces.values() for row in spans] if seed % 3 else []:
        odd: Any = chance.choice([None, 7, -1.5, "x\x1b[2J\n", SURROGATE, [], {}, {"headers": 1}, True])
        each["outputValue"] = {"body": odd, "headers": odd, "statusCode": odd}
        each[chance.choice(["inputSchema", "outputSchema", "name"])] = odd
        if not each["isRootSpan"]:
            each["inputValue"] = {"body": odd, "headers": odd, "url": odd}
    folder = write(tmp_path, run.artifacts())
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    for path in chance.sample(files, chance.randint(0, 2)):
        data = path.read_bytes()
        path.unlink()
        spoil = (chance.choice(HOSTILE), data[: chance.randrange(len(data) + 1)], _spoilt(data, chance), None)
        if (spoilt := chance.choice(spoil)) is not None:
            path.write_bytes(spoilt)
    found = model.load(folder, tmp_path)
    lines = [line for each in found.by_name.values() for line in explain(found, each)]
    lines += table(found, list(found.by_name.values()), 100)
    assert all(line.isprintable() for line in lines)
    assert found.result["reason"] and all(len(render([found])) > 100 for render in RENDERERS)


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    """Each line that is an object, with one value anywhere in it of another kind."""

    def spoil(place: dict[str, Any]) -> None:
        key = chance.choice(sorted(place))
        if isinstance(place[key], dict) and place[key] and chance.random() < 0.7:
            spoil(place[key])
        else:
            place[key] = chance.choice([None, 1, -1, 1e300, True, "x", "\ud800", [], [1], {}, {"a": [None]}])

    lines = data.splitlines()
    for number, line in enumerate(lines):
        with contextlib.suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict) and value:
                spoil(value)
            lines[number] = json.dumps(value).encode()
    return b"\n".join(lines) + b"\n"


def test_a_further_trace_of_a_request_is_not_its_first() -> None:
    run = GoodRun()
    run.traces[FILE.format(4, "4" * 32)] = [root("4" * 32, 2, T0 + 2.01)]
    order = reported(run).by_name["create order"]
    assert [file and file.trace_id for file in (order.trace, *order.files)] == [ORDER, ORDER, "4" * 32]
