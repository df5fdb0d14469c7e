#!/usr/bin/env bash
# Install the official Tusk CLI of one release into a folder: install-tusk-cli.sh FOLDER [VERSION].
#   TUSK_CLI_VERSION  like v1.2.3, used without VERSION; empty or `none`: no CLI, on purpose
#   TUSK_CLI_SHA256   a checksum that the archive must have, in addition to the one in checksums.txt of the release
#   TUSK_CLI_URL      the folder of the release on a mirror
# Exit 0: FOLDER/tusk is installed, or no CLI was requested, or the host cannot be reached (with a warning). Exit 3: any
# other error; nothing is installed. Needs curl, tar and sha256sum or shasum, but no other file of this checkout: the
# build of the image copies only this script.
set -Eeuo pipefail

[ $# -gt 0 ] || {
  echo 'e2e: install-tusk-cli.sh FOLDER [VERSION]' >&2
  exit 2
}
folder=$1
version=${2-${TUSK_CLI_VERSION-}}
version=${version#v}
release=${TUSK_CLI_URL:-https://github.com/Use-Tusk/tusk-cli/releases/download/v$version}
release=${release%/}
pinned=${TUSK_CLI_SHA256-}

fail() {
  printf 'e2e: Tusk CLI: %s\n' "$*" >&2
  exit 3
}

continue_without() {
  printf 'e2e: !!! no Tusk CLI: %s\n' "$*" >&2
  printf 'e2e: !!! only the bundled CLI is available. TUSK_CLI_URL names a mirror of the release,\n' >&2
  printf 'e2e: !!! E2E_EXTRA_CA (here: CURL_CA_BUNDLE) the CA of a proxy; TUSK_CLI_VERSION=none installs no CLI.\n' >&2
  exit 0
}

# fetch NAME LIMIT_S: download NAME of the release into the scratch folder; `status` is curl's exit status, `answer` the
# host's HTTP status, 000 if there is none.
fetch() {
  status=0
  answer=$(curl --disable --globoff --silent --show-error --location --connect-timeout 10 --max-time "$2" --retry 2 --retry-max-time "$2" \
    --write-out '%{http_code}' --output "$scratch/$1" "$release/$1" 2>"$scratch/curl") || status=$?
  answer=${answer:-000}
  problem=$(tail -n 1 "$scratch/curl")
}

# check_download NAME: exit with 3 unless the whole file was received.
check_download() {
  case "$answer" in
  200) [ "$status" = 0 ] || fail "$release/$1 is incomplete ($problem); try again" ;;
  404 | 410) fail "there is no $release/$1; is $version a release? TUSK_CLI_VERSION names it, TUSK_CLI_URL its folder on a mirror" ;;
  000) fail "$release/$1 cannot be downloaded ($problem); TUSK_CLI_URL names the folder of a release" ;;
  *) fail "$release/$1 cannot be downloaded: HTTP $answer${problem:+ ($problem)}; try again, or name a mirror with TUSK_CLI_URL" ;;
  esac
}

sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

case "$version" in '' | none)
  echo 'e2e: no Tusk CLI, as requested' >&2
  exit 0
  ;;
esac
command -v curl >/dev/null || fail "there is no curl on PATH; install it"
case "$(uname -m)" in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=arm64 ;;
*) fail "there is no release for $(uname -m); TUSK_CLI_VERSION=none installs no CLI" ;;
esac
archive="tusk-cli_${version}_$(uname -s)_$machine.tar.gz"
mkdir -p "$folder"
scratch=$(mktemp -d "$folder/.tusk-cli.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fetch checksums.txt 60
# The host cannot be reached: curl's exit status is that of an unknown name or address, a refused connection, a time-out,
# a TLS error, an untrusted certificate or a dropped connection. Or a proxy responds in place of the real host.
if [[ "$answer" = 000 && "$status" =~ ^(5|6|7|28|35|52|55|56|60|97)$ ]] ||
  [[ -z "${TUSK_CLI_URL-}" && "$answer" =~ ^(403|407|502|503|504)$ ]]; then
  continue_without "$release cannot be reached (${problem:-HTTP $answer})"
fi
check_download checksums.txt
expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print tolower($1) }' "$scratch/checksums.txt")
[[ "$expected" =~ ^[0-9a-f]{64}$ ]] || fail "checksums.txt of $release has no sum for $archive; is $version the right one?"

fetch "$archive" 300
check_download "$archive"
actual=$(sum_of "$scratch/$archive")
[ "$actual" = "$expected" ] || fail "$archive is not what its release says (sum $actual, checksums.txt has $expected); do not use it; try again, or another mirror"
[ -z "$pinned" ] || [ "$actual" = "${pinned,,}" ] || fail "$archive is not what TUSK_CLI_SHA256 says (sum $actual, pinned $pinned); the sum belongs to one version and one machine ($machine)"

# If the archive cannot be read, or has no tusk, `member` is empty.
member=$(tar -tzf "$scratch/$archive" 2>"$scratch/tar" | grep -E '^(\./)?([^/]+/)?tusk$' | head -n 1) || true
[ -n "$member" ] || fail "$archive contains no program tusk; is $release the right place?"
tar -xzOf "$scratch/$archive" "$member" >"$scratch/tusk" 2>"$scratch/tar" || fail "$archive cannot be unpacked: $(tail -n 1 "$scratch/tar")"
chmod 755 "$scratch/tusk"
limit=(timeout 20)
command -v timeout >/dev/null || limit=()
TUSK_ANALYTICS_DISABLED=1 "${limit[@]}" "$scratch/tusk" --version >"$scratch/version" 2>&1 </dev/null || fail "tusk of $archive does not run here: $(tail -n 1 "$scratch/version")"
mv -f "$scratch/tusk" "$folder/tusk"
printf 'e2e: %s/tusk: %s\n' "$folder" "$(head -n 1 "$scratch/version")" >&2
