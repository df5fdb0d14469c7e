#!/usr/bin/env bash
# A suite's last result as Markdown, for the summary of a CI job: step-summary.sh SUITE [port].
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || die 2 "which suite? step-summary.sh SUITE [port]"
require jq "install jq"
result="$ROOT/out/$1-${2:-8000}/result.json"

printf '| suite | verdict | sent | recorded | replayed | passed | known failures | reason |\n'
printf '|---|---|---|---|---|---|---|---|\n'
if [ ! -f "$result" ]; then
  printf '| %s | none | | | | | | no result.json: the run did not get that far |\n' "$1"
  exit
fi
# What a run says can hold anything: no cell of a table ends early, and nothing in it is markup.
jq --raw-output '
  def cell: tostring | .[:300] | gsub("\\s+"; " ") | gsub("(?<mark>[\\\\`*_{}\\[\\]<>|&#!@])"; "\\\(.mark)");
  [.suite, "\(.verdict) (\(.code))", (.requests | .sent, .recorded, .replayed, .passed, .known_failures), .reason // ""]
  | "| " + (map(cell) | join(" | ")) + " |"' "$result"
