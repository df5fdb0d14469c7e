"""What is reported as changed between recordings of the locked SDK and one of a changed SDK."""

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.judge.recording_diff import Part, differences

ID, OTHER, THIRD = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "abc")
TEA = {"$.body": "tea", "$.status": 200}


def parts(*leaves: dict[str, Any], text: str = "GET /tea") -> dict[str, list[Part]]:
    return {"tea": [Part("requests.get", text, values) for values in leaves]}


@pytest.mark.parametrize(
    ("first", "second", "changed", "reported"),
    [
        pytest.param([TEA], [TEA], [TEA], [], id="nothing"),
        pytest.param([TEA], [TEA], [{**TEA, "$.status": 201}], ["GET /tea: $.status: 200 → 201"], id="value"),
        pytest.param([TEA], [TEA], [{**TEA, "$.status": 200.0}], ["GET /tea: $.status: 200 → 200.0"], id="type"),
        pytest.param(
            [TEA], [TEA], [{**TEA, "$.size": 3}], ["GET /tea: $.size: (absent) → 3"], id="new key"
        ),
        pytest.param([TEA], [TEA], [{"$.body": "tea"}], ["GET /tea: $.status: 200 → (absent)"], id="key is gone"),
        pytest.param([TEA], [TEA], [TEA, TEA], ["GET /tea: new"], id="new span"),
        pytest.param([TEA, TEA], [TEA, TEA], [TEA], ["GET /tea: gone"], id="span is gone"),
        pytest.param([TEA, TEA], [TEA], [TEA], [], id="span that comes and goes"),
        pytest.param([{"$.id": ID}], [{"$.id": OTHER}], [{"$.id": THIRD}], [], id="new id"),
        pytest.param(
            [{"$.id": ID}], [{"$.id": OTHER}], [{"$.id": "none"}], [f'GET /tea: $.id: "{ID}" → "none"'], id="no id"
        ),
        pytest.param(
            [{"$.id": ID, "$.length": 36}], [{"$.id": OTHER, "$.length": 36}], [{"$.id": THIRD, "$.length": 35}], [],
            id="length of what changes",
        ),
        pytest.param([{"$[0]": "x", "$[1]": "y"}], [{"$[0]": "y", "$[1]": "x"}], [{"$[0]": "z", "$[1]": "x"}], [],
            id="random order",
        ),
        pytest.param([{"$[0]": "x"}], [{"$[0]": "y"}], [{"$[0]": 7}], ['requests.get: $[]: "str" → "int"'],
            id="type of what is random",
        ),
    ],
)  # fmt: skip
def test_differences(first: list[Any], second: list[Any], changed: list[Any], reported: list[str]) -> None:
    assert list(map(str, differences(parts(*first), parts(*second), parts(*changed)))) == reported


def test_requests_that_were_not_sent_and_new_ones() -> None:
    """E2E_ONLY sends a part of the requests."""
    assert differences({**parts(TEA), "milk": []}, {**parts(TEA), "milk": []}, parts(TEA)) == []
    (new,) = differences({}, {}, parts(TEA))
    assert str(new) == "GET /tea: new"


def test_calls_are_matched_by_their_text() -> None:
    one, other = Part("requests.get", "GET /1", {"$.url": "/1"}), Part("requests.get", "GET /2", {"$.url": "/2"})
    assert differences({"tea": [one, other]}, {"tea": [one, other]}, {"tea": [other, one]}) == []
