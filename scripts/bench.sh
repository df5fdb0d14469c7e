#!/usr/bin/env bash
# Time warm runs of a suite (flask), or of all: bench.sh [SUITE|all] [RUNS].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[[ ${2:-1} =~ ^[1-9][0-9]*$ ]] || die 2 "RUNS=$2: how many runs? 1 or more (make bench RUNS=3)"
cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.bench "$@"
