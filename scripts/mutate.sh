#!/usr/bin/env bash
# Change one fact of a suite's last recording at a time, and replay: does each turn red? mutate.sh SUITE|FOLDER [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? mutate.sh SUITE [port]"
suite="$(suite_word "$1")"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.mutating "$suite" "${@:2}"
