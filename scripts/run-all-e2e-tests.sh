#!/usr/bin/env bash
# Run all suites, or those that are named: run-all-e2e-tests.sh [N] [SUITE...] [--port P]. Make schedules them, N at a time
# (0: no limit); without N as many as the make allows that runs this, one where there is none.
# shellcheck source=scripts/lib.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh" || exit 3

DRIFT_BATCH="$(mktemp -d)" # e2e_common/run/all_suites.py says what is in it
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
  export FORCE_COLOR=1 # make keeps what a suite prints until its end
fi
interrupted=
set -m # a group of its own: a signal to this script alone reaches all of it
"${command[@]}" </dev/null &
trap 'interrupted=130; kill -INT -- -$!' INT
trap 'interrupted=143; kill -TERM -- -$!' TERM HUP
# A trap ends `wait` early; how make ends says nothing: the table has each suite's own exit code.
while kill -0 $! 2>/dev/null; do wait $! || true; done
trap '' INT TERM HUP
status=0
"$ROOT/scripts/e2e.sh" table "$DRIFT_BATCH" "$port" "${suites[@]}" || status=$?
exit "${interrupted:-$status}"
