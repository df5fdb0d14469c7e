#!/usr/bin/env bash
# Make a suite from the templates in e2e_common/templates/suite/: new-suite.sh NAME.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
"$python" -m e2e_common.new_suite "$@"
if [ -x scripts/readme.sh ] && ! scripts/readme.sh; then # laid over the SDK, README.md is the SDK's
  printf 'e2e: the suite is made; the tables in README.md are as they were\n' >&2
fi
