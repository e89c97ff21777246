# Customer Card for Microsoft Teams. `make help` says what there is.
PYTHON ?= python3
# Test files side by side; each process has databases of its own.
WORKERS ?= 2
BIN := .venv/bin
PACKAGES := service intake customers cards bot pane connectors jobs push desk storage simulators manifest translations

.PHONY: help demo test lint check bench soak setup setup-dev browsers format screenshots site

help:
	@echo "make demo            the product against simulators, on this machine; SCRIPT=1 plays the story by itself"
	@echo "make test            all tests          make lint    ruff, mypy --strict, import-linter"
	@echo "make check           lint and test      make bench   the benchmarks; ONLY=name runs one"
	@echo "make soak            the long forms of the kill, fuzz and fault tests, and a day replayed in ten minutes"
	@echo "make screenshots     the pictures under docs/images"
	@echo "make site            the pages as a site, under var/site; a link that leads nowhere is an error"

demo: setup
	@$(BIN)/python -m simulators.demo $(if $(SCRIPT),--script)

test: setup-dev
	@$(BIN)/python scripts/machine.py
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

check: lint test

bench: setup-dev $(if $(filter matching census,$(ONLY)),.venv-bench-matching/.stamp,.venv-bench/.stamp)
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

# The peers have libraries of their own; without them they are printed as not available.
.venv-bench/.stamp: requirements/bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

.venv-bench-matching/.stamp: requirements/matching.txt
	$(PYTHON) -m venv .venv-bench-matching
	.venv-bench-matching/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/matching.txt
	@touch $@

soak: setup-dev
	@$(BIN)/python scripts/machine.py
	@$(BIN)/python -m pytest -m soak --soak $(ARGS)

screenshots: setup-dev
	@$(BIN)/python -m scripts.screenshots

site: setup-dev
	@$(BIN)/python -m scripts.site_pages

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup:
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py dev

# The generated pages, and the lock files (after a change of pyproject.toml).
.PHONY: docs lock
docs: setup-dev
	@PYTHONPATH=. $(BIN)/python scripts/docs.py

# After a change of English sentences (translations/*.pot): the same entries in every language, and what is left to translate.
.PHONY: translations
translations: setup-dev
	@PYTHONPATH=. $(BIN)/python scripts/update_translations.py

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe
lock: setup-dev
	$(LOCK) --extra build -o requirements/runtime.txt pyproject.toml
	$(LOCK) --extra build --extra dev -c requirements/runtime.txt -o requirements/dev.txt pyproject.toml
	$(LOCK) --extra node -c requirements/runtime.txt -o requirements/node.txt pyproject.toml
