#!/usr/bin/env bash
# Remove what runs and set-up have made in this checkout: .cache/, out/, and services kept by E2E_KEEP.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ -d "$ROOT/out" ]; then
  (cd "$ROOT" && python3 -m e2e_common.services out)
fi
rm -rf "$ROOT/.cache" "$ROOT/out"
