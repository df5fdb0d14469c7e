"""The bundled replayer: what `tusk drift run` does, without the Go binary (replay protocol; official CLI, measured).

`python -m e2e_common.tusk run …` takes what a run passes to the official CLI and prints the same JSON and lines.
Only differences: it may be stricter, and it writes an account of every mock request (mocks.jsonl).
"""


class ReplayError(Exception):
    """The replay cannot go on; the message is for a person."""
