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
_VARIABLE = re.compile(r"(<(?:\w+:)?\w+>|\{\w+(?::\w+)?\})")  # Flask and Django; FastAPI


def places(suite_dir: Path, request: Request) -> str:
    """`request: src/test_calls.py:12, handler: src/calls.py:30`, as far as known, with paths from the checkout."""
    found = {"request": request.at, "handler": route_of(suite_dir, request)}
    return ", ".join(f"{name}: {shown(suite_dir / place)}" for name, place in found.items() if place)


def route_of(suite_dir: Path, request: Request) -> str:
    """`src/calls.py:12`: the route that fits the request's path best (by its whole path, in the sibling of the theme's
    requests, by its constant characters). Without one, that sibling, or empty."""
    theme = Path(request.at).name.partition(":")[0].removeprefix("test_")
    target = unquote(request.path.partition("?")[0]).strip("/")
    fits = [((False, False, -1), f"src/{theme}" if (suite_dir / "src" / theme).is_file() else "")]
    for path, number, route in _routes(suite_dir / "src"):
        parts = _VARIABLE.split(route.strip("/"))  # constant, variable, constant, …
        variables = [".+" if "path" in part else "[^/]+" for part in parts[1::2]]  # a path has several segments
        pattern = "".join(map("".join, zip(map(re.escape, parts[::2]), [*variables, ""])))
        if re.fullmatch(rf"(?:.*/)?{pattern}", target):  # a blueprint or an include may add a prefix
            is_whole = re.fullmatch(pattern, target) is not None
            fits.append(((is_whole, path.name == theme, len("".join(parts[::2]))), f"src/{path.name}:{number}"))
    return max(fits, key=lambda fit: fit[0])[1]


def _routes(src: Path) -> Iterator[tuple[Path, int, str]]:
    for path in sorted(path for path in src.glob("*.py") if not path.name.startswith("test_")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := _ROUTE.search(line) or _VIEW.match(line):
                yield path, number, match[1].replace("_", "-") if match.re is _VIEW else match[1]
