#!/usr/bin/env bash
# Time warm runs of the flask suite: bench.sh [runs].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

exec "$(harness_python harness)" -m e2e_common.bench "$@"
