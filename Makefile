# Everything this project can do on a machine with Python 3.11+, git and make: `make help`.

.DEFAULT_GOAL := help
PY := .venv/bin/python

.PHONY: help setup modules build run test check unit vitest browser pictures format lock clean bench evidence

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv as the lock files say (quick when nothing changed)
	@python=$$(tools/machine.sh) && "$$python" tools/bootstrap.py

build: setup ## build the web app when its sources changed
	@$(PY) tools/web.py

run: build ## start the server with demo data on http://127.0.0.1:8000 (ARGS=… adds options)
	@.venv/bin/gatehouse serve --demo $(ARGS)

test: modules ## check, then every test: TypeScript, Python, browser
	@$(PY) tools/stages.py check app vitest pytest browser

check: modules ## linters, formatters and types of both languages
	@$(PY) tools/stages.py check

unit: modules ## Python tests alone
	@$(PY) tools/stages.py pytest

vitest: modules ## TypeScript tests alone
	@$(PY) tools/stages.py vitest

browser: build ## browser journeys alone
	@$(PY) tools/stages.py browser

pictures: build ## renew docs/pictures; every screen goes into a folder to look at
	@$(PY) tools/browser.py && PYTHONPATH=.:tools $(PY) -m e2e.pictures

format: modules ## let the formatters rewrite the tree
	@$(PY) -m ruff format --quiet && $(PY) -m ruff check --quiet --fix
	@$(PY) tools/node.py run --silent format

lock: setup ## resolve and lock every dependency again
	@$(PY) tools/lock.py

clean: ## remove what was built or installed (never data)
	rm -rf .venv node_modules frontend/dist build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results

modules: setup
	@$(PY) -c 'import sys; sys.path.insert(0, "tools"); import web; web.install()'

bench: setup ## measure, and compare with docs/benchmarks.md
	@$(PY) tests/bench/run.py

evidence: setup ## write docs/evidence.md anew from the recorded runs
	@PYTHONPATH=. $(PY) -m tests.evidence

# Long proofs: each prints what it counted, and keeps it in docs/evidence/ with ARGS=--record.

PROVE := PYTHONPATH=.:tools $(PY) -m
SEED ?= 1
.PHONY: simulate engine mutants crash storm growth soak servers traps months

simulate: HISTORIES ?= 1000
simulate: STEPS ?= 60
simulate: DEVICES ?= 5
simulate: JOBS ?= 2
simulate: DATABASE ?= sqlite
simulate: setup ## simulated histories of faults (HISTORIES=1000 SEED=1 STEPS=60 DEVICES=5 JOBS=2 DATABASE=sqlite|postgres|both)
	@$(PROVE) tests.simulator.run --histories $(HISTORIES) --seed $(SEED) --steps $(STEPS) --devices $(DEVICES) \
	  --jobs $(JOBS) --database $(DATABASE) $(ARGS)

engine: HISTORIES ?= 500
engine: DATABASE ?= sqlite
engine: JOBS ?= 2
engine: modules ## histories of the browser's engine under faults (HISTORIES=500 SEED=1 JOBS=2 DATABASE=sqlite|postgres)
	@$(PROVE) tests.engine.run --histories $(HISTORIES) --seed $(SEED) --jobs $(JOBS) --database $(DATABASE) $(ARGS)

mutants: build ## plant each known fault and see which test turns red (ONLY=piece of a name)
	@$(PROVE) tests.mutants.run $(if $(ONLY),--only "$(ONLY)") $(ARGS)

crash: KILLS ?= 200
crash: IMAGES ?= 10000
crash: build ## kills, full disks, power cuts (KILLS=200 IMAGES=10000 SEED=1 ONLY=power,sqlite)
	@$(PROVE) tests.crash.run --kills $(KILLS) --images $(IMAGES) --seed $(SEED) --only "$(ONLY)" $(ARGS)

storm: DEVICES ?= 500
storm: OPS ?= 200
storm: PROCESSES ?= 4
storm: DATABASE ?= both
storm: setup ## 500 phones come back at once (DEVICES, OPS, PROCESSES, DATABASE=sqlite|postgres|both)
	@$(PROVE) tests.bench.storm --devices $(DEVICES) --ops $(OPS) --processes $(PROCESSES) --database $(DATABASE) \
	  --seed $(SEED) $(ARGS)

growth: setup ## how cost grows with records, scopes, devices and a slower disk (FULL=1: a million visits)
	@$(PROVE) tests.bench.growth $(if $(FULL),--full) $(ARGS)

soak: MINUTES ?= 60
soak: setup ## steady load for MINUTES: does the server's memory grow?
	@$(PROVE) tests.bench.soak --minutes $(MINUTES) $(ARGS)

servers: SWAPS ?= 10000
servers: setup ## 2 and 4 processes behind Caddy: pokes, kills, restarts, swaps (SWAPS=10000 SEED=1 ONLY=deaf,poke,order,change,swap)
	@$(PROVE) tests.servers.run --swaps $(SWAPS) --seed $(SEED) --only "$(ONLY)" $(ARGS)

traps: build ## list which test shows which trap (ARGS=--run runs them all)
	@$(PROVE) tests.traps.run $(ARGS)

months: MONTHS ?= 10000
months: JOBS ?= 2
months: setup ## months of verdicts: two implementations agree, order and increments change nothing (MONTHS=10000 SEED=1 JOBS=2)
	@$(PROVE) tests.rules.run --months $(MONTHS) --seed $(SEED) --jobs $(JOBS) $(ARGS)
