"""The lines of a suite that define a request."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from e2e_common.report.source import places, route_of

CALLS = """\
@bp.get("/weather/<city>")
def weather(city): ...
@bp.get("/weather/here")
def here(): ...
@bp.route("/files/<path:name>", methods=["PUT"])
def files(name): ...
add_route('/twice', twice)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "calls.py").write_text(CALLS)
    (tmp_path / "src" / "items.py").write_text('@router.get("/items/{item:int}")\npath("twice", twice)\n')
    (tmp_path / "src" / "views.py").write_text("async def log_in(request): ...\n")
    (tmp_path / "src" / "test_calls.py").write_text('api.path("/only-sent", "name")\n')
    return tmp_path


def request_of(path: str, at: str = "") -> Any:
    return SimpleNamespace(path=path, at=at)


@pytest.mark.parametrize(
    ("path", "at", "route"),
    [
        ("/weather/K%C3%B6ln?days=2", "", "src/calls.py:1"),
        ("/weather/here", "", "src/calls.py:3"),
        ("/files/a/b.txt", "", "src/calls.py:5"),
        ("/shop/items/2", "", "src/items.py:1"),
        ("/twice", "src/test_calls.py:9", "src/calls.py:7"),
        ("/twice", "src/test_items.py:9", "src/items.py:2"),
        ("/async/log-in", "", "src/views.py:1"),
        ("/only-sent", "src/test_calls.py:1", "src/calls.py"),
        ("/only-sent", "", ""),
    ],
)
def test_the_route_that_fits_best_is_found(suite: Path, path: str, at: str, route: str) -> None:
    assert route_of(suite, request_of(path, at)) == route


def test_both_lines_are_given_as_far_as_they_are_known(suite: Path) -> None:
    sent, src = "src/test_calls.py:4", suite / "src"
    assert places(suite, request_of("/twice", sent)) == f"request: {src}/test_calls.py:4, handler: {src}/calls.py:7"
    assert places(suite, request_of("/none", "src/test_more.py:4")) == f"request: {src}/test_more.py:4"
