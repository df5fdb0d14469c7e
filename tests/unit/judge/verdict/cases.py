"""Every change to a good run that the tests of the rules know."""

from __future__ import annotations

from tests.unit.judge.verdict import (
    test_answers,
    test_by_design,
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
    test_upstream_contacts,
    test_whole_run,
)
from tests.unit.judge.verdict.spoiling import Said, Spoiled

RULES = (test_whole_run, test_rule_1, test_rule_2, test_rule_3, test_rule_4, test_rule_5, test_rule_6, test_rule_7)
MORE = (test_by_design, test_rule_8, test_rule_9, test_upstream_contacts, test_errors, test_answers)
SPOILED: list[Spoiled] = [case for module in (*RULES, *MORE) for case in module.CASES]
EXACT: list[Said] = [said for module in (*RULES, *MORE) for said in getattr(module, "EXACT", ())]
