"""Every change to a good run that the tests of the rules know."""

from __future__ import annotations

from tests.unit.judge.verdict import (
    test_answers,
    test_by_design,
    test_errors,
    test_rule_8,
    test_rules_1_to_4,
    test_rules_5_and_6,
    test_rules_7_and_9,
    test_whole_run,
)
from tests.unit.judge.verdict.spoiling import Said, Spoiled

RULES = (test_whole_run, test_rules_1_to_4, test_rules_5_and_6, test_rules_7_and_9, test_rule_8)
MORE = (test_by_design, test_errors, test_answers)
SPOILED: list[Spoiled] = [case for module in (*RULES, *MORE) for case in module.CASES]
EXACT: list[Said] = [said for module in (*RULES, *MORE) for said in module.EXACT]
