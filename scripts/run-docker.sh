#!/usr/bin/env bash
# One run under Docker: record in a container beside the services, replay in one without a network, remove all of it.
#   run-docker.sh PROJECT OVERRIDE "SERVICE..." LIMIT_S SUITE_FOLDER [WORD...]
# e2e_common/docker/run.py becomes this script once all is prepared. OVERRIDE: what Compose reads of this run beside the
# suite's docker-compose.yml; SERVICE: app (records), replay, or both. File descriptor 9 is the lock of the run's folder.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

override=$2 services=$3 limit_s=$4
compose=(docker compose -p "$1" -f "$5/docker-compose.yml" -f "$override")
shift 4
beside="${override%.compose.json}"
printed="$beside.printed"
bound=(setpriv --pdeathsig KILL) # no call outlives this script, where the kernel can be asked for that
"${bound[@]}" true 2>/dev/null || bound=()

interrupted=
trap 'interrupted=${interrupted:-INT}' INT
trap 'interrupted=${interrupted:-TERM}' TERM
trap 'interrupted=${interrupted:-HUP}' HUP

# run LIMIT_S WHAT COMMAND...: in a group of its own, which a Ctrl-C at the terminal does not reach, until it ends, or this
# script is interrupted. Returns its status.
run() {
  local deadline=$((SECONDS + $1)) what=$2 status=0
  shift 2
  [ -z "$interrupted" ] || return 0
  [ "$E2E_VERBOSE" != 1 ] || printf '%s\n' "$(printf '%q ' "$@")" >&2
  set -m
  "${bound[@]}" "$@" </dev/null >>"$printed" 2>>"$beside.compose.log" 9>&- &
  set +m
  while kill -0 $! 2>/dev/null; do
    # It is asked to end at every turn until it has; it may have ended by itself just now.
    [ -z "$interrupted" ] && [ "$SECONDS" -lt "$deadline" ] || kill -TERM -- -$! 2>/dev/null || true
    [ ! -t 2 ] || [ "$E2E_VERBOSE" = 1 ] || [ "${TERM:-dumb}" = dumb ] ||
      printf '\r\e[K  %s  %s … %s s' "${beside##*/.}" "$what" "$SECONDS" >&2
    sleep 0.1 || true # a Ctrl-C at the terminal ends it, too, and is no failure
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

trap '' INT TERM HUP # what follows is short, and is done whatever comes
signal=$interrupted interrupted=
# Neither decides anything: docker-end looks at what is left, removes it, and says so.
[ "$status" = 0 ] || printed="$beside.services.log" run 60 Cleanup "${compose[@]}" logs --no-color || true
run 60 Cleanup "${compose[@]}" down --remove-orphans || true
python="$(harness_python harness)"
cd "$ROOT"
exec "$python" -m e2e_common docker-end "$status" "$signal" "$@"
