#!/usr/bin/env bash
# Run a command in Python: e2e.sh VERB [WORD...] (e2e_common/__main__.py lists them). A suite's folder is relative to
# the caller's working directory. The code is always this checkout's.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

words=()
for word in "$@"; do words+=("$(suite_word "$word")"); done
cd "$ROOT"
if [ "${1:-}" = doctor ]; then # reports what is missing, and uses any Python
  advice="install Python 3.10 or newer (with venv)"
  require python3 "$advice"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || die 3 "$(python3 --version 2>&1) on PATH is too old: $advice"
  exec python3 -m e2e_common "$@"
fi
python="$(harness_python harness)"
exec "$python" -m e2e_common "${words[@]}"
