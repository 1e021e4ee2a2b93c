# All tasks of the project; `make` without a target lists them.
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

# Command that prints the mails of the local cloud, for the demo and its test.
MAILBOX    = MUSTER_MAILBOX='$(PYTHON) $(abspath localstack/cloud.py) mails --json --name $(NAME)'

# Command that deploys another stack to the local cloud, for the test of nested stacks.
DEPLOYER   = MUSTER_DEPLOY='$(PYTHON) $(abspath localstack/deploy.py)'

# Random requests that satisfy the API document, to a local cloud with demo people.
FUZZ       = $(TO_CLOUD) $(MUSTER) seed --employees 30 >/dev/null; $(TOOLS)/venv-api/bin/python tests/api/fuzz.py $(OUTPUTS) $(ARGS)

# The muster command, built together with the functions and in the same profile.
MUSTER       := target/lambda/muster/bootstrap

# The benchmark, built like the functions, and the functions measured by default: those with their own budgets.
BENCH        := target/lambda/bench/bootstrap
BENCH_DEBUG  := $(or $(CARGO_TARGET_DIR),target)/debug/bench
BENCH_BUILD  := cargo build --locked -q --workspace --bin bench
MEASURED     := employees-get attendance-check-in attendance-job-settle
comma        := ,

# $(call packaged,functions[,profile]): builds their zips. cargo lambda links the functions, and pack.py packs the changed ones.
packaged = cargo lambda build --profile $(or $(2),$(PROFILE)) --locked --lambda-dir target/lambda $(addprefix --bin ,$(1)) && \
           $(PYTHON) localstack/pack.py --level $(if $(filter deploy,$(or $(2),$(PROFILE))),12,6) $(filter-out muster,$(1))

# $(call step,text): prints a step title with the seconds since make started.
export MUSTER_BEGAN := $(or $(MUSTER_BEGAN),$(shell date +%s))
step = printf '\n== [%4ds] %s\n' $$(( $$(date +%s) - $(MUSTER_BEGAN) )) "$(1)"

.PHONY: help setup build fmt up deploy down reset status logs mails seed demo test check e2e lint client fuzz nightly bench budgets cost load openapi clean

help: ## list all targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: EMPLOYEES=60 (up, seed), CASES=10000 (nightly), NIGHT=10000,100000 (bench: employees of the overnight runs), FN=employees-create FOLLOW=1 (logs), T=leave (e2e: flows with this prefix), RATE=20 SECONDS=60 (load: requests per second, duration), NAME=dev PORT=4566 (name and port of the local cloud)"

setup: ## install the pinned tools into .local/
	@localstack/setup.sh

build: setup target/lambda/.built-$(PROFILE) ## build all function zips; PROFILE=deploy makes smaller ones in two CPU-hours

target/lambda/.built-$(PROFILE): $(SOURCES)
	@$(call step,building $(words $(BINS)) functions)
	@mkdir -p target/lambda
	@$(call packaged,$(BINS) muster)
	@rm -f target/lambda/.built-*
	@touch $@

up: build ## start the local cloud, deploy, seed, print the API address
	@$(call step,local cloud)
	@$(PYTHON) localstack/cloud.py start --name $(NAME) --port $(PORT)
	@$(MAKE) --no-print-directory deploy seed
	@$(call step,ready: $$($(PYTHON) -c 'import json, sys; print(json.load(open(sys.argv[1]))["ApiUrl"])' $(OUTPUTS)))

deploy: build
	@$(call step,deploy)
	@$(PYTHON) localstack/deploy.py --endpoint $(ENDPOINT) --stack muster-local --outputs $(OUTPUTS) --invoke auth-job-refresh-jwks

seed: build ## create a demo organisation of EMPLOYEES people
	@$(call step,seed)
	@$(TO_CLOUD) $(MUSTER) seed --employees $(EMPLOYEES)

down: ## stop the local cloud and keep its data
	@$(PYTHON) localstack/cloud.py stop --name $(NAME)

reset: ## stop the local cloud and erase its data
	@$(PYTHON) localstack/cloud.py reset --name $(NAME)

status: ## show the state and the resource names of the local cloud
	@$(PYTHON) localstack/cloud.py status --name $(NAME)

logs: ## function logs of the last hour; FN=name for one function, FOLLOW=1 to follow
	@$(PYTHON) localstack/cloud.py logs --name $(NAME) $(if $(FN),--function $(FN)) $(if $(FOLLOW),--follow)

mails: ## print the mails sent by the local cloud
	@$(PYTHON) localstack/cloud.py mails --name $(NAME)

