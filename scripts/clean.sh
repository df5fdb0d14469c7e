#!/usr/bin/env bash
# Remove what runs and set-up have made in this checkout: .cache/, out/, and services kept by E2E_KEEP.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(cd "$ROOT" && python3 -m e2e_common.services "$(python3 -m e2e_common.knobs E2E_OUT)")
rm -rf "$ROOT/.cache" "$ROOT/out"
