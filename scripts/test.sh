#!/usr/bin/env bash
# The harness's own tests: test.sh [pytest arguments]; test.sh verdict [...]: mutations of the judge and of the bundled CLI.
# Three at a time on two cores: real runs wait a good deal.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
harness_python harness >/dev/null # the real runs among the tests use it
python="$(harness_python dev)"
[ "${1:-}" != verdict ] || exec nice -n 10 "$python" -m tests.mutation "${@:2}"
exec "$python" -m pytest --numprocesses 3 --dist worksteal "$@" tests
