#!/usr/bin/env bash
# Open a shell in the container that records a suite, beside its services: shell.sh SUITE [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
exec "$python" -m e2e_common.docker.shell "$@"
