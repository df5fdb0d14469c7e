# shellcheck shell=bash
# What every script starts with.
set -Eeuo pipefail
shopt -s inherit_errexit nullglob

# A stream that the caller has closed would be taken by the next file that is opened.
[ -e /dev/fd/0 ] || exec </dev/null
[ -e /dev/fd/1 ] || exec >/dev/null
[ -e /dev/fd/2 ] || exec 2>/dev/null

# PYTHONPATH, PYTHONHOME, PYTHONIOENCODING, … of the caller would steer the harness, and what it runs. (And compiled anew
# at every start, as with PYTHONDONTWRITEBYTECODE, it would cost a tenth of a second each time.) PYTHONBREAKPOINT is for
# the application.
for name in "${!PYTHON@}"; do
  [ "$name" = PYTHONBREAKPOINT ] || unset "$name"
done
unset CDPATH # `cd` would go elsewhere, and say so

export PYTHONUTF8=1 # what the harness reads and writes is UTF-8, whatever the locale; the application does not get this

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# die CODE MESSAGE...: say what is wrong, and leave with the exit code of the contract (README).
die() {
  local code=$1
  shift
  printf 'e2e: %s\n' "$*" >&2
  exit "$code"
}

# require PROGRAM HOW: leave with 3 where PROGRAM is not on this machine.
require() {
  command -v "$1" >/dev/null || die 3 "there is no $1 on PATH: $2"
}

# suite_word WORD: print what names a suite, a folder in full: the scripts go to $ROOT before they run a module of theirs,
# else `python -m` would take the code of another checkout that happens to be here.
suite_word() {
  if [ -f "$1/entrypoint.py" ]; then (cd -- "$1" && pwd); else printf '%s\n' "$1"; fi
}

# harness_python NAME: print the Python of .cache/NAME (harness or dev), set up first where its lock asks for it.
harness_python() {
  local lock="$ROOT/e2e_common/requirements.lock"
  [ "$1" = harness ] || lock="$ROOT/requirements-$1.lock"
  if ! cmp -s "$lock" "$ROOT/.cache/$1/stamp"; then
    require python3 "install Python 3.10 or newer (with venv)"
    (cd "$ROOT" && python3 -m e2e_common.setup.bootstrap "$1") || exit
  fi
  printf '%s\n' "$ROOT/.cache/$1/bin/python"
}
