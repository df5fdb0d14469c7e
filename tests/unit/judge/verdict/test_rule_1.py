"""Rule 1: every request met its expectation, and the script that sends them ran to its end."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from tests.unit.judge.good_run import request
from tests.unit.judge.verdict.spoiling import CREATE, Said, Spoiled, raw

# fmt: off
CASES = [
    Spoiled("setup.json missing", raw(setup=None), "setup.json is missing: the setup did not run to its end", 1, "run"),
    Spoiled("recording.json missing", raw(recording=None), "recording.json is missing: the recording did not run to its end", 1, "run"),
    Spoiled("setup.json: sentinels is text", lambda run: run.setup.update(sentinels="off"), "setup.json: Expected `bool`, got `str` - at `$.sentinels`", 1, "run"),
    Spoiled("requests.jsonl missing", raw(requests=None), "no request was sent: requests.jsonl is missing (test_requests.py ended with status 0)", 1, "run", code=4),
    Spoiled("requests.jsonl empty", raw(requests=b""), "no request was sent: requests.jsonl names no request (test_requests.py ended with status 0)", 1, "run", code=4),
    Spoiled("no end line", lambda run: run.requests.pop(), "the script broke off: requests.jsonl has no end line (test_requests.py ended with status 0)", 1, "run"),
    Spoiled("end line disagrees", lambda run: run.requests[-1].update(sent=4), "requests.jsonl says that 4 requests were sent and holds 3", 1, "run"),
    Spoiled("a line after the end line", lambda run: run.requests.append(request(4, "more")), "requests.jsonl, line 5: a line after the end line", 1, "run"),
    Spoiled("request line broken", lambda run: run.requests[1].update(calls={"requests": "2"}), "requests.jsonl, line 2: Expected `int`, got `str` - at `$.calls[...]`", 1, "run"),
    Spoiled("two requests of one name", lambda run: run.requests[1].update(name="health"), "requests.jsonl holds 2 requests of the name 'health': give each a name of its own", 1, "run"),
    Spoiled("script failed", lambda run: run.recording.update(exit_status=1), "the script broke off: test_requests.py ended with status 1 though no expectation was missed", 1, "run"),
    Spoiled("wrong answer", lambda run: run.requests[1].update(problems=["status: expected 201, got 200"]), "status: expected 201, got 200", 1, "expectation", CREATE, trace=None),
    Spoiled("no answer", lambda run: run.requests[1].update(status=None), "no answer", 1, "expectation", CREATE, trace=None),
    Spoiled("two problems", lambda run: run.requests[1].update(problems=["status: expected 201, got 200", "body: expected {}"]), "status: expected 201, got 200; body: expected {}", 1, "expectation", CREATE, trace=None),
    Spoiled("two requests of one number", lambda run: run.requests[1].update(n=1), "requests.jsonl holds 2 requests of the number '1': give each a number of its own", 1, "run"),
]
EXACT = [
    Said("a script that ends with 1 for an unmet expectation", lambda run: (run.requests[1].update(problems=["status"]), run.recording.update(exit_status=1)), ("status",)),
]
# fmt: on
