#!/usr/bin/env bash
# Remove what runs and set-up have made in this checkout: .cache/ and out/.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rm -rf "$ROOT/.cache" "$ROOT/out"
