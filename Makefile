# Two commands do everything: `make up` serves, `make test` proves. Both set up first; that takes no time when nothing changed.
.PHONY: help setup up test tests format lint types contracts check css messages migration vendor lock clean setup-dev browser

BIN := .venv/bin
# Where `make up` listens: `make up PORT=8001`.
PORT := 8000

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## only the set-up: .venv with the locked packages
	@scripts/setup run

up: setup ## serve at 127.0.0.1:8000, with a demo shop the first time; elsewhere: make up PORT=8001
	@exec $(BIN)/makegood up --port $(PORT)

test: setup-dev browser ## everything CI checks: format, lint, types, contracts, tests with the browser
	@$(MAKE) --no-print-directory lint types contracts tests

check: lint types contracts ## what needs no database and no browser

lint: setup-dev ## format and lint
	@echo "· format and lint"
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; echo "  make format puts it right"; exit 1; }
	@$(BIN)/ruff check --quiet .

types: setup-dev ## mypy --strict
	@echo "· types"
	@$(BIN)/mypy --no-error-summary

contracts: setup-dev ## who may import whom
	@echo "· contracts"
	@$(BIN)/lint-imports

tests: setup-dev ## the tests alone (more: .venv/bin/pytest --help)
	@echo "· tests"
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 15

format: setup-dev ## put format, import order and simple findings right
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

css: ## compile the looks (needs Node; the result is committed)
	@scripts/css

messages: setup-dev ## collect the words for translators and compile theirs
	@scripts/messages

migration: setup-dev ## write the first migration anew from the models, until the version it begins is out
	@scripts/initial_migration

vendor: ## renew the icons and scripts that pages use (needs Node; committed)
	@scripts/vendor

lock: setup-dev ## renew the lock files, keeping the versions that still fit
	@scripts/lock

clean: ## forget .venv and node_modules (your shop's data stays)
	rm -rf .venv node_modules

setup-dev:
	@scripts/setup dev

browser: setup-dev
	@scripts/browser
