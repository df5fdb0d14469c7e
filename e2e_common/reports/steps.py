"""How the CLI found the recorded call that answered one of a replay, in words."""

from __future__ import annotations

from e2e_common.decoding import Asked

_OWN, _OTHER, _ANY = "of its own recording", "of another recording", "of any recording"
_SAME, _ALIKE = "the same input", "the same input but for what does not count"
_SHAPE = "NOT the same input: a call of the same shape"
_AGAIN = "which had answered before"

STEPS = {
    1: f"{_SAME}, {_OWN}",
    2: f"{_SAME}, {_OWN}, {_AGAIN}",
    3: f"{_ALIKE}, {_OWN}",
    4: f"{_ALIKE}, {_OWN}, {_AGAIN}",
    5: f"{_SAME}, {_OTHER}",
    6: f"{_ALIKE}, {_OTHER}",
    7: _SHAPE,
    8: f"{_SHAPE}, {_AGAIN}",
    9: f"{_SHAPE}, but for what does not count",
    10: f"{_SHAPE}, but for what does not count, {_AGAIN}",
    12: f"{_SAME}, {_ANY}",
    13: f"{_ALIKE}, {_ANY}",
    14: f"{_SHAPE}, {_ANY}",
    15: f"{_SHAPE} but for what does not count, {_ANY}",
}
"""Replay protocol, section 8.2; e2e_common/replay/matching.py."""


def step_of(asked: Asked) -> str:
    """How the recorded call that answered was found."""
    return f"{STEPS.get(asked.step, 'in a way that is not known')} (step {asked.step})"
