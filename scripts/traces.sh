#!/usr/bin/env bash
# Print a table of a suite's last run, request → trace → spans: traces.sh SUITE|FOLDER [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? traces.sh SUITE [port]"
suite="$(suite_word "$1")"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.story.trace_table "$suite" "${@:2}"
