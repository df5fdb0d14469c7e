#!/usr/bin/env bash
# Run the suites with small faults in the SDK: test-faults.sh [SUITE...] [--sixth 1|…|6] [--fault PATTERN].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m tests.sdk_faults "$@"
