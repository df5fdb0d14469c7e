"""A folder with traces and a configuration, and whole runs of the bundled CLI in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from e2e_common.util.ports import reserve
from e2e_common.util.readiness import tcp_answers
from tests.unit.tusk.replay_support import events, root_dict, span_dict, write_trace

ROOT = Path(__file__).resolve().parents[3]
SERVICE = Path(__file__).with_name("fake_service.py")
LIMIT_S = 60


class Project:
    """A folder with a configuration and traces, and the replayer run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.traces = folder / ".tusk" / "traces"
        self.traces.mkdir(parents=True)
        self.mocks = folder / "mocks.jsonl"
        self.port = reserve().number
        (folder / "requests.jsonl").write_text("")
        self.configure()

    def configure(self, timeout: str = "60s", **service: Any) -> None:
        readiness = {"command": f"test -e {self.folder}", "timeout": "60s"}
        start = {"command": f"exec {sys.executable} {SERVICE} {self.port}"}
        config = {
            "service": {"port": self.port, "start": start, "readiness_check": readiness, **service},
            "test_execution": {"timeout": timeout},
        }
        (self.folder / ".tusk" / "config.yaml").write_text(json.dumps(config))

    def record(self, *paths: str) -> None:
        """A trace for each path, t1 onwards; each answer is the one that the service gives."""
        for number, path in enumerate(paths, start=1):
            answer = {"found": True} if path == "/mock" else {"path": path.partition("?")[0]}
            trace = root_dict(f"t{number}", path, answer)
            call = [span_dict("s1", f"t{number}")] if path == "/mock" else []
            write_trace(self.traces, f"{number}.jsonl", *call, trace)

    def start(self, **variables: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUSK_")}
        arguments = ("--trace-dir", str(self.traces), "--run-folder", str(self.folder))
        return subprocess.Popen(
            [sys.executable, "-m", "e2e_common.tusk", "run", *arguments],
            cwd=self.folder, env={**kept, "PYTHONPATH": str(ROOT), **variables}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, **variables: Any) -> Finished:
        return Finished(self.start(**variables))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return events(self.mocks, kind)

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted((self.folder / ".tusk" / "logs").glob("tusk-replay-*.log")))

    def assert_nothing_left(self) -> None:
        for path in re.findall("service starts with (.+)", self.log()):
            assert not Path(path).parent.exists()
        assert not tcp_answers("127.0.0.1", self.port)


class Finished:
    """A run that has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        try:
            self.stdout, self.stderr = process.communicate(timeout=LIMIT_S)
        finally:
            process.kill()
        self.code = process.returncode

    @property
    def results(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in re.findall(r"^\{.*?^\}", self.stdout, re.DOTALL | re.MULTILINE)]
