#!/usr/bin/env bash
# In the build of a suite's image: make /opt/application, the environment that LOCK says, with what the harness wants to
# find in it (e2e_common/setup/environments.py): the copy of the lock in `stamp`, and the versions in ready.json.
# make-application-environment LOCK
set -Eeuo pipefail

lock=$1
home=/opt/application
python="$home/bin/python"
export HOME=/root UV_LINK_MODE=copy # its cache is another file system, which no layer holds

uv venv --quiet --python "$(command -v python3)" "$home"
uv pip install --quiet --compile-bytecode --python "$python" --requirement "$lock"
cp "$lock" "$home/stamp"
uv pip list --quiet --format json --python "$python" |
  jq --arg python "$("$python" -c 'import platform; print(platform.python_version())')" \
    '{python: $python} + (map({(.name | ascii_downcase | gsub("[-_.]+"; "-")): .version}) | add)' >"$home/ready.json"
