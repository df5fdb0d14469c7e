#!/usr/bin/env bash
# Mutation tests of the judge, and of the bundled CLI's matching and comparison ([tool.mutmut] in pyproject.toml):
# test-verdict.sh [MUTANTS...], for instance 'e2e_common.judge.results*'. mutants/ is kept until the next call.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 3

FLOOR=90 # percent

cd "$ROOT"
require jq "install jq"
mutmut="$(dirname "$(harness_python dev)")/mutmut"
rm -rf mutants
CI=1 nice -n 10 "$mutmut" run "$@" >&2 # with CI set, hypothesis uses the same examples in every run
"$mutmut" export-cicd-stats >/dev/null
"$mutmut" results | sed -n 's/^ *\(.*\): survived$/not detected by any test: .cache\/dev\/bin\/mutmut show \1/p'
read -r noticed all < <(jq -r '(.killed + .timeout) as $n | "\($n) \($n + .survived)"' mutants/mutmut-cicd-stats.json)
[ "$all" -gt 0 ] || die 4 "no mutant was tried"
printf '%s of %s mutants noticed; at least %s %% must be\n' "$noticed" "$all" "$FLOOR"
[ $((noticed * 100)) -ge $((all * FLOOR)) ]
