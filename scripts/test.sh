#!/usr/bin/env bash
# The harness's tests: test.sh [pytest arguments]. Three at a time on two cores, since real runs mostly wait.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
harness_python harness >/dev/null # needed by tests with real runs
python="$(harness_python dev)"
exec "$python" -m pytest --numprocesses 3 --dist worksteal --durations 8 "$@" tests
