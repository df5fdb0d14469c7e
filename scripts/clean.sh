#!/usr/bin/env bash
# Remove what runs and set-up have made in this checkout: .cache/, out/, the data of killed services; and in Docker,
# with the images.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

cd "$ROOT"
python3 -m e2e_common.services "$(python3 -m e2e_common.knobs E2E_OUT)"
python3 -m e2e_common.docker.objects --images
rm -rf "$ROOT/.cache" "$ROOT/out"
