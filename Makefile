# `make` alone lists what there is. Everything but help first brings the clone to where it runs (packaging/bootstrap).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help run test coverage soak check bench pictures real-pictures newcomer lock price-pack bootstrap

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: bootstrap ## Set everything up and open the app; without a display, bake the example into a tested image
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then $(BIN)/bakehouse; \
	else $(BIN)/bakehouse bake resources/examples/web-server/web-server.yml; fi

test: bootstrap ## Run every test but the soak ones
	@$(BIN)/pytest -m "not soak" --numprocesses 3 --durations 30

coverage: bootstrap ## Run the tests without machines, and measure what of core and gui they cover
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -m "not soak and not vm" --numprocesses 2
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --skip-covered --sort=cover

soak: bootstrap ## Run the long, seeded, repeated tests (under an hour) and print their tally
	@$(BIN)/pytest -m soak -s

check: bootstrap ## Lint, format check, types, import contracts, and our own bars on size and style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/unit/test_bars.py

bench: bootstrap ## Measure speed and size and print a report (an hour without KVM)
	@$(BIN)/python -m tests.bench

pictures: bootstrap ## Take the pictures of every page that are under docs/screens
	@$(BIN)/python -m tests.bench.pictures docs/screens --size 1280x800

real-pictures: bootstrap ## Take those of real builds, which are baked for it (half an hour without KVM)
	@$(BIN)/python -m tests.bench.real_pictures docs/screens

newcomer: bootstrap ## Clone and `make run` in a bare Debian root, as root and as a user with sudo
	@tests/newcomer/run

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

lock: bootstrap ## Bring requirements.lock up to date with pyproject.toml, and pip with it, hashes included
	@$(BIN)/pip install --quiet uv
	@$(LOCK) --group dev pyproject.toml --output-file requirements.lock
	@echo pip | $(LOCK) --no-annotate - --output-file packaging/pip.lock

price-pack: bootstrap ## Write the price pack from the tables in resources/prices; REFRESHED=1 adds what you refreshed from AWS
	@$(BIN)/python -m core.cost.tables $(if $(REFRESHED),--refreshed)

bootstrap:
	@packaging/bootstrap
