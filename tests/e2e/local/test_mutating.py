"""make mutate-<suite>: which mutations turn red, which do not, and that variants do not affect each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.util.paths import suite_names
from tests.conftest import E2E, Finished, Suite, clean_environ, execute, read

USES = "careful, careless, hides, fragile"


def mutate(canary: Suite) -> tuple[Finished, dict[str, Any]]:
    """Returns how it ended, and mutations.json."""
    done = canary.verb("mutate")
    return done, json.loads(read(canary.out / "canary-8000" / "mutations.json") or b"{}")


def indifferent(found: dict[str, Any], request: str) -> set[str]:
    rows = [row for row in found["values"] if row["request"] == request]
    assert rows, f"nothing of {request!r} was changed"
    return {row["what"] for row in rows if row["reason"] is None}


def test_what_the_answer_holds_turns_red_and_what_it_does_not_is_listed(canary: Suite) -> None:
    assert canary.run(*Suite.RECORD, CANARY=USES, E2E_ONLY="ca*").code == 0
    done, _ = mutate(canary)
    assert done.code == 2, "a recording that nobody judged is no ground"
    assert "was recorded and not judged: make e2e-canary PORT=8000" in done.output
    assert canary.run(*Suite.REPLAY).code == 0
    done, mutations = mutate(canary)
    assert indifferent(mutations, "careful") == set()
    careless = indifferent(mutations, "careless")
    assert {"status", "reason phrase", "response body $.author", "response header Server"} <= careless
    assert not careless & {"response body $.title", "the call itself", "path", "method"}
    assert not mutations["not_counted"]
    assert (mutations["red"], mutations["tried"]) == (mutations["tried"] - len(careless), len(mutations["values"]))
    assert done.code == (0 if mutations["share"] >= 85 else 1), done.output
    for words in (
        "PARTIAL (ca*)",
        f"{len(careless)} that nothing depends on, by request:",
        f"{mutations['red']} of {mutations['tried']} changed values turned red",
        "'careless': outbound 1 requests GET /posts/1: ",
    ):
        assert words in done.output


@pytest.mark.slow
def test_a_call_that_lacks_its_recording_is_answered_from_no_other(canary: Suite) -> None:
    """Every other variant of the request has the call that is missing here."""
    assert canary.run(CANARY=USES, E2E_ONLY="hides").code == 0
    _, mutations = mutate(canary)
    [missing] = [row for row in mutations["values"] if row["what"] == "the call itself"]
    assert missing["reason"].startswith("no recorded answer for GET http://")


@pytest.mark.slow
def test_variants_that_break_the_application_are_red_and_the_others_go_on(canary: Suite) -> None:
    assert canary.run(CANARY=USES, E2E_ONLY="[cf][ar]*").code == 0
    _, mutations = mutate(canary)
    reasons = {row["what"]: row["reason"] for row in mutations["values"] if row["request"] == "fragile"}
    assert "the service ended with" in reasons["response body $.id"] + reasons["response body $.name"]
    assert "no complete answer within 8 s" in reasons["response body $.id"] + reasons["response body $.name"]
    assert sorted(path.name for path in (canary.out / "canary-8000-mutate").glob("[0-9]")) == ["1", "2", "3"]
    assert not mutations["not_counted"]
    assert indifferent(mutations, "careful") == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", suite_names())
def test_each_suite_reaches_its_goal(name: str, tmp_path: Path) -> None:
    environ = clean_environ(E2E_OUT=str(tmp_path))
    for verb in ("run", "mutate"):
        execute(E2E, verb, name, env=environ, check=True)
    mutations = json.loads((tmp_path / f"{name}-8000" / "mutations.json").read_text())
    assert mutations["share"] >= mutations["goal"]
    assert mutations["not_counted"] == []
