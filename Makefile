# Øverum: the commands of the project. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
export OEVERUM_HOME ?= $(CURDIR)/data
export DAGSTER_DISABLE_TELEMETRY := yes
export DO_NOT_TRACK := 1

.PHONY: help install demo serve test test-long check format bench bench-region privacy-report clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## make the virtual environment from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	@bash scripts/install.sh $(VENV)
	@touch $@

demo: install ## the whole road on 5,000 synthetic adults, then where to look
	@$(BIN)/oeverum demo

serve: install ## Dagster's page with the graph, at an address that is printed
	@$(BIN)/oeverum graph

check: install ## format, lint, types, layers, SQL, contracts, pages of the marts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfmt --check --line-length 100 --exclude 'dbt_project/target/**' dbt_project
	$(BIN)/python -m orchestration.dbt_sources --check
	$(BIN)/python -m orchestration.portable_sql
	$(BIN)/python -m orchestration.mart_pages --check
	$(BIN)/python -m orchestration.rule_page --check
	$(BIN)/python -m orchestration.access_page --check
	$(BIN)/pytest -q -p no:cacheprovider tests/unit/test_contracts.py

format: install ## put Python, SQL and what is generated into the form that check asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfmt --line-length 100 --exclude 'dbt_project/target/**' dbt_project
	$(BIN)/python -m orchestration.dbt_sources
	$(BIN)/python -m orchestration.mart_pages
	$(BIN)/python -m orchestration.rule_page
	$(BIN)/python -m orchestration.access_page

test: install ## every test but the long ones, under ten minutes
	$(BIN)/pytest -n 2 --dist loadfile -m "not long"

test-long: install ## load, soak and many kill points
	$(BIN)/pytest -n 2 --dist load -m long

bench: install ## speed and memory as ratios to a baseline of the same run
	$(BIN)/python -m benchmarks.ingestion --place $(CURDIR) --write
	$(BIN)/python -m benchmarks.identifiers --write
	$(BIN)/python -m benchmarks.notes --write
	$(BIN)/python -m benchmarks.take_in
	$(BIN)/python -m benchmarks.warehouse --place $(CURDIR) --write
	$(BIN)/python -m benchmarks.quality --write
	$(BIN)/python -m benchmarks.releases --write
	$(BIN)/python -m benchmarks.gateway --write
	$(BIN)/python -m benchmarks.disclosure --write
	$(BIN)/python -m benchmarks.load --write

bench-region: install ## how fast the synthetic region is made, 1.4 million adults; needs 60 GiB and half an hour
	$(BIN)/python -m benchmarks.synthesise --adults 1400000 --place $(CURDIR) --write

privacy-report: install ## what pseudonymisation claims, measured; writes docs/reference/privacy.md and privacy.html
	$(BIN)/python -m benchmarks.privacy.report

clean: ## remove the data of the demo and what was built; the virtual environment stays
	rm -rf data dbt_project/target dbt_project/logs
