#!/usr/bin/env bash
# What the SDK and the CLI get wrong, by harm and cause: known-failures.sh; --write makes docs/known-failures.md of it,
# --check says whether that is current. known-failures.sh update SUITE [port]: a suite's known_failures.yaml as its last
# run has it.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$(harness_python harness)"
if [ "${1:-}" = update ]; then
  [ $# -gt 1 ] || die 2 "which suite? known-failures.sh update SUITE [port]"
  suite="$(suite_word "$2")"
  port="$(port_word "${3:-8000}")"
  exec "$python" -m e2e_common.update_known_failures "$suite" "$port"
fi
exec "$python" -m e2e_common.known_failures_report "$@"
