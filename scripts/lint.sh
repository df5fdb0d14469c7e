#!/usr/bin/env bash
# Lint the files that git tracks (shellcheck, shfmt, ruff, mypy), the workflows (zizmor, actionlint) and
# docs/known-failures.md. With --fix, shfmt and ruff change files.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

ACTIONLINT="github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

cd "$ROOT"
bin="$(dirname "$(harness_python dev)")"
mapfile -t shell < <(git ls-files '*.sh' .ci/run)
[ ${#shell[@]} -gt 0 ] || die 3 "git lists the files to lint, and $ROOT is not a git checkout; clone the repository"

# zizmor and actionlint. actionlint is built once with this machine's Go; Go's modules and cache are removed afterwards.
lint_workflows() {
  local findings
  findings="$("$bin/zizmor" --quiet --offline --no-progress .github)" || die 1 "zizmor:"$'\n'"$findings"
  local home="$ROOT/.cache/actionlint-${ACTIONLINT##*@}"
  local draft="$home.$$" printed
  if [ ! -x "$home/actionlint" ]; then
    if ! command -v go >/dev/null; then
      printf 'e2e: actionlint is SKIPPED: it is built with Go, and there is none on PATH\n' >&2
      return
    fi
    printf 'e2e: building actionlint (first run, or its version changed) ...\n' >&2
    if ! printed="$(GOFLAGS="-mod=mod -modcacherw" GOPATH="$draft/go" GOMODCACHE="$draft/go/mod" GOCACHE="$draft/cache" \
      GOBIN="$draft" timeout 300 go install "$ACTIONLINT" 2>&1)"; then
      rm -rf "$draft"
      printf 'e2e: actionlint is SKIPPED: Go cannot build it here: %s\n' "${printed##*$'\n'}" >&2
      return
    fi
    mkdir -p "$home"
    mv "$draft/actionlint" "$home/actionlint"
    rm -rf "$draft"
  fi
  "$home/actionlint" -shellcheck "$bin/shellcheck" -pyflakes ""
}

if [ "${1:-}" = --fix ]; then
  "$bin/shfmt" -i 2 -w "${shell[@]}"
  "$bin/ruff" format --quiet .
  "$bin/ruff" check --quiet --fix .
fi
"$bin/shellcheck" --external-sources "${shell[@]}"
"$bin/shfmt" -i 2 -d "${shell[@]}"
"$bin/ruff" format --quiet --diff .
"$bin/ruff" check --quiet .
lint_workflows
"$bin/mypy" e2e_common tests
scripts/e2e.sh known-failures --check
