# Opener. `make` alone lists what can be made. Needs Python 3.11-3.13 and make; everything else is fetched into this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PORT ?=
ARGS ?=
bin := .venv/bin
ready := .venv/.ready

.PHONY: help setup demo check test bench eval lock clean

help: ## list what can be made
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo '  PORT=9000 chooses the port of the demo; ARGS="..." is handed on to demo, test, bench, eval and lock.'

setup: $(ready) ## build .venv from requirements.lock (the others do it when it is needed)
	@echo 'Ready: .venv holds Opener and everything it needs.'

$(ready): requirements.lock pyproject.toml
	@.ci/setup

# A folder that was moved, or whose Python is gone, is set up again: .ci/setup leaves its own path in the stamp.
ifneq ($(shell test -x $(bin)/python && cat $(ready) 2>/dev/null),$(CURDIR))
.PHONY: $(ready)
endif

demo: $(ready) ## run the whole product on a sample company; no key needed
	@exec $(bin)/opener demo $(if $(PORT),--port $(PORT)) $(ARGS)

check: $(ready) ## style, types and the floors
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

test: $(ready) ## run every test; what a test needs and cannot have here is skipped with the reason
	@.ci/debian
	@status=0; $(bin)/pytest -n auto --dist loadfile --no-header --tb=short -rs $(ARGS) || status=$$?; \
	[[ $$status -ne 5 ]] || echo 'No test was collected, which is a failure: is tests/ whole?'; exit $$status

bench: $(ready) ## measure a turn against the bare SDK loop and LangChain's agent
	@$(bin)/python -m bench $(ARGS)

eval: $(ready) ## replay the conversations of evals/cases and judge how each one ends
	@$(bin)/opener eval run $(ARGS)

lock: ## choose package versions anew for pyproject.toml (ARGS=--upgrade takes newer ones)
	@"$$(.ci/uv)" pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet -o requirements.lock $(ARGS)

clean: ## remove what make has made; never a database or a key
	@rm -rf .venv .venv-uv dist .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +
