#!/usr/bin/env bash
# Write the README's tables (suites, error texts) anew; --check only says whether they are current.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.readme "$@"
