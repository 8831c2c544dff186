# Everything a machine needs to run, test and change the kiosk. `make` alone lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
# Written last, so it stands only behind a set-up that went through to its end.
READY := .venv/.ready

.PHONY: help run test test-peers check bench train-marks lock pictures clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: $(READY) ## set up everything and start the kiosk with the office in ./office
	@deploy/system-packages run
	@exec $(BIN)/kiosk start

test: $(READY) ## set up everything and run the tests; with CI=true those of test-peers, too
	@deploy/system-packages run
	$(BIN)/pytest -m "not peers"
ifeq ($(CI),true)
	@$(MAKE) --no-print-directory test-peers
endif

test-peers: $(READY) ## the slow tests with real daemons and browsers; with CI=true a skip is a failure
	@deploy/system-packages run peers
	$(BIN)/pytest -m peers

check: $(READY) ## style, types, shell scripts, import contracts, and what the README says of tree and commands
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	grep -rlI '^#!.*sh$$' deploy .ci | xargs $(BIN)/shellcheck
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q -m "not peers" tests/house

bench: $(READY) ## the benchmarks and their bars; fails when one is missed
	$(BIN)/python -m benchmarks

# Needed after a change of what a patch is, or of channels/paper/training; the new weights are committed.
train-marks: $(READY) ## train the judge of marks anew, in minutes
	$(BIN)/python -m channels.paper.training.train

# Somebody's own index, mirror or wheel folder is kept out of the lock: what is not on the public index,
# nobody else could install. Versions already locked stay; `make lock LOCK=--upgrade` takes the newest of all.
lock: $(READY) ## write requirements.lock anew from pyproject.toml
	@env -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null \
	    CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/python -m piptools compile --quiet $(LOCK) \
	    --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-options \
	    --output-file requirements.lock pyproject.toml

pictures: $(READY) ## take the README's pictures of the real terminal, a real form, and the screen to type forms in
	@deploy/system-packages run peers
	$(BIN)/python -m deploy.pictures

clean: ## remove the virtual environment and all caches; the office stays
	rm -rf .venv build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@deploy/virtual-environment $(PYTHON)
