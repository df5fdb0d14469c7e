#!/usr/bin/env bash
# Say that a make target does not exist, and which is nearest: unknown-target.sh TARGET KNOWN...
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

exec "$(harness_python harness)" -m e2e_common.suites --unknown-target "$@"
