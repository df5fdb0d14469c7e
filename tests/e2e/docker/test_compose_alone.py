"""`docker compose run`, typed by hand, without the scripts."""

from __future__ import annotations

import re

import pytest

from e2e_common.util.errors import Code
from tests.e2e.docker.conftest import Contained

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.mark.usefixtures("spared")
def test_it_does_all_phases_and_says_that_it_is_not_isolated(canary: Contained) -> None:
    owner = canary.folder.stat()
    wrong = canary.compose_run("--rm", E2E_UID=str(owner.st_uid + 1), E2E_GID="1")
    assert wrong.returncode == Code.ENVIRONMENT, wrong.stdout
    owner_ids = re.search(r"E2E_UID=(\S+) E2E_GID=(\S+) ", wrong.stdout + wrong.stderr)
    assert owner_ids, wrong.stdout
    done = canary.compose_run("--rm", E2E_UID=owner_ids[1], E2E_GID=owner_ids[2])
    assert done.returncode == 0, done.stdout
    assert f"✓ {canary.name} 1 of 1 requests recorded, replayed and matched, NOT ISOLATED" in done.stdout
    assert list((canary.folder / ".tusk" / "traces").glob("*.jsonl"))


@pytest.mark.usefixtures("spared")
def test_it_opens_a_shell(canary: Contained) -> None:
    done = canary.compose_run("--rm", command=("/bin/bash", "-c", "pwd; ls; id -u"), E2E_UID="4242")
    assert done.returncode == 0, done.stdout
    assert f"/e2e/drift/instrumentation/{canary.name}/e2e-tests\n" in done.stdout
    assert {"entrypoint.py", "4242"} <= set(done.stdout.split())
