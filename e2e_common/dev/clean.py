"""`clean`: removes the data of killed services, and everything that runs have created in Docker, including images.
Works with any Python, since `make clean` sets nothing up."""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.docker import objects
from e2e_common.services.scratch import drop_all
from e2e_common.setup.options import load_options
from e2e_common.util.paths import ROOT


def main(words: Sequence[str]) -> int:
    """Returns 0. Raises HarnessError (3) if a run in Docker is not finished."""
    drop_all(ROOT / load_options()["E2E_OUT"])
    return objects.main(["--images"])
