# Hải Vân. `make` lists what there is to do; each target is one command that also works by hand.

PYTHON ?= python3.11
BIN := .venv/bin
INSTALLED := .venv/installed.lock
SOURCES := services shared deploy tests $(sort $(patsubst %/,%,$(dir $(wildcard bench/*.py docs/samples/*.py))))
PYTEST := $(BIN)/pytest $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help install hooks lock check format test test-unit test-integration test-e2e test-delivery test-engine torture soak bench demo up compose compose-down clean

help: ## List the targets
	@echo "make TARGET [ARGS=...]"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make .venv from requirements.lock (needs Python 3.11 or later; PYTHON=... names one)

$(INSTALLED): requirements.lock
	@PYTHON="$(PYTHON)" deploy/install/venv

hooks: $(INSTALLED) ## Run the quick checks before every commit (pre-commit, local hooks only)
	$(BIN)/pre-commit install

lock: | $(INSTALLED) ## Choose versions anew within requirements*.in and write requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		requirements-dev.in -o requirements.lock

check: $(INSTALLED) ## Lint, formatting, types, imports, house rules, event contracts: everything that runs no service
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python -m tests.architecture
	$(BIN)/python -m shared.events.catalogue check
	$(if $(wildcard deploy/cli/rules.py),./haivan rules lint)

format: $(INSTALLED) ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(INSTALLED) ## Run every test, on real Kafka and MongoDB (ARGS="-k triage" chooses)
	$(PYTEST)

test-unit: $(INSTALLED) ## Run the tests that need no server
	$(PYTEST) tests/unit tests/contract tests/architecture

test-integration: $(INSTALLED) ## Run the tests on real Kafka and MongoDB
	$(PYTEST) tests/integration

test-e2e: $(INSTALLED) ## Run the tests through a browser (Chromium)
	$(PYTEST) tests/e2e

test-delivery: $(INSTALLED) ## Kill all services over and over while people use them: nothing lost, nothing doubled
	$(PYTEST) tests/delivery

test-engine: $(INSTALLED) ## Kill, scale, replace and restore containers on a Docker engine; the mechanism's tests on testcontainers
	HAIVAN_TEST_ENGINE=1 $(PYTEST) tests/engine
	HAIVAN_TEST_BACKEND=docker TESTCONTAINERS_RYUK_DISABLED=true $(PYTEST) tests/integration/shared tests/integration/services

torture: $(INSTALLED) ## Kill services, broker and database KILLS=10000 times from SEED=...; Ctrl-C judges and stops, again goes on
	$(BIN)/python -m tests.delivery.torture --kills $(or $(KILLS),10000) $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: $(INSTALLED) ## Use the system for MINUTES=30, then with the broker down for DOWN=10: waiting times, growth of memory, the promise
	$(BIN)/python -m tests.delivery.soak --minutes $(or $(MINUTES),30) --down $(or $(DOWN),10) $(if $(SEED),--seed $(SEED))

demo: $(INSTALLED) ## Play a busy day in Huế and stay up (ONCE=1: end with exit code 0 if every figure reconciles)
	./haivan demo $(if $(ONCE),--once) $(ARGS)

up: $(INSTALLED) ## Start Kafka, MongoDB and the four services, and stay until Ctrl-C
	./haivan up $(ARGS)

bench: $(INSTALLED) ## Measure, and write docs/performance.md (ONLY=pipeline,accept; SIZE=smoke, small or full)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) --size $(or $(SIZE),small)

compose: ## Start everything on a Docker engine and play a day at its gateway (ARGS="--size 3000")
	deploy/compose/practice up $(ARGS)

compose-down: ## Remove what `make compose` made
	deploy/compose/practice down

clean: ## Remove .venv and caches; the data of the embedded run stay (./haivan reset)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
