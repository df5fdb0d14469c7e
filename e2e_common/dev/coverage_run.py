"""`make coverage-<suite>`: the lines of the SDK's instrumentation that the suite's requests reach, and those that none
does.

Three things are measured in sequence: the recording, its replay, and its replay without sentinels, where the services'
addresses refuse connections (the SDK then uses stand-in objects, which occur nowhere else). The first two are one run
with its own folder; the third is another replay of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.record import measuring
from e2e_common.run.suite_run import Ended, SuiteRun
from e2e_common.setup import bootstrap
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.interrupts import Interrupts
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say


def main(argv: Sequence[str]) -> int:
    """Print the report. Returns 0 if all three were measured, whatever the coverage and the verdicts; the run's exit
    code if it has no replay. Raises HarnessError (4) if not all were."""
    options = parse_run("coverage", argv)
    suite_dir = folder_of(options.suite)
    name = f"{name_of(suite_dir)}-{options.port}-coverage"
    run = RunFolder(ROOT / load_options()["E2E_OUT"] / name)

    def measure(what: str, sentinels: str, *words: str) -> Ended:
        words = (str(options.port), "--coverage", *words)
        return SuiteRun(suite_dir, words, run.result, {"E2E_SENTINELS": sentinels}).follow(name, what)

    with Interrupts():
        first = measure("recording and replay", "on")
        say(first.output)
        if first.result is None or first.result["seconds"]["replay"] is None:  # there is nothing for the second replay
            return first.code if first.code > 0 else Code.NOTHING_VERIFIED
        # It often fails: one line is enough.
        second = measure("replay without sentinels", "off", "--phases", "setup,replay,check,cleanup")
        say(f"replay without sentinels: {second.output.partition(chr(10))[0]}")
        unmeasured = [name for name, share in _report(run, suite_dir).items() if not share]
    if unmeasured:
        why = (
            "The application did not start there, or it was killed before coverage.py had written down what it counted"
        )
        message = f"nothing was measured in: {', '.join(unmeasured)}. {why}"
        raise HarnessError(Code.NOTHING_VERIFIED, message, str(run.logs))
    return Code.PASSED


def _report(run: RunFolder, suite_dir: Path) -> dict[str, float]:
    """Print the report. Returns the share of lines that each of measuring.CONTEXTS reaches, in percent."""
    home = measuring.home(run)
    recording, setup = run.read_recording(), run.read_setup()

    def coverage(verb: str, *words: str, of: Sequence[str] = ()) -> str:
        """Call the coverage.py that wrote the data. `of`: folders. Raises HarnessError (3)."""
        options = [f"--rcfile={home / 'settings.ini'}", f"--data-file={home / 'combined'}"]
        options += [f"--include={','.join(f'{folder}/*' for folder in of)}"] if of else []
        command = [str(run.env_bin / "python"), "-I", "-m", "coverage", verb, *options, *words]
        return bootstrap.run(command, f"coverage {verb}", measuring.instrumentation(run.env_bin.parent)).rstrip()

    def share(folders: Sequence[str], *words: str) -> float:
        return float(coverage("report", "--format=total", *words, of=folders))

    data = [str(path) for path in home.glob("data.*")]
    if not data:
        return dict.fromkeys(measuring.CONTEXTS.values(), 0.0)
    coverage("combine", "--keep", *data)
    counting, also = measuring.folders(suite_dir)
    partial = f", PARTIAL ({recording.partial})" if recording.partial else ""
    say(f"\nSDK {setup.versions['sdk']}, Python {setup.versions['python']}{partial}: lines that no request reaches\n")
    say(coverage("report", "--show-missing", of=counting))
    if also:
        say(f"\nused too, but not counted:\n\n{coverage('report', '--show-missing', of=also)}")
    measured = {name: share(counting, f"--contexts=^{context}$") for context, name in measuring.CONTEXTS.items()}
    shares = {**{name: share([name]) for name in counting}, "together": share(counting), **measured}
    say("\nreached: " + ", ".join(f"{name} {percent:.1f} %" for name, percent in shares.items()))
    return measured
