# Everything a fresh machine needs: Python >= 3.11 and make. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export DO_NOT_TRACK := 1
# README says so too (tests/test_readers.py compares): 1.2 cannot read the view revision_diffs.
OLDEST_DUCKDB := 1.3.0

.PHONY: help demo test heavy test-lake check lint types profile installed oldest crash faults fuzz complexity bulkheads scale explore soak screenshots lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# One set-up for all targets: again only when the lock or the project's metadata changed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or newer; set PYTHON=")'
	@echo "setting up $(VENV) from requirements.lock (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock 2> >(grep -v '^WARNING: Location' >&2)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@

demo: $(READY) ## set up, then the whole job on the embedded newsroom
	@$(BIN)/dateline demo

test: $(READY) ## set up, then the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not heavy and not lake"

heavy: $(READY) ## the tests that take half a minute or more each
	@$(BIN)/python -m pytest -n 2 -m "heavy and not lake"

$(VENV)/.scale: $(READY) requirements-scale.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-scale.lock 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@

test-lake: $(VENV)/.scale ## a warehouse on DuckLake; needs PostgreSQL (Debian's package), which is started on loopback
	@$(BIN)/python -m pytest -m lake

check: lint types ## lint, types, architecture

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

profile: $(READY) ## where the time of `ingest --warc $$WARC` goes, by process and stage (two minutes)
	@$(BIN)/python -m benchmarks.throughput.profile $(WARC)

installed: $(READY) ## the wheel in an empty environment, from loose ranges: its demo, beside packages of our names
	@rm -rf build/installed && mkdir -p build/installed/elsewhere
	@$(BIN)/python -m hatchling build --target wheel --directory build/installed >/dev/null
	@$(PYTHON) -m venv build/installed/venv
	@build/installed/venv/bin/python -m pip install --quiet --disable-pip-version-check build/installed/*.whl 2> >(grep -v '^WARNING: Location' >&2)
	@$(BIN)/python -c 'import pathlib, tests.owner; tests.owner.plant(pathlib.Path("build/installed/elsewhere"))'
	@cd build/installed/elsewhere && env -u PYTHONPATH ../venv/bin/dateline demo
	@cd build/installed/elsewhere && ! cat imported.txt 2>/dev/null # an owner's own packages were imported

oldest: $(READY) ## the snapshot of a demo, read by the oldest DuckDB that README names
	@rm -rf build/oldest && mkdir -p build/oldest
	@$(PYTHON) -m venv build/oldest/venv
	@build/oldest/venv/bin/python -m pip install --quiet --disable-pip-version-check duckdb==$(OLDEST_DUCKDB) 2> >(grep -v '^WARNING: Location' >&2)
	@$(BIN)/dateline demo --home build/oldest/demo >/dev/null
	@build/oldest/venv/bin/python benchmarks/oldest/__main__.py build/oldest/demo/dateline.duckdb

crash: $(READY) ## kill -9 at every point and 500 random moments, and compare; writes docs/reliability.md (an hour)
	@$(BIN)/python -m benchmarks.crash --random 500 --write

faults: $(READY) ## server, readers, judge killed, disk full, clock set back; writes docs/reliability.md (root, half an hour)
	@$(BIN)/python -m benchmarks.faulty --write

fuzz: $(READY) ## bytes that nobody meant, for an hour; writes docs/conformance.md
	@$(BIN)/python -m benchmarks.bulkheads fuzz --minutes 60 --write

complexity: $(READY) ## how the time of every reader grows; writes docs/conformance.md (five minutes)
	@$(BIN)/python -m benchmarks.bulkheads complexity --write

bulkheads: $(READY) ## faults of one outlet beside others, Ctrl-C at random moments; writes docs/conformance.md (half an hour)
	@$(BIN)/python -m benchmarks.bulkheads outlets --write
	@$(BIN)/python -m benchmarks.bulkheads interrupts --write

scale: $(READY) ## a million articles; writes docs/benchmarks.md (ten minutes, 40 GB of disk)
	@$(BIN)/python -m benchmarks.scale --write

explore: $(READY) ## pages in a browser on a million articles; writes docs/benchmarks.md (a quarter of an hour, 40 GB of disk)
	@$(BIN)/python -m benchmarks.explore --write

soak: $(READY) ## `dateline up` for 20 minutes with faults; writes docs/reliability.md
	@$(BIN)/python -m benchmarks.soak --write

screenshots: $(READY) ## docs/images anew, from a real Prefect UI in a real browser (needs chromium)
	@$(BIN)/python -m docs.screenshots

lock: ## resolve requirements.lock anew (needs uv): names, versions and hashes, no address
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock
	@mkdir -p build
	uv pip compile pyproject.toml --extra scale --group dev --universal --generate-hashes --constraint requirements.lock \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o build/scale.lock
	awk 'NR == FNR { if (/^[^ ]/) known[$$1]; next } /^[^ ]/ { new = !($$1 in known) } new' \
		requirements.lock build/scale.lock > requirements-scale.lock

clean: ## remove what set-up and runs left
	rm -rf $(VENV) build dateline-demo .mypy_cache .ruff_cache .pytest_cache
