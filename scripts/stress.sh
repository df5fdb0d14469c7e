#!/usr/bin/env bash
# Run a suite again and again, until one run fails: stress.sh SUITE PORT [N].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -ge 2 ] || die 2 "stress.sh SUITE PORT [N]"
suite="$(suite_word "$1")"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.stress "$suite" "${@:2}"
