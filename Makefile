# Every task of the project; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

NAME      ?= dev
PORT      ?= 4566
T         ?=
EMPLOYEES ?= 60
FN        ?=
PROFILE   ?= release
CASES     ?= 10000
RATE      ?= 20
SECONDS   ?= 60
NIGHT     ?= 10000,100000
TOOLS     := $(abspath $(or $(MUSTER_TOOLS),.local))
PYTHON    := $(TOOLS)/venv-cloud/bin/python
ENDPOINT   = http://127.0.0.1:$(PORT)
OUTPUTS    = $(abspath .local/$(NAME)/outputs.json)
BINS      := $(sort $(basename $(notdir $(wildcard functions/*/src/bin/*.rs))))
RUST      := functions shared cli tests
SOURCES   := $(shell find functions shared cli Cargo.toml Cargo.lock rust-toolchain.toml -type f 2>/dev/null)

export PATH := $(TOOLS)/venv-cloud/bin:$(TOOLS)/bin:$(PATH):$(TOOLS)/venv-tools/bin
export AWS_LC_SYS_NO_JITTER_ENTROPY := 1
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1
TO_CLOUD   = AWS_ENDPOINT_URL=$(ENDPOINT) AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test MUSTER_OUTPUTS=$(OUTPUTS)

# What prints the mails that a local cloud has sent, for the demo and its test.
MAILBOX    = MUSTER_MAILBOX='$(PYTHON) $(abspath localstack/cloud.py) mails --json --name $(NAME)'

# What deploys another stack to a local cloud, for the test of nested stacks.
DEPLOYER   = MUSTER_DEPLOY='$(PYTHON) $(abspath localstack/deploy.py)'

# The operator's command, compiled with the functions, in one pass and one profile.
MUSTER       := target/lambda/muster/bootstrap

# The benchmark, built as the functions are, and the functions measured by default.
BENCH        := target/lambda/bench/bootstrap
BENCH_DEBUG  := $(or $(CARGO_TARGET_DIR),target)/debug/bench
BENCH_BUILD  := cargo build --locked -q --workspace --bin bench
MEASURED     := employees-get attendance-check-in attendance-job-settle
comma        := ,

# $(call packaged,functions[,profile]): their zips. cargo lambda links; what was linked anew is packed by us.
packaged = cargo lambda build --profile $(or $(2),$(PROFILE)) --locked --lambda-dir target/lambda $(addprefix --bin ,$(1)) && \
           $(PYTHON) localstack/pack.py --level $(if $(filter deploy,$(or $(2),$(PROFILE))),12,6) $(filter-out muster,$(1))

# $(call step,text): says what begins, with the time since make was started
export MUSTER_BEGAN := $(or $(MUSTER_BEGAN),$(shell date +%s))
step = printf '\n== [%4ds] %s\n' $$(( $$(date +%s) - $(MUSTER_BEGAN) )) "$(1)"

.PHONY: help setup build fmt up deploy down reset status logs mails seed demo test check e2e lint nightly bench budgets cost load openapi clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: EMPLOYEES=60 (up, seed), CASES=10000 (nightly), NIGHT=10000,100000 (bench: people), FN=employees-create FOLLOW=1 (logs), T=leave (e2e: some flows), RATE=20 SECONDS=60 (load: requests a second, for how long), NAME=dev PORT=4566 (which local cloud)"

setup: ## install the pinned tools into .local/ (once)
	@localstack/setup.sh

build: setup target/lambda/.built-$(PROFILE) ## build the zip of every function: PROFILE=deploy for small ones that take their time

target/lambda/.built-$(PROFILE): $(SOURCES)
	@$(call step,building $(words $(BINS)) functions (cargo says which one))
	@mkdir -p target/lambda
	@$(call packaged,$(BINS) muster)
	@rm -f target/lambda/.built-*
	@touch $@

up: build ## start the local cloud, deploy, seed, and say where it is
	@$(call step,local cloud)
	@$(PYTHON) localstack/cloud.py start --name $(NAME) --port $(PORT)
	@$(MAKE) --no-print-directory deploy seed
	@$(call step,ready: $$($(PYTHON) -c 'import json, sys; print(json.load(open(sys.argv[1]))["ApiUrl"])' $(OUTPUTS)))

deploy: build
	@$(call step,deploy)
	@$(PYTHON) localstack/deploy.py --endpoint $(ENDPOINT) --stack muster-local --outputs $(OUTPUTS) --invoke auth-job-refresh-jwks

seed: build ## fill the local cloud with EMPLOYEES people
	@$(call step,seed)
	@$(TO_CLOUD) $(MUSTER) seed --employees $(EMPLOYEES)

down: ## stop the local cloud and keep its data
	@$(PYTHON) localstack/cloud.py stop --name $(NAME)

reset: ## stop the local cloud and forget its data
	@$(PYTHON) localstack/cloud.py reset --name $(NAME)

status: ## is it running, and what is where
	@$(PYTHON) localstack/cloud.py status --name $(NAME)

logs: ## the functions' logs of the last hour: FN=one of them, FOLLOW=1 to go on
	@$(PYTHON) localstack/cloud.py logs --name $(NAME) $(if $(FN),--function $(FN)) $(if $(FOLLOW),--follow)

mails: ## the mails that the local cloud has sent
	@$(PYTHON) localstack/cloud.py mails --name $(NAME)

demo: build ## play the flows of the seed documents on the running local cloud, and show all that follows
	@[ -f $(OUTPUTS) ] || { echo "There is no local cloud '$(NAME)': make up"; exit 1; }
	@$(TO_CLOUD) $(MAILBOX) $(MUSTER) demo

test: check e2e ## everything: formats, lints, tests, then flows on a cloud of its own
	@$(call step,all passed)

check: lint
	@$(call step,tests in process)
	@cargo nextest run --workspace --locked --no-tests=warn -E 'not (binary(it) & test(/^flows::/))'

fmt: ## format all sources; cargo fmt alone does not see the endpoints, which automod finds
	@find $(RUST) -name "*.rs" -not -path "*/target/*" | xargs rustfmt --edition 2024

lint: setup ## formats, clippy, the templates
	@$(call step,format and clippy)
	@find $(RUST) -name "*.rs" -not -path "*/target/*" | xargs rustfmt --edition 2024 --check
	@cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@$(call step,templates)
	@cfn-lint template.yaml functions/*/template.yaml
	@sam validate --lint
	@if cargo deny --version >/dev/null 2>&1 && [ -f deny.toml ]; then cargo deny --log-level error check bans licenses sources; fi

e2e: NAME := test
e2e: PORT := 4599
e2e: build budgets
	@$(call step,a cloud of its own for the flows)
	@trap '$(PYTHON) localstack/cloud.py stop --name $(NAME)' EXIT; \
	$(PYTHON) localstack/cloud.py start --name $(NAME) --port $(PORT) --throwaway; \
	$(PYTHON) localstack/deploy.py --endpoint $(ENDPOINT) --stack muster-local --outputs $(OUTPUTS) --invoke auth-job-refresh-jwks; \
	$(TO_CLOUD) $(MAILBOX) $(DEPLOYER) MUSTER_E2E=1 MUSTER_BIN=$(abspath $(MUSTER)) cargo nextest run --locked --no-tests=warn --test-threads 2 -E 'binary(it) & test(/^flows::$(T)/)'

nightly: ## the property tests again, CASES=10000 each instead of 500
	@$(call step,properties with $(CASES) cases)
	@PROPTEST_CASES=$(CASES) cargo nextest run --workspace --locked --profile nightly

bench: setup ## benchmarks: database calls, overnight run, cold starts; ARGS=--all for every function
	@$(BENCH_BUILD)
	@$(call step,calls per operation)
	@$(BENCH_DEBUG) calls | grep -v '^{"_aws"' # without the functions' metrics
	@$(call step,building the benchmark$(comma) the empty function and the measured ones)
	@$(call packaged,bench,release)
	@$(call packaged,bench-empty $(if $(findstring --all,$(ARGS)),$(BINS),$(or $(filter $(BINS),$(ARGS)),$(MEASURED))))
	@$(if $(filter-out release,$(PROFILE)),rm -f target/lambda/.built-*)
	@$(if $(filter release,$(PROFILE)),$(call step,the overnight run over NIGHT=$(subst $(comma), and then ,$(NIGHT)) people); $(BENCH) settle --employees $(NIGHT) | grep -v '^{"_aws"')
	@$(call step,starts)
	@$(BENCH) starts $(ARGS) | grep -v '^{"_aws"'

cost: setup ## dollar cost of each change, from counted calls and tests/bench/prices.toml
	@$(BENCH_BUILD)
	@$(BENCH_DEBUG) cost | grep -v '^{"_aws"'

budgets: build ## check size and start time of release functions against tests/bench/budgets.toml
	@$(call step,budgets of the release functions)
	@$(call packaged,bench-empty)
	@cargo nextest run --workspace --locked --run-ignored only -E 'binary(bench) & test(functions_keep_their_budgets)'

load: build ## ask the local cloud RATE times a second for SECONDS, then look for every accepted write; starts the cloud where none runs
	@$(PYTHON) localstack/cloud.py status --name $(NAME) >/dev/null 2>&1 || $(MAKE) --no-print-directory up
	@$(call step,load)
	@$(TO_CLOUD) $(MUSTER) load --rate $(RATE) --seconds $(SECONDS) $(ARGS)

openapi: ## write docs/openapi.json
	@UPDATE=1 cargo nextest run --locked --workspace -E 'binary(it) & test(/^conformance::openapi/)'

clean: ## remove what was built; the local cloud's data stays
	@cargo clean
	@rm -rf target/lambda
