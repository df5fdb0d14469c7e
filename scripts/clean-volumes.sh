#!/usr/bin/env bash
# Remove every container, network and volume that runs have left in Docker; what is under way stays.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
exec "$(harness_python harness)" -m e2e_common.docker.objects "$@"
