"""Where a suite's files define a request: the line that sends it, and the line that routes it to its handler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from e2e_common.artifacts.decoding import Request
from e2e_common.util.paths import shown

_ROUTE = re.compile(r"""(?:@\w+\.\w+|\bpath|\badd_\w+|\broute)\(\s*["']([^"'\n]*)["']""")
_VIEW = re.compile(r"(?:async )?def (\w+)\(request\b")  # Django's suite derives routes from names: log_in, log-in
_VARIABLE = re.compile(r"<(?:\w+:)?\w+>|\{\w+(?::\w+)?\}")  # Flask and Django; FastAPI


def places(suite_dir: Path, request: Request) -> str:
    """`request: src/test_calls.py:12, handler: src/calls.py:30` with paths from the checkout; without what is not
    known."""
    found = {"request": request.at, "handler": route_of(suite_dir, request)}
    return ", ".join(f"{name}: {shown(suite_dir / place)}" for name, place in found.items() if place)


def route_of(suite_dir: Path, request: Request) -> str:
    """`src/calls.py:12`: the route that fits the request's path best (by its whole path, in the sibling of the theme's
    requests, by its constant characters). Without one, that sibling, or empty."""
    theme = Path(request.at).name.partition(":")[0].removeprefix("test_")
    target = unquote(request.path.partition("?")[0]).strip("/")
    best: tuple[tuple[bool, bool, int], str] = ((False, False, 0), "")
    for path in sorted((suite_dir / "src").glob("*.py")):
        for number, route in () if path.name.startswith("test_") else _routes(path):
            pattern = _pattern(route.strip("/"))
            if re.fullmatch(rf"(?:.*/)?{pattern}", target):  # a blueprint or an include may add a prefix
                constant = len(_VARIABLE.sub("", route))
                fit = (bool(re.fullmatch(pattern, target)), path.name == theme, constant)
                best = max(best, (fit, f"src/{path.name}:{number}"), key=lambda pair: pair[0])
    return best[1] or (f"src/{theme}" if (suite_dir / "src" / theme).is_file() else "")


def _routes(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if match := _ROUTE.search(line) or _VIEW.match(line):
            yield number, match[1].replace("_", "-") if match.re is _VIEW else match[1]


def _pattern(route: str) -> str:
    """A route as a regular expression: a variable is one segment, or several if it is a path."""
    constants = [re.escape(text) for text in _VARIABLE.split(route)]
    variables = [".+" if "path" in match[0] else "[^/]+" for match in _VARIABLE.finditer(route)]
    return "".join(text for pair in zip(constants, [*variables, ""]) for text in pair)
