# Everything one does with this folder. `make` alone says what there is.
#
# Needs git, make and a Python 3.11 to 3.13 with venv; `make setup` fetches the rest into .venv.

.PHONY: help setup setup-dev run serve test test-all test-ci test-postgresql lint format docs bench audit release test-pythons lock clean

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto
RUN_DIARY := examples/melatonin.csv
RUN_REPORT := out/melatonin.html

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' Makefile

setup: ## make .venv with the command lowdose in it
	@sh scripts/setup

setup-dev:
	@sh scripts/setup dev

run: setup ## answer a real diary: does melatonin change this person's mood?
	@mkdir -p out
	@echo "\$$ lowdose answer $(RUN_DIARY) --symptom mood --report $(RUN_REPORT)" >&2
	@$(BIN)/lowdose answer $(RUN_DIARY) --symptom mood --report $(RUN_REPORT)
	@echo "The report with its charts is in $(RUN_REPORT); open it in a browser." >&2

serve: setup ## start the clinic application on this machine
	$(BIN)/lowdose serve

test: setup-dev ## run the fast tests (up to five minutes)
	$(PYTEST) -m "not slow"

test-all: setup-dev ## run every test, the slow ones and the long ones too
	$(PYTEST)

test-ci: setup-dev
	$(PYTEST) -m "not long"

test-postgresql: setup-dev ## run the clinic's tests beside a PostgreSQL of their own
	sh scripts/postgresql sh -c '$(BIN)/python -m pytest tests/clinic -m "not slow" && \
		$(BIN)/python -m pytest tests/clinic/test_clinic_faults.py'

lint: setup-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p .mypy_cache && $(BIN)/python -c "from pathlib import Path; from lowdose.clinic.site import \
		Site, prepare_site; prepare_site(Site(Path('.mypy_cache/site').absolute()))"
	LOWDOSE_CLINIC_FOLDER=.mypy_cache/site $(BIN)/mypy

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

audit: setup-dev ## list the packages we rest on, and look up their known weaknesses
	@sh scripts/audit

release: setup-dev ## build wheel, source archive, bill of materials and checksums into dist
	@sh scripts/release

test-pythons: setup-dev ## install what is handed out under every Python in support, and use it
	@sh scripts/test-pythons

lock: setup-dev ## write the lock files anew from pyproject.toml
	sh scripts/lock

clean: ## remove what was built; .venv too
	rm -rf .venv out dist build docs/_build docs/stories/made .pytest_cache .mypy_cache .ruff_cache .hypothesis
