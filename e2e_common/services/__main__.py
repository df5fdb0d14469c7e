"""`python -m e2e_common.services OUT`: remove the data that runs below the folder OUT have left."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e_common.services.scratch import drop_all

drop_all(Path(sys.argv[1]))
