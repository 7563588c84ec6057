# One command for each need, the same on a laptop and in CI. `make` alone lists them.
BIN := .venv/bin
# One more than the cores that the suite is measured on: a quarter of its time somebody waits for a server. With four, a
# second that a test allows a sender is over now and then.
JOBS ?= 3

# python3 where it is new enough, else the newest that is there under its own name.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo $$python && break; done)

# Whoever has Python keep no bytecode has each worker and each process of a test compile 110,000 lines again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test test-long mutants lint lint-format lint-code lint-types lint-contracts check format bench year lock migration
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.project ## the virtual environment in .venv, locked dependencies, and lap itself

.venv/.locked: requirements-dev.lock
	@if [ -z "$(PYTHON)" ]; then \
		echo "lap needs Python 3.11 or newer, and none of that age answers on PATH as python3 or python3.11 to python3.14." >&2; \
		echo "Install one (Debian: apt install python3 python3-venv) or name it: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3" >&2; \
		exit 1; fi
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.project: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## bot and workspace together, with the example roster; prints the page to open
	$(BIN)/python -m tests.workspace

test: setup ## everything that can run here; names what was left out, ends with the count
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

test-long: setup ## the same with the long searches
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --long -o faulthandler_timeout=0

mutants: setup ## deliberate leaks and which test catches each; fails where fewer than 95 of 100 are caught
	$(BIN)/python -m tests.mutants --jobs $(JOBS)

lint: lint-format lint-code lint-types lint-contracts ## format, lint, types, import contracts

lint-format: setup
	$(BIN)/ruff format --check .

lint-code: setup
	$(BIN)/ruff check .

lint-types: setup
	$(BIN)/mypy

lint-contracts: setup
	$(BIN)/lint-imports --no-logo

check: lint test ## lint, then test

format: setup ## puts the code into the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## speed and memory beside their references; fails where a goal is missed
	$(BIN)/python -m tests.bench

year: setup ## every mail and feed of a generated year, for tests/interop/check-invites: make year OUT=DIR
	@if [ -z "$(OUT)" ]; then echo "Name a new folder for the files: make year OUT=DIR" >&2; exit 2; fi
	$(BIN)/python -m tests.year $(OUT)

migration: setup ## writes what the tables have and the migrations lack: make migration NAME=add_papers
	@$(BIN)/python -m tests.migration $(NAME)

UV := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

lock: setup ## writes both lock files anew; UPGRADE=--upgrade takes newer releases
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) $(UPGRADE) pyproject.toml --group dev --output-file requirements-dev.lock
	$(UV) pyproject.toml --constraint requirements-dev.lock --output-file requirements.lock
