# Each target works on a fresh machine: it makes its own virtual environment and installs what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# No model or data hub is ever asked while building, running or testing.
export HF_HUB_OFFLINE := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test test-all lint bench fuzz example-report clean

demo: $(VENV)/.core  ## sample data, both bundles, their check, four phases with five teams
	$(BIN)/competition demo

test: $(VENV)/.test lint  ## style, types and every short test
	$(BIN)/pytest -m "not long"

test-all: $(VENV)/.test lint  ## the long tests too
	$(BIN)/pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.test  ## every benchmark, one JSON file each under benchmarks/results/
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/.test  ## a minute of fuzzing; docs/fuzzing.md on longer runs
	$(BIN)/python -m fuzz --seconds 60 --out results/fuzz.json

EXAMPLE := build/example
BUILT := --bundle $(EXAMPLE)/dist/competition-codabench.zip --worker $(EXAMPLE)/dist/worker

example-report: $(VENV)/.test  ## the known outcome by the commands themselves, as a report; some minutes of sleeping
	rm -rf $(EXAMPLE)
	$(BIN)/competition prepare --scale 0.05 --out $(EXAMPLE)/prepared
	$(BIN)/competition build --prepared $(EXAMPLE)/prepared --secret $(EXAMPLE)/bundle.key --out $(EXAMPLE)/dist
	$(BIN)/competition rehearse $(EXAMPLE)/dist/competition-codabench.zip --worker $(EXAMPLE)/dist/worker \
		--known $(EXAMPLE)/prepared --known-seconds 40 --engine process --out $(EXAMPLE)/contest
	$(BIN)/competition audit $(EXAMPLE)/contest $(BUILT)
	$(BIN)/competition rerank $(EXAMPLE)/contest
	$(BIN)/competition report $(EXAMPLE)/contest --edition public --out $(EXAMPLE)/report

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: requirements/lock.txt pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check -c requirements/lock.txt -e .
	touch $@

$(VENV)/.test: requirements/lock.txt pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check -c requirements/lock.txt -e ".[test,dev,platform,kit]"
	touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) build dist data results *.egg-info .mypy_cache .ruff_cache .pytest_cache
