"""The bundled CLI: `python -m e2e_common.tusk run …` takes the arguments that a run passes to the official CLI, and
prints the same JSON and lines. It may be stricter, and it logs every mock request in mocks.jsonl.
"""


class ReplayError(Exception):
    """The replay cannot continue. The message is for the user."""
