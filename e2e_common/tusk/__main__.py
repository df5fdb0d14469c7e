"""`python -m e2e_common.tusk run …`."""

from __future__ import annotations

from e2e_common.tusk.lifecycle import Replay
from e2e_common.tusk.run import main

main(Replay)
