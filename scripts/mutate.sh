#!/usr/bin/env bash
# Change one fact of a suite's last recording at a time, and replay: does each turn red? mutate.sh SUITE|FOLDER [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

python="$(harness_python harness)"
cd "$ROOT"
exec "$python" -m e2e_common.mutating "$@"
