# Every verb a person or CI uses. Each is one line here; the work is in scripts/ and e2e_common/.
SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

SUITES := $(patsubst drift/instrumentation/%/e2e-tests/entrypoint.py,%,$(wildcard drift/instrumentation/*/e2e-tests/entrypoint.py))
E2E := $(SUITES:%=e2e-%)
RECORD := $(SUITES:%=record-%)
REPLAY := $(SUITES:%=replay-%)
CHECK := $(SUITES:%=check-%)
BASELINE := $(SUITES:%=baseline-%)
COVERAGE := $(SUITES:%=coverage-%)
SERVICES := $(SUITES:%=services-%)
SHELLS := $(SUITES:%=shell-%)
LOGS := $(SUITES:%=logs-%)
ALL := $(E2E) $(RECORD) $(REPLAY) $(CHECK) $(BASELINE) $(COVERAGE) $(SERVICES) $(SHELLS) $(LOGS)
VERBS := help e2e-all base-image clean-volumes doctor test test-slow test-docker test-faults lint format bench upgrade clean
PORT ?= 8000

.PHONY: $(VERBS) $(ALL)

##@ Suites

$(E2E): e2e-%: ## record, replay and judge one suite, for instance e2e-flask
	@scripts/run-suite.sh $* $(PORT) --build

e2e-all: ## every suite, or SUITES="flask redis"; -j4 for four at a time
	+@scripts/run-all-e2e-tests.sh $(SUITES) --port $(PORT) --build

$(RECORD): record-%: ## only record: out/<suite>-<port>/ then holds the traces
	@scripts/run-suite.sh $* $(PORT) --phases setup,record,cleanup --build

$(REPLAY): replay-%: ## replay the last recording and judge it, without its services
	@scripts/run-suite.sh $* $(PORT) --phases setup,replay,check,cleanup --build

$(CHECK): check-%: ## judge the last run's artifacts again
	@scripts/run-suite.sh $* $(PORT) --phases check

$(BASELINE): baseline-%: ## send the requests with the SDK off: do the expectations hold?
	@scripts/run-suite.sh $* $(PORT) --baseline --build

$(COVERAGE): coverage-%: ## the lines of the SDK's instrumentation that its requests reach, and those that none does
	@scripts/coverage.sh $* $(PORT)

$(SERVICES): services-%: ## start a suite's services, print how to find them, stay until Ctrl-C
	@scripts/run-suite.sh $* $(PORT) --services

$(LOGS): logs-%: ## print the logs of the last run
	@scripts/logs.sh $* $(PORT)

##@ Docker (E2E_RUNTIME=docker)

base-image: ## build python-e2e-base: Python, the harness's tools, and the Tusk CLI where it can be had
	@scripts/build-base-image.sh

$(SHELLS): shell-%: ## a shell in the container that records, beside the services
	@scripts/shell.sh $* $(PORT)

clean-volumes: ## remove every container, network and volume that runs have left; what is under way stays
	@scripts/clean-volumes.sh

doctor: ## what is here for a run, what is not, and what to do about it
	@scripts/doctor.sh

##@ The harness itself

test: ## its own tests, at most three minutes
	@scripts/test.sh -m 'not slow and not docker'

test-slow: ## those that take longer
	@scripts/test.sh -m 'slow and not docker'

test-docker: ## those that need a Docker engine
	@scripts/test.sh -m docker --numprocesses 2 --dist loadfile

test-faults: ## small faults in the SDK: is each seen? SUITES=redis, FAULT='*pipeline*', THIRD=1: of every three the first
	@scripts/test-faults.sh $(SUITES) $(THIRD:%=--third %) $(if $(FAULT),--fault "$$FAULT")

lint: ## shellcheck, shfmt, ruff, mypy, zizmor, actionlint
	@scripts/lint.sh

format: ## shfmt and ruff, in place
	@scripts/lint.sh --fix

bench: ## time 10 warm runs of the flask suite; SUITE=psycopg, SUITE=all; RUNS=3
	@scripts/bench.sh $(SUITE) $(RUNS)

upgrade: ## newest versions into every lock
	@scripts/upgrade.sh

clean: ## remove .cache/ and out/, and in Docker all that runs have made, images too
	@scripts/clean.sh

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[$$a-z].*:.*## / { name = $$1; sub(/:.*/, "", name); sub(/^\$$\(/, "", name); sub(/\)$$/, "", name); \
			if (name ~ /^[A-Z0-9]+$$/) { name = ($$1 ~ /E2E/ ? "e2e" : tolower(name)) "-<suite>"; sub(/^shells/, "shell", name) } \
			printf "  make %-18s %s\n", name, $$2 }' Makefile
	@printf '\nSuites: %s\nKnobs: see .env.example\n' "$(SUITES)"

# A target that does not exist is exit 2 with the nearest name.
.DEFAULT:
	@scripts/unknown-target.sh $@ $(VERBS) $(ALL)
