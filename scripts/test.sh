#!/usr/bin/env bash
# The harness's own tests, on both cores: test.sh [pytest arguments].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$ROOT"
harness_python harness >/dev/null # the real runs among the tests use it
python="$(harness_python dev)"
exec "$python" -m pytest --numprocesses 2 --dist worksteal "$@" tests
