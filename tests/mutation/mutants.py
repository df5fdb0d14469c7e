"""Runs mutmut in a copy of the code and of its unit tests, and reads what became of each mutant."""

from __future__ import annotations

import ast
import contextlib
import difflib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.errors import Code, HarnessError

# Of a mutant that never ends: four times 5 s and what its tests take, and of CPU twice that.
TIME_LIMIT = {"timeout_constant": 5.0, "timeout_multiplier": 4.0}
FATES = {0: "survived", 5: "survived", 33: "survived", 1: "killed", 3: "killed", 36: "timeout"}  # 33: no test calls it
SIGXCPU_EXITS = (-signal.SIGXCPU, signal.SIGXCPU, 128 + signal.SIGXCPU, -signal.SIGKILL)
PROPERTIES = ("property", "cached_property")
CONFTEST = """\
from hypothesis import settings

settings.register_profile("mutation", derandomize=True, database=None, deadline=None, max_examples=25)
settings.load_profile("mutation")
"""


@dataclass(frozen=True)
class Mutant:
    """One change. `line` is what stood there and `becomes` what stands there instead, white space collapsed; `number`
    is that of the first changed line. `fate`: killed, timeout (noticed as well) or survived."""

    module: str
    function: str
    number: int
    line: str
    becomes: str
    fate: str

    def diff(self) -> str:
        """The change for a person, with its place."""
        return f"{self.module}:{self.number} ({self.function})\n    - {self.line}\n    + {self.becomes}"


def copy_of(root: Path, folder: Path) -> Path:
    """What mutmut needs of the checkout `root`, in `folder`, which is made: edits while it runs change nothing."""
    for name in ("e2e_common", "tests/unit"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(modules: Sequence[str], tests: Sequence[str], root: Path, folder: Path, at_a_time: int) -> list[Mutant]:
    """Every mutant of `modules` (paths below `root`), judged by `tests` (likewise) in `folder`, which is made. Raises
    HarnessError (1) where mutmut does not run to its end: the tests fail without any mutant, say."""
    _set_up(modules, tests, copy_of(root, folder))
    log = folder / "mutmut.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(at_a_time)],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        try:
            status = process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if status:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise HarnessError(Code.FAILED, f"mutmut ended with status {status}; do the tests pass?\n{tail}")
    return [mutant for module in modules for mutant in _of_module(folder, module)]


def _set_up(modules: Sequence[str], tests: Sequence[str], folder: Path) -> None:
    (folder / "tests" / "conftest.py").write_text(CONFTEST)
    for module in modules:
        path = folder / module
        path.write_text(without_properties(path.read_text()))
    settings = {
        "source_paths": ["e2e_common"],
        "only_mutate": list(modules),
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": list(tests),
        "use_git_change_detection": False,
        "track_dependencies": False,
        **TIME_LIMIT,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]  # JSON's values are TOML's here
    pytest = '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"'
    (folder / "pyproject.toml").write_text("\n".join(["[tool.mutmut]", *lines, pytest, ""]))


def without_properties(source: str) -> str:
    """`source` with every property as a plain function that becomes one at the end of the module: mutmut passes over
    what is decorated. No line changes its number."""
    lines = source.splitlines()
    for place, function in _functions(source).items():
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id in PROPERTIES:
                lines[decorator.lineno - 1] = ""
                lines.append(f"{place} = {decorator.id}({place})")
                if decorator.id == "cached_property":
                    lines.append(f'{place}.__set_name__({place.split(".")[0]}, "{function.name}")')
    return "\n".join(lines) + "\n"


def _of_module(folder: Path, module: str) -> Iterator[Mutant]:
    here = Path.cwd()
    os.chdir(folder)  # mutmut finds its files by the working directory
    try:
        yield from list(_read(module))
    finally:
        os.chdir(here)


def _read(module: str) -> Iterator[Mutant]:
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import read_functions_from_index
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    data = SourceFileMutationData(path=module)
    data.load()
    functions = _functions(Path(module).read_text())
    for key, status in data.exit_code_by_key.items():
        fate = "timeout" if status in SIGXCPU_EXITS else FATES.get(-1 if status is None else status)
        if fate is None:
            raise HarnessError(Code.FAILED, f"mutmut gives no verdict on {key}: its tests ended with status {status}")
        name, class_name = orig_function_and_class_names_from_key(key)
        function = f"{class_name}.{name}" if class_name else name
        pair = read_functions_from_index(key, module)
        if pair is None:
            raise HarnessError(Code.FAILED, f"mutmut does not say what it changed in {key}")
        import libcst

        before, after = (libcst.Module([node.with_changes(leading_lines=[])]).code.splitlines() for node in pair)
        yield Mutant(module, function, *_change(before, after, functions[function].lineno), fate)


def _change(before: list[str], after: list[str], start: int) -> tuple[int, str, str]:
    """(number of the first changed line, what stood there, what stands there now)"""
    changed = [
        op for op in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if op[0] != "equal"
    ]
    first, last = changed[0], changed[-1]
    old, new = before[first[1] : last[2]], after[first[3] : last[4]]
    return start + first[1], " ".join(" ".join(old).split()), " ".join(" ".join(new).split())


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    """function or Class.method → its definition."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}": inner for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found
