#!/usr/bin/env bash
# Run all suites, or those that are named: run-all-e2e-tests.sh [N] [SUITE...] [--port P].
# N at a time (0: no limit); without it as many as the make allows that runs this, one where there is none.
# shellcheck source=scripts/lib.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh" || exit 3

words=()
for word in "$@"; do words+=("$(suite_word "$word")"); done
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.all_suites "${words[@]}"
