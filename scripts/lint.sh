#!/usr/bin/env bash
# Lint all that git tracks (shellcheck, shfmt, ruff, mypy); --fix lets shfmt and ruff write.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$ROOT"
bin="$(dirname "$(harness_python dev)")"
mapfile -t shell < <(git ls-files '*.sh' .ci/run)

if [ "${1:-}" = --fix ]; then
  "$bin/shfmt" -i 2 -w "${shell[@]}"
  "$bin/ruff" format --quiet .
  "$bin/ruff" check --quiet --fix .
fi
"$bin/shellcheck" --external-sources "${shell[@]}"
"$bin/shfmt" -i 2 -d "${shell[@]}"
"$bin/ruff" format --quiet --diff .
"$bin/ruff" check --quiet .
"$bin/mypy" e2e_common tests
