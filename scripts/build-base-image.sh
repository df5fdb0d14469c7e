#!/usr/bin/env bash
# Build the base image of every suite's image: build-base-image.sh [--if-missing]. With --if-missing an existing image
# is kept. e2e_common/docker/images.py prints its name; the tag is a digest of its source files. A second tag, `latest`
# (`3.13` for E2E_PYTHON=3.13), is the last build of any checkout, for `docker compose` by hand. The environment
# variables TUSK_CLI_VERSION, TUSK_CLI_SHA256 and TUSK_CLI_URL select the Tusk CLI (install-tusk-cli.sh).
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

BUILD_LIMIT_S=900
LOG="$ROOT/.cache/base-image.log"
NO_DOCKER="install Docker and start it, or use E2E_RUNTIME=local"

option() {
  "$python" -m e2e_common option "$1"
}

say() {
  printf 'e2e: %s\n' "$*" >&2
}

# label NAME: print the base image's label, or nothing if there is no image.
label() {
  docker image inspect --format "{{index .Config.Labels \"$1\"}}" "$by_hand" 2>/dev/null || true
}

# limited SECONDS COMMAND...: run it; it ends with this script, or after SECONDS if there is a `timeout` (not on macOS).
limited() {
  local limit=(timeout --kill-after=10 "$1") status=0
  command -v timeout >/dev/null || limit=(env)
  shift
  "${limit[@]}" "$@" <&0 &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

build() { # build NAME OPTION...
  local target=$1
  shift
  limited "$BUILD_LIMIT_S" docker build --progress=plain --tag "$target" --file "$ROOT/e2e_common/Dockerfile.base" \
    "${options[@]}" "$@" "$ROOT" >"$LOG" 2>&1
}

# Remove what builds leave, including killed ones: images with the temporary name, and replaced images without a name.
sweep() {
  local left
  for left in $(docker image ls --format '{{.Repository}}:{{.Tag}}' python-e2e-base); do
    [[ "$left" == *:building-* ]] || continue
    if [ "${left##*-}" = $$ ] || ! ps -p "${left##*-}" >/dev/null; then
      docker image rm "$left" >/dev/null 2>&1 || say "$left could not be removed: the next build tries again"
    fi
  done
  for left in $(docker image ls --quiet --filter dangling=true --filter label=e2e.image=base); do
    docker image rm "$left" >/dev/null 2>&1 || say "image $left has been replaced, but a container uses it: the next build removes it"
  done
}

# ended CODE: kill the running build, if any, and exit with CODE.
ended() {
  trap '' INT TERM
  [ -z "${child-}" ] || kill "$child" 2>/dev/null || true # it may have ended by itself
  wait
  exit "$1"
}

if_missing=
case "${1-}" in
--if-missing) if_missing=1 ;;
'') ;;
*) die 2 "build-base-image.sh [--if-missing]" ;;
esac

require docker "$NO_DOCKER"
python="$(harness_python harness)"
version="$(option E2E_PYTHON)"
[[ "$version" =~ ^(3\.[0-9]+(\.[0-9]+)?)?$ ]] || die 2 "E2E_PYTHON=$version: an image has its own Python; a version, like 3.13"
name="$(cd "$ROOT" && "$python" -m e2e_common base-image-name)"
by_hand="python-e2e-base:${version:-latest}"

is_there() {
  docker image inspect "$name" >/dev/null 2>&1
}

limited 20 docker version >/dev/null 2>"$ROOT/.cache/base-image.err" ||
  die 3 "no Docker engine answers ($(tail -n 1 "$ROOT/.cache/base-image.err")): $NO_DOCKER"
[ -z "$if_missing" ] || ! is_there || exit 0
exec 9>"$ROOT/.cache/base-image.lock"
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' # this script keeps the lock: it shares the open file
[ -z "$if_missing" ] || ! is_there || exit 0

image="$(option E2E_PYTHON_IMAGE)"
[ -n "$image" ] || [ -z "$version" ] || image="python:$version-slim"
[ -n "$image" ] || image="$(sed -n 's/^ARG PYTHON_IMAGE=//p' "$ROOT/e2e_common/Dockerfile.base")"
ca="$(option E2E_EXTRA_CA)"
# Retry the download if the CLI could not be reached. Else keep the cached layer.
attempt="$(label e2e.tusk-cli-attempt)"
case "$(label e2e.tusk-cli)" in '' | none) attempt="$(date +%s)" ;; esac
options=(--build-arg "PYTHON_IMAGE=$image" --build-arg "TUSK_CLI_ATTEMPT=$attempt")
for variable in TUSK_CLI_VERSION TUSK_CLI_SHA256 TUSK_CLI_URL; do
  [ -z "${!variable+set}" ] || options+=(--build-arg "$variable=${!variable}")
done
if [ -n "$ca" ]; then
  # A missing folder leaves a path without folder, which the next line reports.
  ca="$(cd "$ROOT" && cd "$(dirname "$ca")" 2>/dev/null && pwd)/$(basename "$ca")" || true
  [ -s "$ca" ] || die 2 "E2E_EXTRA_CA=$(option E2E_EXTRA_CA): there is no such file, or it is empty; name a CA bundle"
  options+=(--secret "id=extra_ca,src=$ca")
fi

export DOCKER_BUILDKIT=1 # not the default in engines before 23
scratch="python-e2e-base:building-$$"
trap sweep EXIT
trap 'ended 130' INT
trap 'ended 143' TERM
SECONDS=0
say "building $name from $image (a minute or two the first time) ..."
docker image inspect "$image" >/dev/null 2>&1 || limited "$BUILD_LIMIT_S" docker pull --quiet "$image" >"$LOG" 2>&1 ||
  die 3 "the image $image is not here and cannot be pulled ($(tail -n 1 "$LOG")); E2E_PYTHON_IMAGE names another one with Python"
if ! build "$scratch"; then
  tail -n 25 "$LOG" >&2
  die 3 "$name could not be built (above: the last lines of $LOG)"
fi
cli="$(limited 60 docker run --rm --network none "$scratch" sh -c 'command -v tusk || echo none')" ||
  die 3 "the image that was built does not run (above)"
got=
if [ "$cli" != none ]; then
  cli="$(limited 60 docker run --rm --network none --env TUSK_ANALYTICS_DISABLED=1 "$scratch" tusk --version)" ||
    die 3 "the Tusk CLI in the image does not run; set TUSK_CLI_VERSION to another release, or to none"
  cli="${cli%%$'\n'*}" got="$attempt"
else
  sed -n 's/^#[0-9]* [0-9.]* \(e2e: .*Tusk CLI.*\)/\1/p' "$LOG" >&2
fi
build "$name" --tag "$by_hand" --label "e2e.tusk-cli=$cli" --label "e2e.tusk-cli-attempt=$got" ||
  die 3 "$name could not be built: $(tail -n 1 "$LOG")"
say "$name is ready (${SECONDS} s); its Tusk CLI: $cli"
