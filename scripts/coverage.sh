#!/usr/bin/env bash
# Say which lines of the SDK's instrumentation a suite reaches: coverage.sh SUITE|FOLDER [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? coverage.sh SUITE [port]"
suite="$(suite_word "$1")"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.coverage_run "$suite" "${@:2}"
