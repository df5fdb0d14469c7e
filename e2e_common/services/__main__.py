"""`python -m e2e_common.services OUT`: end what the runs below the folder OUT have kept, and drop its data."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e_common.services.scratch import drop_all

drop_all(Path(sys.argv[1]))
