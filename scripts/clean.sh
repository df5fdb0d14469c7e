#!/usr/bin/env bash
# Remove what runs and set-up have created in this checkout: .cache/, out/, the data of killed services; and everything
# in Docker, including images.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python="$ROOT/.cache/harness/bin/python"
[ -x "$python" ] || python=python3 # without anything set up
"$python" -m e2e_common clean
rm -rf "$ROOT/.cache" "$ROOT/out"
