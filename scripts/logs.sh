#!/usr/bin/env bash
# Print the logs of a suite's last run: logs.sh SUITE [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? logs.sh SUITE [port]"
port="$(port_word "${2:-8000}")"
cd "$ROOT"
out="$("$(harness_python harness)" -m e2e_common.knobs E2E_OUT)/$1-$port"
logs=("$out"/logs/*.log)
[ ${#logs[@]} -gt 0 ] || die 2 "there are no logs in $out/logs: make e2e-$1 first"
exec tail -n 200 -v "${logs[@]}"
