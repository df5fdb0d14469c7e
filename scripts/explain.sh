#!/usr/bin/env bash
# Say everything about one request of a suite's last run: E2E_ONLY='its name' explain.sh SUITE|FOLDER [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? E2E_ONLY='name of the request' explain.sh SUITE [port]"
suite="$(suite_word "$1")"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.story.explaining "$suite" "${@:2}"
