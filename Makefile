# All commands for people and CI. Recipes are one line each; the work is done in scripts/ and e2e_common/.
SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Recipes get all values, and the target's name, from environment variables, never as text in the recipe. A value that
# make itself would expand (`$(shell …)`) is rejected.
$(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(if $(findstring $$,$(subst $$$$,,$(value \
	$(name)))),$(error e2e: $(name)=$(value $(name)): make expands the `$$` in it: write `$$$$`, or set it before `make`))))
export DRIFT_MAKE_ARGUMENTS := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
export DRIFT_TARGET = $@
export DRIFT_SUITE = $*
override RUN := "$$DRIFT_SUITE" "$${PORT:-8000}"
SUITES := # empty: all

override KNOWN := $(patsubst drift/instrumentation/%/e2e-tests/entrypoint.py,%,$(wildcard drift/instrumentation/*/e2e-tests/entrypoint.py))
override E2E := $(KNOWN:%=e2e-%)
override RECORD := $(KNOWN:%=record-%)
override REPLAY := $(KNOWN:%=replay-%)
override CHECK := $(KNOWN:%=check-%)
override BASELINE := $(KNOWN:%=baseline-%)
override COVERAGE := $(KNOWN:%=coverage-%)
override SERVICES := $(KNOWN:%=services-%)
override SHELLS := $(KNOWN:%=shell-%)
override LOGS := $(KNOWN:%=logs-%)
override TRACES := $(KNOWN:%=traces-%)
override DEBUG := $(KNOWN:%=debug-%)
override SEND := $(KNOWN:%=send-%)
override LIST := $(KNOWN:%=list-%)
override EXPLAIN := $(KNOWN:%=explain-%)
override MUTATE := $(KNOWN:%=mutate-%)
override STRESS := $(KNOWN:%=stress-%)
override OVERHEAD := $(KNOWN:%=overhead-%)
override UPDATE := $(KNOWN:%=update-known-failures-%)
override DIFF := $(KNOWN:%=diff-recording-%)
override SAVE := $(KNOWN:%=save-recording-%)
override ALL := $(E2E) $(RECORD) $(REPLAY) $(CHECK) $(BASELINE) $(COVERAGE) $(SERVICES) $(SHELLS) $(LOGS) $(TRACES) $(EXPLAIN) \
	$(MUTATE) $(STRESS) $(OVERHEAD) $(UPDATE) $(DIFF) $(SAVE) $(LIST) $(DEBUG) $(SEND)
override VERBS := help e2e-all report known-failures new-suite base-image clean-volumes doctor test test-slow test-docker test-faults test-verdict \
	lint format bench upgrade clean

.PHONY: $(VERBS) $(ALL) FORCE

##@ Suites

$(E2E): e2e-%: ## record, replay and check one suite, for instance e2e-flask
	@scripts/e2e.sh run $(RUN) --build

e2e-all: ## every suite, or SUITES="flask psycopg*"; -j4 for four at a time
	+@set -f; scripts/run-all-e2e-tests.sh --port "$${PORT:-8000}" -- $$SUITES

# One suite of e2e-all; the batch contains its folder. Its failure does not stop the others: the table reports it.
one-of-all-%: FORCE
	@trap : INT TERM HUP; scripts/e2e.sh run "$$(cat "$$DRIFT_BATCH/$$DRIFT_SUITE")" "$$PORT" --build; \
		echo "$$?" >"$$DRIFT_BATCH/$$DRIFT_SUITE.ended"
FORCE:

$(RECORD): record-%: ## only record: the traces are in out/<suite>-<port>/
	@scripts/e2e.sh run $(RUN) --phases setup,record,cleanup --build

$(REPLAY): replay-%: ## replay the last recording, or a saved RECORDING=sdk-0.1.28, and check it, without its services
	@scripts/e2e.sh run $(RUN) --phases setup,replay,check,cleanup --build $${RECORDING:+--recording "$$RECORDING"}

$(CHECK): check-%: ## check the last run's artifacts again
	@scripts/e2e.sh run $(RUN) --phases check

$(BASELINE): baseline-%: ## send the requests with the SDK off: are the expectations right?
	@scripts/e2e.sh run $(RUN) --baseline --build

$(COVERAGE): coverage-%: ## lines of the SDK's instrumentation that the requests execute, and those that none executes
	@scripts/e2e.sh coverage $(RUN)

$(SERVICES): services-%: ## start a suite's services and print their addresses; runs until Ctrl-C
	@scripts/e2e.sh run $(RUN) --services

$(MUTATE): mutate-%: ## change one recorded value at a time, and replay: does the replay fail for each?
	@scripts/e2e.sh mutate $(RUN)

$(DEBUG): debug-%: ## its application in this terminal: breakpoint() works; E2E_ONLY=…, PHASE=replay, DEBUGPY=5678
	@scripts/e2e.sh run $(RUN) --debug

$(SEND): send-%: ## in another terminal: let the debugged suite send the requests of E2E_ONLY
	@scripts/e2e.sh send $(RUN)

$(STRESS): stress-%: ## N=50 runs, or until one fails: number of passed runs, and seconds of each phase
	@scripts/e2e.sh stress $(RUN) $${N:+"$$N"}

$(OVERHEAD): overhead-%: ## CPU time per request of the application: SDK off, recording, replaying
	@scripts/e2e.sh overhead "$$DRIFT_SUITE"

new-suite: ## NAME=urllib3: create a suite from templates
	@scripts/e2e.sh new-suite "$$NAME"

##@ The last run

$(LIST): list-%: ## its requests: name, method, path, known failures; E2E_ONLY='*order*' for some
	@scripts/e2e.sh list "$$DRIFT_SUITE"

$(EXPLAIN): explain-%: ## everything about one request: E2E_ONLY='create order'
	@scripts/e2e.sh explain $(RUN)

$(TRACES): traces-%: ## a table: request, trace, spans
	@scripts/e2e.sh traces $(RUN)

$(LOGS): logs-%: ## print the logs of the last run
	@scripts/e2e.sh logs $(RUN)

known-failures: ## known faults of the SDK and the CLI, by harm and cause, with each suite's requests
	@scripts/e2e.sh known-failures

$(DIFF): diff-recording-%: ## what the SDK of E2E_SDK changes in the recording and its replay, request by request
	@scripts/e2e.sh diff-recording $(RUN)

$(SAVE): save-recording-%: ## NAME=sdk-0.1.28: keep the recording in the suite's recordings/, to be committed
	@scripts/e2e.sh save-recording $(RUN) "$$NAME"

$(UPDATE): update-known-failures-%: ## update known_failures.yaml from the last run; prints the diff
	@scripts/e2e.sh update-known-failures $(RUN)

report: ## report.html, summary.md and junit.xml of the last runs, or of those of SUITES="flask redis"
	@set -f; scripts/e2e.sh report --port "$${PORT:-8000}" -- $$SUITES

##@ Docker (E2E_RUNTIME=docker)

base-image: ## build python-e2e-base: Python, the harness's tools, and the Tusk CLI if it can be downloaded
	@scripts/build-base-image.sh

$(SHELLS): shell-%: ## a shell in the container that records, with the services running
	@scripts/e2e.sh shell $(RUN)

clean-volumes: ## remove what runs have left in Docker; runs in progress are not affected
	@scripts/e2e.sh clean-volumes

doctor: ## what a run needs: what is available, what is missing, and what to do
	@scripts/e2e.sh doctor

##@ The harness

test: ## the harness's tests, at most three minutes
	@scripts/test.sh -m 'not slow and not docker'

test-slow: ## tests that take longer
	@scripts/test.sh -m 'slow and not docker'

test-docker: ## tests that need a Docker engine
	@scripts/test.sh -m docker --numprocesses 2 --dist loadfile

test-faults: ## seeded faults in the SDK: is each detected? SUITES=redis; FAULT='*pipeline*'; SIXTH=1 (to 6): every sixth
	@set -f; scripts/e2e.sh test-faults $${SIXTH:+--sixth="$$SIXTH"} $${FAULT:+--fault="$$FAULT"} -- $$SUITES

test-verdict: ## mutations of the judge and of the bundled CLI: does a test fail for each?
	@scripts/test-verdict.sh

lint: ## shellcheck, shfmt, ruff, mypy, zizmor, actionlint
	@scripts/lint.sh

format: ## shfmt and ruff, in place
	@scripts/lint.sh --fix

bench: ## CPU and wall seconds of a run and of its floor, 7 pairs, flask; SUITE=all; RUNS=3; REQUESTS=1000
	@scripts/e2e.sh bench $${REQUESTS:+--requests "$$REQUESTS"} "$${SUITE:-flask}" $${RUNS:+"$$RUNS"}

upgrade: ## write the newest versions into every lock
	@scripts/e2e.sh upgrade

clean: ## remove .cache/ and out/, and in Docker everything that runs have created, also images
	@scripts/clean.sh

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[$$a-z].*:.*## / { name = $$1; sub(/:.*/, "", name); sub(/^\$$\(/, "", name); sub(/\)$$/, "", name); \
			if (name ~ /^[A-Z0-9]+$$/) { name = ($$1 ~ /E2E/ ? "e2e" : tolower(name)) "-<suite>"; sub(/^shells/, "shell", name); \
				sub(/^update/, "update-known-failures", name); sub(/^(diff|save)/, "&-recording", name) } \
			printf "  make %-29s %s\n", name, $$2 }' Makefile
	@printf '\nSuites: %s\nOptions: see .env.example\n' "$(KNOWN)"

# An unknown target ends with exit code 2 and the nearest name.
.DEFAULT:
	@scripts/e2e.sh unknown-target "$$DRIFT_TARGET" $(VERBS) $(ALL)
