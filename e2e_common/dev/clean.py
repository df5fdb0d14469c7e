"""`clean`: remove the data of killed services, and all that runs have made in Docker, images too. Runs with any Python:
`make clean` sets nothing up."""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.docker import objects
from e2e_common.services.scratch import drop_all
from e2e_common.setup.knobs import load_knobs
from e2e_common.util.paths import ROOT


def main(words: Sequence[str]) -> int:
    """Returns 0; raises HarnessError (3) where a run is under way in Docker."""
    drop_all(ROOT / load_knobs()["E2E_OUT"])
    return objects.main(["--images"])
