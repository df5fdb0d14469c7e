#!/usr/bin/env bash
# In the build of a suite's image: create the environment /opt/application from LOCK, with the files that the harness
# expects in it (e2e_common/setup/environments.py): a copy of the lock in `stamp`, and ready.json with the versions.
# make-application-environment LOCK
set -Eeuo pipefail

lock=$1
home=/opt/application
python="$home/bin/python"
export HOME=/root UV_LINK_MODE=copy # uv's cache is on another file system, which is not part of a layer

uv venv --quiet --python "$(command -v python3)" "$home"
uv pip install --quiet --compile-bytecode --python "$python" --requirement "$lock"
cp "$lock" "$home/stamp"
uv pip list --quiet --format json --python "$python" |
  jq --arg python "$("$python" -c 'import platform; print(platform.python_version())')" \
    '{python: $python} + (map({(.name | ascii_downcase | gsub("[-_.]+"; "-")): .version}) | add)' >"$home/ready.json"
