# What people and CI do here. `make` alone lists it.
#
# Two pinned and hashed lists: constraints.txt is what the program and its demo need, and
# constraints-dev.txt holds the same versions and what tests and checks need on top, so that trying
# the demo does not download a PostgreSQL and a type checker. `make lock` writes both.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# What tests need from Debian beside Python and make: a browser. PostgreSQL comes as a wheel.
DEBIAN_PACKAGES := chromium fonts-dejavu-core

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --require-virtualenv
# Built with the pinned setuptools, not with one that pip would fetch for the occasion.
EDITABLE := PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation --editable .
# Without it the first start takes four times as long; pip compiles only what it copies.
COMPILE := $(BIN)/python -m compileall -q tui_admin styles
LOCK := env -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null $(BIN)/pip-compile \
	--quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --build-deps-for=editable \
	--no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --extra=demo --extra=portal --extra=postgres

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install demo test check bench chaos debian lock

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

install: $(VENV)/.installed ## Make .venv with the program and its demo

demo: $(VENV)/.installed ## Open the dashboard on a demo environment
	$(BIN)/tui-admin demo $(ARGS)

test: $(VENV)/.developed ## Run the whole suite on all cores (ARGS="tests/x.py -x")
	$(BIN)/pytest -n logical $(ARGS)

check: $(VENV)/.developed ## Style, format, strict types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.developed ## Measure
	@set -e; for file in benchmarks/[!_]*.py; do echo "== $$file"; PYTHONPATH=. $(BIN)/python "$$file" $(ARGS); done

chaos: $(VENV)/.developed ## Kill mail workers 200 times over 10,000 mails (ARGS="--seed 1")
	$(BIN)/python -m tests.chaos $(ARGS)

debian: ## Install what tests need from Debian's packages (as root)
	@missing=; for name in $(DEBIAN_PACKAGES); do \
		dpkg-query -W -f '$${Status}' "$$name" 2>/dev/null | grep -q ' installed$$' || \
		missing="$$missing $$name"; \
	done; \
	if [ -z "$$missing" ]; then echo "Debian packages: none is missing."; else \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi

lock: $(VENV)/.developed ## Write the pinned lists anew, from the public index alone
	$(LOCK) --extra=test --extra=check --output-file=constraints-dev.txt pyproject.toml
	$(LOCK) --constraint=constraints-dev.txt --output-file=constraints.txt pyproject.toml

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "tui-admin needs Python 3.11 or newer, and $(PYTHON) is not; say: make PYTHON=python3.13 install" >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made constraints.txt pyproject.toml setup.py
	$(PIP) install --require-hashes --requirement constraints.txt
	$(EDITABLE)
	$(COMPILE)
	@touch $@

$(VENV)/.developed: $(VENV)/.made constraints-dev.txt pyproject.toml setup.py
	$(PIP) install --require-hashes --requirement constraints-dev.txt
	$(EDITABLE)
	$(COMPILE)
	@touch $@
