"""Every way to spoil a run that the tests of the rules know."""

from __future__ import annotations

from tests.unit.judge.verdict import (
    test_answers,
    test_errors,
    test_rule_1,
    test_rule_2,
    test_rule_3,
    test_rule_4,
    test_rule_5,
    test_rule_6,
    test_rule_7,
    test_rule_8,
    test_rule_9,
    test_whole_run,
)
from tests.unit.judge.verdict import test_upstream_contacts as test_reached
from tests.unit.judge.verdict.spoiling import Spoiled

SPOILED: list[Spoiled] = [
    *test_whole_run.CASES,
    *test_rule_1.CASES,
    *test_rule_2.CASES,
    *test_rule_3.CASES,
    *test_rule_4.CASES,
    *test_rule_5.CASES,
    *test_rule_6.CASES,
    *test_rule_7.CASES,
    *test_rule_8.CASES,
    *test_rule_9.CASES,
    *test_reached.CASES,
    *test_errors.CASES,
    *test_answers.CASES,
]
