#!/usr/bin/env bash
# Record, replay and check this suite: run.sh [port] (default 8000).
exec "$(dirname "${BASH_SOURCE[0]}")/../../../../scripts/e2e.sh" run "$(dirname "${BASH_SOURCE[0]}")" "$@"
