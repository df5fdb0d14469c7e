#!/usr/bin/env bash
# Install the official Tusk CLI of one release into a folder: install-tusk-cli.sh FOLDER [VERSION].
#   TUSK_CLI_VERSION  like v1.2.3, where VERSION is not given; empty or `none`: no CLI, on purpose
#   TUSK_CLI_SHA256   what the archive's sum must be, besides what checksums.txt of the release says
#   TUSK_CLI_URL      the folder of the release on a mirror
# Exit 0: FOLDER/tusk is there, or none was asked for, or the host cannot be reached (with a warning). Exit 3: all else, and
# nothing is installed. Needs curl, tar and sha256sum or shasum, and nothing else of this checkout: an image holds it alone.
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

wrong() {
  printf 'e2e: Tusk CLI: %s\n' "$*" >&2
  exit 3
}

without() {
  printf 'e2e: !!! no Tusk CLI: %s\n' "$*" >&2
  printf 'e2e: !!! what is set up without one has the bundled CLI only. TUSK_CLI_URL names a mirror of the release,\n' >&2
  printf 'e2e: !!! E2E_EXTRA_CA (here: CURL_CA_BUNDLE) the CA of a proxy; TUSK_CLI_VERSION=none asks for no CLI.\n' >&2
  exit 0
}

# fetch NAME LIMIT_S: NAME of the release into the scratch folder; `status` is what curl ended with, `answer` the host's
# HTTP status, 000 where it gave none.
fetch() {
  status=0
  answer=$(curl --disable --globoff --silent --show-error --location --connect-timeout 10 --max-time "$2" --retry 2 --retry-max-time "$2" \
    --write-out '%{http_code}' --output "$scratch/$1" "$release/$1" 2>"$scratch/curl") || status=$?
  answer=${answer:-000}
  problem=$(tail -n 1 "$scratch/curl")
}

# judge NAME: leave with 3 where the answer is not the whole file.
judge() {
  case "$answer" in
  200) [ "$status" = 0 ] || wrong "$release/$1 came incomplete ($problem); try again" ;;
  404 | 410) wrong "there is no $release/$1; is $version a release? TUSK_CLI_VERSION names it, TUSK_CLI_URL its folder on a mirror" ;;
  000) wrong "$release/$1 cannot be downloaded ($problem); TUSK_CLI_URL names the folder of a release" ;;
  *) wrong "$release/$1 cannot be downloaded: HTTP $answer${problem:+ ($problem)}; try again, or name a mirror with TUSK_CLI_URL" ;;
  esac
}

sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

case "$version" in '' | none)
  echo 'e2e: no Tusk CLI, as asked for' >&2
  exit 0
  ;;
esac
command -v curl >/dev/null || wrong "there is no curl on PATH; install it"
case "$(uname -m)" in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=arm64 ;;
*) wrong "there is none for $(uname -m); TUSK_CLI_VERSION=none goes without" ;;
esac
archive="tusk-cli_${version}_$(uname -s)_$machine.tar.gz"
mkdir -p "$folder"
scratch=$(mktemp -d "$folder/.tusk-cli.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fetch checksums.txt 60
# What curl ends with where the host gives no answer at all: no name or address, refused, silent, no TLS, not trusted, or
# the connection dropped at once. And an answer that something in the way gives for the real host.
if [[ "$answer" = 000 && "$status" =~ ^(5|6|7|28|35|52|55|56|60|97)$ ]] ||
  [[ -z "${TUSK_CLI_URL-}" && "$answer" =~ ^(403|407|502|503|504)$ ]]; then
  without "$release cannot be reached (${problem:-HTTP $answer})"
fi
judge checksums.txt
expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print tolower($1) }' "$scratch/checksums.txt")
[[ "$expected" =~ ^[0-9a-f]{64}$ ]] || wrong "checksums.txt of $release has no sum for $archive; is $version the right one?"

fetch "$archive" 300
judge "$archive"
actual=$(sum_of "$scratch/$archive")
[ "$actual" = "$expected" ] || wrong "$archive is not what its release says (sum $actual, checksums.txt has $expected); do not use it; try again, or another mirror"
[ -z "$pinned" ] || [ "$actual" = "${pinned,,}" ] || wrong "$archive is not what TUSK_CLI_SHA256 says (sum $actual, pinned $pinned); the sum belongs to one version and one machine ($machine)"

# An archive that cannot be read, or without it, has no member: the next line says so.
member=$(tar -tzf "$scratch/$archive" 2>"$scratch/tar" | grep -E '^(\./)?([^/]+/)?tusk$' | head -n 1) || true
[ -n "$member" ] || wrong "$archive holds no program tusk; is $release the right place?"
tar -xzOf "$scratch/$archive" "$member" >"$scratch/tusk" 2>"$scratch/tar" || wrong "$archive cannot be unpacked: $(tail -n 1 "$scratch/tar")"
chmod 755 "$scratch/tusk"
limit=(timeout 20)
command -v timeout >/dev/null || limit=()
TUSK_ANALYTICS_DISABLED=1 "${limit[@]}" "$scratch/tusk" --version >"$scratch/version" 2>&1 </dev/null || wrong "tusk of $archive does not run here: $(tail -n 1 "$scratch/version")"
mv -f "$scratch/tusk" "$folder/tusk"
printf 'e2e: %s/tusk: %s\n' "$folder" "$(head -n 1 "$scratch/version")" >&2
