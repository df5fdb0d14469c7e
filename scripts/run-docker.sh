#!/usr/bin/env bash
# One run with Docker: record in a container with the services, replay in one without a network, remove both.
#   run-docker.sh PROJECT OVERRIDE "SERVICE..." LIMIT_S SUITE_FOLDER [WORD...]
# e2e_common/docker/run.py replaces itself with this script (exec) after all preparations. OVERRIDE: the run's second Compose
# file; SERVICE: app (records), replay, or both. File descriptor 9 holds the lock of the run's folder.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

override=$2 services=$3 limit_s=$4
compose=(docker compose -p "$1" -f "$5/docker-compose.yml" -f "$override")
shift 4
prefix="${override%.compose.json}"
printed="$prefix.printed"
bound=(setpriv --pdeathsig KILL) # no command outlives this script, if the kernel supports that
"${bound[@]}" true 2>/dev/null || bound=()

interrupted=
trap 'interrupted=${interrupted:-INT}' INT
trap 'interrupted=${interrupted:-TERM}' TERM
trap 'interrupted=${interrupted:-HUP}' HUP

# run LIMIT_S WHAT COMMAND...: run it in its own process group, which a Ctrl-C does not reach, until it ends, LIMIT_S is
# over, or this script is interrupted. Returns its status.
run() {
  local deadline=$((SECONDS + $1)) what=$2 status=0
  shift 2
  [ -z "$interrupted" ] || return 0
  [ "$E2E_VERBOSE" != 1 ] || printf '%s\n' "$(printf '%q ' "$@")" >&2
  set -m
  "${bound[@]}" "$@" </dev/null >>"$printed" 2>>"$prefix.compose.log" 9>&- &
  set +m
  while kill -0 $! 2>/dev/null; do
    # Signal it in every iteration until it has ended; it may have ended just now.
    [ -z "$interrupted" ] && [ "$SECONDS" -lt "$deadline" ] || kill -TERM -- -$! 2>/dev/null || true
    [ ! -t 2 ] || [ "$E2E_VERBOSE" = 1 ] || [ "${TERM:-dumb}" = dumb ] ||
      printf '\r\e[K  %s  %s … %s s' "${prefix##*/.}" "$what" "$SECONDS" >&2
    sleep 0.1 || true # a Ctrl-C ends it, too; that is no failure
  done
  wait $! || status=$?
  return "$status"
}

status=0
if [[ $services == app* ]]; then
  run "$limit_s" "Recording Traces" "${compose[@]}" run --rm -T app || status=$?
fi
if [[ $services == *replay && $status = 0 ]]; then
  [ "$services" = replay ] || run "$limit_s" "Ending services" "${compose[@]}" rm --stop --force || status=$?
  run "$limit_s" "Running Tusk Tests" "${compose[@]}" run --rm -T --no-deps replay || status=$?
fi

trap '' INT TERM HUP # the rest is short and must not be interrupted
signal=$interrupted interrupted=
# Their failures are ignored: docker-end removes what is left, and reports it.
[ "$status" = 0 ] || printed="$prefix.services.log" run 60 Cleanup "${compose[@]}" logs --no-color || true
run 60 Cleanup "${compose[@]}" down --remove-orphans || true
python="$(harness_python harness)"
cd "$ROOT"
exec "$python" -m e2e_common docker-end "$status" "$signal" "$@"
