#!/usr/bin/env bash
# Every verb that is Python: e2e.sh VERB [WORD...] (e2e_common/__main__.py lists them). A word that is a suite's folder is
# one as seen from where the caller stands; the code is that of this checkout, whatever stands there.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

words=()
for word in "$@"; do words+=("$(suite_word "$word")"); done
cd "$ROOT"
if [ "${1:-}" = doctor ]; then # it says what is missing, and takes what is there
  advice="install Python 3.10 or newer (with venv)"
  require python3 "$advice"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || die 3 "$(python3 --version 2>&1) on PATH is too old: $advice"
  exec python3 -m e2e_common "$@"
fi
python="$(harness_python harness)"
exec "$python" -m e2e_common "${words[@]}"
