#!/usr/bin/env bash
# Say what this machine has for running suites, and what to do for what it has not. Installs nothing.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
advice="install Python 3.10 or newer (with venv)"
require python3 "$advice"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || die 3 "$(python3 --version 2>&1) on PATH is too old: $advice"
exec python3 -m e2e_common.doctor
