#!/usr/bin/env bash
# The harness's own tests: test.sh [pytest arguments]. Three at a time on two cores: real runs wait a good deal.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
harness_python harness >/dev/null # the real runs among the tests use it
python="$(harness_python dev)"
exec "$python" -m pytest --numprocesses 3 --dist worksteal "$@" tests
