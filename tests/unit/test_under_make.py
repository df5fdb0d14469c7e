"""The job server's client: no more jobs than make allows, and every token given back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.under_make import only_pretends, slots

MANY = 50


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A job server's pipe as up to make 4.3, with the tokens of `-j4`."""
    ends = os.pipe()
    os.write(ends[1], b"+++")
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """The same as from make 4.4 on, and a descriptor that holds it open."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    held = os.open(path, os.O_RDWR)
    os.write(held, b"+++")
    yield path, held
    os.close(held)


def taken(limit: int | None, flags: str) -> int:
    own = slots(limit, {"MAKEFLAGS": flags})
    try:
        return sum(own.take() for _ in range(MANY))
    finally:
        own.close()


@pytest.mark.parametrize(
    ("limit", "flags", "jobs"),
    [
        (None, "", 1),
        (None, "r --no-print-directory", 1),
        (None, "r -j --no-print-directory", MANY),
        (1, "r -j", 1),
        (2, "", 2),
        (0, "", MANY),
        (None, "r --no-print-directory -- WORDS=-j", 1),
        (None, " -j4 --jobserver-auth=998,999", 1),  # a recipe without `+`: make has closed them
        (None, " -j4 --jobserver-auth=fifo:/no/such/fifo", 1),
    ],
)
def test_how_many_without_a_job_server(limit: int | None, flags: str, jobs: int) -> None:
    assert taken(limit, flags) == jobs


def test_a_number_comes_before_the_job_server(pipe: tuple[int, int]) -> None:
    assert taken(2, f" -j4 --jobserver-auth={pipe[0]},{pipe[1]}") == 2


@pytest.mark.parametrize("option", ["--jobserver-auth", "--jobserver-fds"])
def test_an_inherited_pipe(pipe: tuple[int, int], option: str) -> None:
    read, write = pipe
    flags = f"r -j4 {option}={read},{write} --no-print-directory"
    assert taken(None, flags) == 4
    assert taken(None, flags) == 4, "every token was given back"
    assert os.read(read, 9) == b"+++"
    assert os.get_blocking(read), "it is others' too"


def test_a_named_pipe(fifo: tuple[Path, int]) -> None:
    path, held = fifo
    flags = f"r -j4 --jobserver-auth=fifo:{path} --no-print-directory"
    assert taken(None, flags) == 4
    assert taken(None, flags) == 4
    assert os.read(held, 9) == b"+++"


def test_the_same_bytes_go_back_as_jobs_end(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.read(read, 3)
    os.write(write, b"ab")
    own = slots(None, {"MAKEFLAGS": f" -j3 --jobserver-auth={read},{write}"})
    assert [own.take() for _ in range(4)] == [True, True, True, False]
    own.give()
    assert own.take(), "what one gives back the next may have"
    own.give()
    own.give()
    assert sorted(os.read(read, 9)) == sorted(b"ab"), "the last one needs no token"
    own.give()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("nr --no-print-directory", True),
        ("n", True),
        ("r -j4 -- n=1", False),
        ("--no-print-directory", False),
        ("", False),
    ],
)
def test_make_n(flags: str, expected: bool) -> None:
    assert only_pretends({"MAKEFLAGS": flags}) is expected
