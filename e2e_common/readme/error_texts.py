"""Every error text that the harness can print, found in its own source: the README's list of them.

A text is a string that is handed to an error (`usage`, `environment`, `HarnessError`, `Failure` …), at once or by way
of a variable, or one of three words or more in a module whose strings are the verdict's. What is filled in at run time
is shown as `…`. The list knows the exit code of a text from the error that it is handed to.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from e2e_common.errors import Code
from e2e_common.paths import ROOT

GAP = "…"
WORDS = 3
# Callable → the exit code of the texts handed to it.
ERRORS = {
    "usage": Code.USAGE,
    "KnownFailuresError": Code.USAGE,
    "ArgumentTypeError": Code.USAGE,
    "environment": Code.ENVIRONMENT,
    "BootstrapError": Code.ENVIRONMENT,
    "Failure": Code.FAILED,
    "complain": Code.FAILED,
    "MalformedTrace": Code.FAILED,
    "Malformed": Code.FAILED,
    "ResultsError": Code.FAILED,
    "LoadError": Code.FAILED,
    "ConfigError": Code.FAILED,
    "UsageError": Code.USAGE,
}
# Modules whose sentences are all errors', put together over several functions.
DEFAULTS = {
    **dict.fromkeys((f"rules/{name}.py" for name in ("whole", "recording", "replay", "cli")), Code.FAILED),
    **dict.fromkeys(("results.py", "evidence.py", "socket_warnings.py"), Code.FAILED),
    **dict.fromkeys(("known_failures.py", "conditions.py", "mutating/survivors.py"), Code.USAGE),
}
# Modules that write a text of their own to standard error → the exit code that goes with it.
WRITTEN = {
    "suites.py": Code.NOTHING_VERIFIED,
    "entry.py": Code.NOTHING_VERIFIED,
    "coverage_run.py": Code.NOTHING_VERIFIED,
    "readme/__main__.py": Code.FAILED,
    "mutating/__main__.py": Code.TIMED_OUT,
}
PREFIX = "e2e: "
PATTERN = r"^\^|\\\w|\(\?P"  # a regular expression is no text
SENTINELS_OWN = "import Answer, Failure"  # what a sentinel answers to the application is no error of the harness
BASH = re.compile(r"""\bdie (\d) "((?:\$\([^()]*\)|[^"\\]|\\.)*)\"""")
BASH_VALUE = re.compile(r"\$\([^()]*\)|\$\{[^}]*\}|\$\w+")


@functools.cache
def error_texts(root: Path = ROOT) -> dict[int, list[str]]:
    """Exit code → the texts, in lexical order, each once, of the harness below `root`."""
    found: dict[int, set[str]] = defaultdict(set)
    common = root / "e2e_common"
    for path in sorted(common.rglob("*.py")):
        name, source = path.relative_to(common).as_posix(), path.read_text()
        if SENTINELS_OWN not in source:
            module = ast.parse(source)
            for code, text in _of_module(module, DEFAULTS.get(name)):
                found[code].add(text)
            if name in WRITTEN:
                found[WRITTEN[name]].update(written(module))
    for path in sorted((root / "scripts").glob("*.sh")):
        for number, text in BASH.findall(path.read_text()):
            found[int(number)].add(BASH_VALUE.sub(GAP, text).replace('\\"', '"'))
    return {code: sorted(texts, key=str.lower) for code, texts in sorted(found.items())}


def _of_module(module: ast.Module, default: Code | None) -> Iterator[tuple[int, str]]:
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for scope in [module, *functions]:
        assigned = _assigned(scope)
        for node in _own(scope):
            code = _code(node) if isinstance(node, ast.Call) else None
            if code is not None and isinstance(node, ast.Call):
                for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    yield from ((code, text) for text in _texts(argument, assigned))
    if default is not None:
        yield from ((default, text) for text in _sentences(module))


def written(module: ast.Module) -> Iterator[str]:
    """The texts that a module writes to standard error itself."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
            text = " ".join(_shown(node.args[0]).split())
            if text.startswith(PREFIX) and _words(text) >= WORDS:
                yield text[len(PREFIX) :]


def _sentences(node: ast.AST) -> Iterator[str]:
    """Every text below `node` but docstrings and patterns, each as a whole."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Constant, ast.JoinedStr)):
            yield from (text for text in _texts(child, {}) if _words(text) >= WORDS and not re.search(PATTERN, text))
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _sentences(child)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield from _own(child)


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Variable → what the function puts into it."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in _own(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id].append(node.value)
    return found


def _code(call: ast.Call) -> int | None:
    name = (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )
    if name in ERRORS:
        return int(ERRORS[name])
    if name in ("HarnessError", "_stopped", "stopped", "SystemExit"):
        codes = [
            node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute) and node.attr in Code.__members__
        ]
        return int(Code[codes[0]]) if codes else None
    return None


def _texts(node: ast.AST, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The texts that an expression may have."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body, assigned)
        yield from _texts(node.orelse, assigned)
    elif isinstance(node, ast.Name):
        for value in assigned.get(node.id, []):
            yield from _texts(value, {})
    elif isinstance(node, (ast.List, ast.Tuple)):
        for item in node.elts:
            yield from _texts(item, assigned)
    else:
        text = " ".join(_shown(node).split())
        if _words(text) and " " in text:
            yield text


def _words(text: str) -> int:
    return len(re.findall(r"[A-Za-z]{2,}", text))


def _shown(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_shown(part) if isinstance(part, ast.Constant) else GAP for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return f"{_shown(node.left) or GAP}{_shown(node.right) or GAP}"
    return ""


def listed(code: int) -> list[str]:
    """The README's list of the texts that end a run with `code`."""
    texts = error_texts().get(code, [])
    return [f"- `{text}`" if "`" not in text else f"- `` {text} ``" for text in texts]
