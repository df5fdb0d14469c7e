"""The command line of the official CLI, as far as a local replay goes (replay protocol, section 15)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

USAGE = """\
Usage: python -m e2e_common.replay run [flags]        (also: drift run [flags], --version)

  -p, --print                 no terminal UI (there is none)
      --output-format F       text (default) or json
      --trace-dir DIR         where the traces are
      --trace-file FILE       replay this file only
      --trace-id ID           replay the first file whose name holds ID
  -f, --filter KEY=REGEX,...  replay the tests for which all hold
  -q, --quiet                 less on stderr, and JSON only on stdout
      --config FILE           instead of the nearest .tusk/config.yaml
      --sandbox-mode off      `auto` says that there is none, `strict` fails
      --mocks-file FILE       write a line for each mock request, inbound span and alert (not in the official CLI)
      --run-folder DIR        after each test wait for what requests.jsonl in DIR states that it does outside its answer
                              (not in the official CLI)

Accepted, and without effect here: --concurrency N, --debug, --enable-service-logs (the log is always written),
--sandbox-config FILE, --verbose.
"""


class UsageError(Exception):
    """The command line is wrong; the message says what to write instead."""


@dataclass
class Options:
    """The command line; a field for each flag. Empty texts are flags that were not given."""

    print: bool = False
    output_format: str = "text"
    trace_dir: str = ""
    trace_file: str = ""
    trace_id: str = ""
    filter: str = ""
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    concurrency: str = "1"
    enable_service_logs: bool = False
    sandbox_mode: str = ""
    sandbox_config: str = ""
    config: str = ""
    mocks_file: str = ""
    run_folder: str = ""
    version: bool = False
    help: bool = False

    @property
    def mocks_path(self) -> Path | None:
        return Path(self.mocks_file) if self.mocks_file else None


_SHORT = {"-p": "--print", "-f": "--filter", "-q": "--quiet", "-h": "--help", "-v": "--version", "-V": "--version"}
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}
_CHOICES = {"output_format": ("text", "json"), "sandbox_mode": ("off", "auto", "strict")}


def parse(arguments: list[str]) -> Options:
    """`run …` or `drift run …` as Options. Raises UsageError for anything that is not understood."""
    options = Options()
    flags = {"--" + field.name.replace("_", "-"): field.name for field in fields(Options)}
    words: list[str] = []
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if not argument.startswith("-"):
            words.append(argument)
            continue
        flag, equals, value = argument.partition("=")
        name = flags.get(_SHORT.get(flag, flag))
        if name is None:
            raise UsageError(f"unknown flag: {flag}{_nearest(flag, flags)}")
        if isinstance(getattr(options, name), bool):
            if equals and value not in _BOOLEAN:
                raise UsageError(f"{flag}: {value!r} is neither true nor false")
            setattr(options, name, _BOOLEAN.get(value, True))
            continue
        if not equals and not queue:
            raise UsageError(f"flag needs an argument: {flag}")
        setattr(options, name, _checked(name, flag, value if equals else queue.pop(0)))
    if not options.version and not options.help and words not in (["run"], ["drift", "run"]):
        raise UsageError(f"unknown command {' '.join(words) or '(none)'!r}; the only one is `run` (or `drift run`)")
    return options


def _checked(name: str, flag: str, value: str) -> str:
    choices = _CHOICES.get(name)
    if choices and value not in choices:
        raise UsageError(f"{flag}: {value!r} is not a choice{_nearest(value, choices)}")
    if name == "concurrency" and (not value.isdecimal() or value == "0"):
        raise UsageError(f"{flag}: {value!r} is no number of tests")
    return value


def _nearest(word: str, known: dict[str, str] | tuple[str, ...]) -> str:
    from e2e_common.errors import did_you_mean

    return did_you_mean(word, known)
