#!/usr/bin/env bash
# Mutate the judge and the bundled CLI's matching and comparison: test-verdict.sh [MODULE...]. Does a test notice each?
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python dev)"
exec nice -n 10 "$python" -m tests.mutation "$@"
