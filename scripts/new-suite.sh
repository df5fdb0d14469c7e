#!/usr/bin/env bash
# Make a suite from the templates in e2e_common/templates/suite/: new-suite.sh NAME.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.new_suite "$@"
