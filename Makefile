# What people and machines do with this checkout; `make` lists it.
# PYTHON=python3.12 chooses the interpreter of the environment, TRIALS= and SEED= those of the chaos runs.

.DEFAULT_GOAL := help
.PHONY: help setup engine test doors matrix check schema plugin demo chaos bench states clean

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 10))
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python3.10
PYTHON ?= $(firstword $(foreach p,$(CANDIDATES),$(shell $p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $p)))
BIN := .venv/bin
TRIALS ?= 20
SEED ?= 1

# What the tests need beside the engine: language hosts, and what writes SDKs.
PARTS = yaml nodejs go sdk

# The engine first on PATH, then the environment, whose python is the one that the engine starts.
WITH_ENGINE = engine=$$($(BIN)/python -m tools.engine) && PATH="$$engine:$(CURDIR)/$(BIN):$$PATH"

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## make the environment, .venv, with everything but the engine

.venv/ready: pyproject.toml
	@test -x $(BIN)/python || $(or $(PYTHON),$(error there is no Python >= 3.10 on PATH; name one with PYTHON=)) -m venv .venv
	@echo "The packages of the environment are being installed, which can take a minute." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

engine: setup ## bring the Pulumi engine to this machine; the last line is the folder that holds it
	@$(BIN)/python -m tools.engine > /dev/null
	@$(BIN)/python -m tools.engine $(PARTS) > /dev/null
	@$(BIN)/python -m tools.engine

# The engine and the language hosts are brought first, which takes minutes where they are missing: a test has less.
test: setup ## run the tests, those on the real engine too
	@$(BIN)/python -m tools.engine > /dev/null
	@$(BIN)/python -m tools.engine $(PARTS) > /dev/null
	@$(WITH_ENGINE) $(BIN)/pytest -n 6 --dist loadgroup --cov

matrix: setup ## run the tests that need no engine with the lowest and the newest versions, on the lowest and the highest Python
	@$(BIN)/python -m tools.matrix

doors: setup ## run the tests that hold for both providers, each through both
	@$(BIN)/python -m tools.engine > /dev/null
	@$(WITH_ENGINE) $(BIN)/pytest -n 6 -m both_doors --doors all

check: setup ## lint, formatting and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

schema: setup ## write the schema of the native provider from the Python classes
	$(BIN)/python -m tools.schema

plugin: setup ## build the archive of the native provider, for `pulumi plugin install resource leases … --file`
	$(BIN)/python -m tools.plugin dist

demo: setup ## lease and release a number against the emulator, with the real engine, and draw that for the README
	@$(WITH_ENGINE) $(BIN)/python -m tools.demo docs/pictures/demo.svg

chaos: setup ## kill and break real runs at random moments, TRIALS times from SEED on
	@$(WITH_ENGINE) $(BIN)/python -m tools.chaos --trials $(TRIALS) --seed $(SEED)

bench: setup ## measure what the provider costs beside bare resources; BENCH="--counts 100 --json" says what
	@$(WITH_ENGINE) $(BIN)/python -m tools.bench $(BENCH)

states: setup ## save states as this version writes them, for the tests of later ones; VERSION=v0_2_0 names it
	@$(WITH_ENGINE) $(BIN)/python -m tests.states.save $(or $(VERSION),$(error name the version with VERSION=))

clean: ## remove what builds and tests leave; the environment and the engine stay
	rm -rf build dist .work .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
