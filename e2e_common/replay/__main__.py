"""`python -m e2e_common.replay run …`."""

from __future__ import annotations

from e2e_common.replay.lifecycle import Replay
from e2e_common.replay.run import main

main(Replay)
