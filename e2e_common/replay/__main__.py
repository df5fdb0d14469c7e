"""`python -m e2e_common.replay run …`."""

from __future__ import annotations

import os
import sys

from e2e_common.replay.run import main

status = main(sys.argv[1:])
sys.stdout.flush()
sys.stderr.flush()
os._exit(status)  # at once: threads that still serve a connection have nothing left to do
