#!/usr/bin/env bash
# Remove what runs and set-up have made in this checkout: .cache/, out/, services kept by E2E_KEEP; and in Docker, with
# the images.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python3 -m e2e_common.services "$(python3 -m e2e_common.knobs E2E_OUT)"
if command -v docker >/dev/null && docker version >/dev/null 2>&1; then
  python3 -m e2e_common.docker.objects --images
fi
rm -rf "$ROOT/.cache" "$ROOT/out"
