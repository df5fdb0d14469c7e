# shellcheck shell=bash
# Sourced first by every script.
set -Eeuo pipefail
shopt -s inherit_errexit nullglob

# If the caller has closed a stream, the next opened file would take its place.
[ -e /dev/fd/0 ] || exec </dev/null
[ -e /dev/fd/1 ] || exec >/dev/null
[ -e /dev/fd/2 ] || exec 2>/dev/null

# The caller's PYTHONPATH, PYTHONHOME, PYTHONIOENCODING, … would affect the harness and the application. Without bytecode
# (PYTHONDONTWRITEBYTECODE) each start would take 0.1 s longer. PYTHONBREAKPOINT is for the application.
for name in "${!PYTHON@}"; do
  [ "$name" = PYTHONBREAKPOINT ] || unset "$name"
done
unset CDPATH # with it `cd` may go elsewhere, and print the path

export PYTHONUTF8=1 # the harness uses UTF-8 in any locale; the application does not get this variable

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# die CODE MESSAGE...: print the message, and exit with CODE (README, "Exit codes").
die() {
  local code=$1
  shift
  printf 'e2e: %s\n' "$*" >&2
  exit "$code"
}

# require PROGRAM HOW: exit with 3 if PROGRAM is missing; HOW is what to do.
require() {
  command -v "$1" >/dev/null || die 3 "there is no $1 on PATH: $2"
}

# suite_word WORD: print WORD; a suite's folder as an absolute path. The scripts change to $ROOT before `python -m`,
# which would else run the code of another checkout in the working directory.
suite_word() {
  if [ -f "$1/entrypoint.py" ]; then (cd -- "$1" && pwd); else printf '%s\n' "$1"; fi
}

# harness_python NAME: print the Python of .cache/NAME (harness or dev). Sets it up if it is missing or its lock
# changed.
harness_python() {
  local lock="$ROOT/e2e_common/requirements.lock"
  [ "$1" = harness ] || lock="$ROOT/requirements-$1.lock"
  if ! cmp -s "$lock" "$ROOT/.cache/$1/stamp"; then
    require python3 "install Python 3.10 or newer (with venv)"
    (cd "$ROOT" && python3 -m e2e_common set-up "$1") || exit
  fi
  printf '%s\n' "$ROOT/.cache/$1/bin/python"
}
