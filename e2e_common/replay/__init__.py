"""The bundled replayer: what `tusk drift run` does, without the Go binary (replay protocol; official CLI, measured).

`python -m e2e_common.replay run …` takes what a run passes to the official CLI and prints the same JSON and lines.
Only differences: it may be stricter, and it writes an account of every mock request (mocks.jsonl).
"""

from __future__ import annotations

VERSION = "0.1.0"  # the version of the protocol spoken, compared with the SDK's min_cli_version
MIN_SDK_VERSION = "0.1.0"
