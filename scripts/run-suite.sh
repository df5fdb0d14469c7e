#!/usr/bin/env bash
# Run one suite: run-suite.sh SUITE|FOLDER [port] [--phases LIST | --baseline | --coverage | --services] [--build].
# The only place that knows the runtimes. --build: with Docker, build the base image where it is missing.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

[ $# -gt 0 ] || die 2 "which suite? run-suite.sh SUITE [port]"
suite="$(suite_word "$1")"
shift
case "$suite" in
*/*) ;;
*) suite="$ROOT/drift/instrumentation/$suite/e2e-tests" ;;
esac

cd "$ROOT"
python="$(harness_python harness)"
[ -f "$suite/entrypoint.py" ] || exec "$python" -m e2e_common.suites --missing "$suite"
choice="$("$python" -m e2e_common.runtimes "$@")"
read -r runtime because <<<"$choice"
case "$runtime" in
docker) exec "$python" -m e2e_common.docker.run "$suite" "$@" ;;
local) DRIFT_E2E_LOCAL_BECAUSE="$because" exec "$python" -m e2e_common.entry "$suite" "$@" ;;
esac
