#!/usr/bin/env bash
# Render the last runs, or those of the suites named, into out/report/: report.sh [SUITE...] [--port P].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

python="$(harness_python harness)"
cd "$ROOT" # else `python -m` would take the code of another checkout that happens to be here
exec "$python" -m e2e_common.reports.rendering "$@"
