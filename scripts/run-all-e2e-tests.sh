#!/usr/bin/env bash
# Run all suites, or the named ones: run-all-e2e-tests.sh [N] [SUITE...] [--port P]. Make runs N at a time (0: no
# limit). Without N, the calling make sets the limit; without a calling make it is 1.
# shellcheck source=scripts/lib.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh" || exit 3

DRIFT_BATCH="$(mktemp -d)" # described in e2e_common/run/all_suites.py
export DRIFT_BATCH
trap 'rm -rf -- "$DRIFT_BATCH"' EXIT
plan="$("$ROOT/scripts/e2e.sh" plan-all "$DRIFT_BATCH" "$@")"
{ read -r jobs && read -r port && mapfile -t suites; } <<<"$plan"
command=(make -C "$ROOT" --keep-going --output-sync=target --no-print-directory ${jobs:+"$jobs"} "PORT=$port")
command+=("${suites[@]/#/one-of-all-}")
if [[ "${MAKEFLAGS:-}" =~ ^[a-zA-Z]*n ]]; then # make -n
  "${command[@]}"
  exit
fi

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-}" != dumb ]; then
  export FORCE_COLOR=1 # make buffers each suite's output, so it is no terminal
fi
interrupted=
set -m # a process group, so that the traps below can signal all of it
"${command[@]}" </dev/null &
trap 'interrupted=130; kill -INT -- -$!' INT
trap 'interrupted=143; kill -TERM -- -$!' TERM HUP
# A trap ends `wait` early. make's status is ignored: the table uses each suite's own exit code.
while kill -0 $! 2>/dev/null; do wait $! || true; done
trap '' INT TERM HUP
times >"$DRIFT_BATCH/times"
status=0
"$ROOT/scripts/e2e.sh" table "$DRIFT_BATCH" "$port" "${suites[@]}" || status=$?
exit "${interrupted:-$status}"
