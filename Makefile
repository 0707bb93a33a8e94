# Everything one does with this folder. `make` alone says what there is.
#
# Needs git, make and a Python 3.11 to 3.13 with venv; `make setup` fetches the rest into .venv.

.PHONY: help setup setup-dev run test test-all lint format docs bench lock clean

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto
RUN_DIARY := examples/melatonin.csv
RUN_REPORT := out/melatonin.html

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

setup: ## make .venv with the command lowdose in it
	@sh scripts/setup

setup-dev:
	@sh scripts/setup dev

run: setup ## answer a real diary: does melatonin change this person's mood?
	@mkdir -p out
	@echo "\$$ lowdose answer $(RUN_DIARY) --symptom mood --report $(RUN_REPORT)" >&2
	@$(BIN)/lowdose answer $(RUN_DIARY) --symptom mood --report $(RUN_REPORT)
	@echo "The report with its charts is in $(RUN_REPORT); open it in a browser." >&2

test: setup-dev ## run the fast tests (up to five minutes)
	$(PYTEST) -m "not slow"

test-all: setup-dev ## run every test, the slow ones too
	$(PYTEST)

lint: setup-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev ## put the code into the house's layout
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup-dev ## build the documentation site into docs/_build
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -q -W -n --keep-going -b html docs docs/_build
	@echo "The site is in docs/_build; open docs/_build/index.html in a browser." >&2

bench: ## measure speed against the rivals
	@sh scripts/setup bench
	$(BIN)/python benchmarks/run.py

lock: setup-dev ## write the lock files anew from pyproject.toml
	sh scripts/lock

clean: ## remove what was built; .venv too
	rm -rf .venv out dist build docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