demo: build ## run the five demo flows on the local cloud and show their effects
	@[ -f $(OUTPUTS) ] || { echo "The local cloud '$(NAME)' does not exist. Start it with: make up"; exit 1; }
	@$(TO_CLOUD) $(MAILBOX) $(MUSTER) demo

test: check e2e ## format, lints, tests, then end-to-end flows and random requests on a separate cloud
	@$(call step,all passed)

check: lint client
	@$(call step,in-process tests)
	@cargo nextest run --workspace --locked --no-tests=warn -E 'not (binary(it) & test(/^flows::/))'

fmt: ## format all sources, including the endpoints that automod includes and cargo fmt misses
	@find $(RUST) -name "*.rs" -not -path "*/target/*" | xargs rustfmt --edition 2024

lint: setup ## check format, clippy and the templates
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
	@$(call step,end-to-end flows on a separate cloud)
	@trap '$(PYTHON) localstack/cloud.py stop --name $(NAME)' EXIT; \
	$(PYTHON) localstack/cloud.py start --name $(NAME) --port $(PORT) --throwaway; \
	$(PYTHON) localstack/deploy.py --endpoint $(ENDPOINT) --stack muster-local --outputs $(OUTPUTS) --invoke auth-job-refresh-jwks; \
	$(TO_CLOUD) $(MAILBOX) $(DEPLOYER) MUSTER_E2E=1 MUSTER_BIN=$(abspath $(MUSTER)) cargo nextest run --locked --no-tests=warn --test-threads 2 -E 'binary(it) & test(/^flows::$(T)/)' \
	$(if $(T),,; $(call step,random requests that satisfy the API document); $(FUZZ))

client: setup ## generate the TypeScript types of docs/openapi.json and compile a client with them
	@$(call step,a typed client)
	@tests/api/client.sh $(TOOLS)

fuzz: build ## send the running local cloud random requests that satisfy docs/openapi.json, as three roles; changes its data; ARGS=--only=leaves-list
	@[ -f $(OUTPUTS) ] || { echo "The local cloud '$(NAME)' does not exist. Start it with: make up"; exit 1; }
	@$(FUZZ)

nightly: ## property tests with CASES=10000 cases each (default run: 500)
	@$(call step,property tests with $(CASES) cases each)
	@PROPTEST_CASES=$(CASES) cargo nextest run --workspace --locked --profile nightly

bench: setup ## benchmarks: database calls, overnight run, cold starts; ARGS=--all for every function
	@$(BENCH_BUILD)
	@$(call step,calls per operation)
	@$(BENCH_DEBUG) calls | grep -v '^{"_aws"' # omits the functions' metrics
	@$(call step,building the benchmark$(comma) the empty function and the measured ones)
	@$(call packaged,bench,release)
	@$(call packaged,bench-empty $(if $(findstring --all,$(ARGS)),$(BINS),$(or $(filter $(BINS),$(ARGS)),$(MEASURED))))
	@$(if $(filter-out release,$(PROFILE)),rm -f target/lambda/.built-*)
	@$(if $(filter release,$(PROFILE)),$(call step,overnight runs with $(subst $(comma), and ,$(NIGHT)) employees); $(BENCH) settle --employees $(NIGHT) | grep -v '^{"_aws"')
	@$(call step,cold starts)
	@$(BENCH) starts $(ARGS) | grep -v '^{"_aws"'

cost: setup ## dollar cost of each change, from counted calls and tests/bench/prices.toml
	@$(BENCH_BUILD)
	@$(BENCH_DEBUG) cost | grep -v '^{"_aws"'

budgets: build ## check size and start time of release functions against tests/bench/budgets.toml
	@$(call step,budgets of the release functions)
	@$(call packaged,bench-empty)
	@cargo nextest run --workspace --locked --run-ignored only -E 'binary(bench) & test(functions_keep_their_budgets)'

load: build ## load test: RATE requests per second for SECONDS, then check every accepted write; starts the cloud if needed
	@$(PYTHON) localstack/cloud.py status --name $(NAME) >/dev/null 2>&1 || $(MAKE) --no-print-directory up
	@$(call step,load)
	@$(TO_CLOUD) $(MUSTER) load --rate $(RATE) --seconds $(SECONDS) $(ARGS)

openapi: ## regenerate docs/openapi.json
	@UPDATE=1 cargo nextest run --locked --workspace -E 'binary(it) & test(/^conformance::openapi/)'

clean: ## delete build output; keep the local cloud's data
	@cargo clean
	@rm -rf target/lambda
