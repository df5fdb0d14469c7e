#!/usr/bin/env bash
# Ask the index for the newest versions, and write them into every lock.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
require python3 "install Python 3.10 or newer (with venv)"
exec python3 -m e2e_common.locks
