#!/usr/bin/env bash
# Run one suite: run-suite.sh SUITE|FOLDER [port] [--phases LIST | --baseline | --coverage | --services].
# The only place that knows the runtimes.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || die 2 "which suite? run-suite.sh SUITE [port]"
suite=$1
shift
if [ ! -d "$suite" ]; then
  suite="$ROOT/drift/instrumentation/$suite/e2e-tests"
fi

python="$(harness_python harness)"
[ -f "$suite/entrypoint.py" ] || exec "$python" -m e2e_common.suites --missing "$suite"
runtime="$("$python" -m e2e_common.knobs E2E_RUNTIME)"
case "$runtime" in
docker) die 3 "E2E_RUNTIME=docker: the Docker runtime is not part of the harness yet; use E2E_RUNTIME=local" ;;
auto | local) exec "$python" "$suite/entrypoint.py" "$@" ;;
esac
