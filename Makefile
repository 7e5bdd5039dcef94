# `make run` and `make test` do all the set-up on a fresh machine: Python 3.10 and pip are all they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo $(CURDIR)/.tools/bin/uv)
BIN := .venv/bin

.PHONY: help run test test-long lint lock catalogs clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/.ready: requirements.lock pyproject.toml .python-version
	@[ -x "$(UV)" ] || $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv
	@[ -x .venv/bin/python ] || "$(UV)" venv --quiet .venv
	@VIRTUAL_ENV=.venv "$(UV)" pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=.venv "$(UV)" pip install --quiet --no-deps -e .
	@touch $@

run: .venv/.ready  ## set up, train if needed, and serve the bot
	@$(BIN)/bot serve

test: .venv/.ready lint  ## style, types and all tests that this machine can run
	@$(BIN)/bot train --if-needed
	@$(BIN)/python -m pytest -q -rs -n auto --dist loadfile tests

test-long: .venv/.ready  ## the long runs: property tests with many sequences
	@LONG=1 $(BIN)/python -m pytest -q -rs tests

lint: .venv/.ready  ## style and types
	@$(BIN)/ruff format --check --quiet bot nlu tests
	@$(BIN)/ruff check --quiet bot nlu tests
	@$(BIN)/mypy

lock: .venv/.ready  ## resolve the dependencies anew
	@"$(UV)" pip compile --quiet --generate-hashes --group dev --python-version 3.10 \
		--custom-compile-command "make lock" -o requirements.lock pyproject.toml

catalogs: .venv/.ready  ## extract the texts and bring every catalog up to date
	@$(BIN)/pybabel --quiet extract -F locales/babel.cfg -k N_ -k NP_:1,2 --no-location --sort-by-file \
		--project=MobiliseSME --version= -o locales/messages.pot bot
	@for folder in locales/*/; do language=$$(basename $$folder); \
		$(BIN)/python -m bot.catalogs update $$language; done

clean:  ## forget everything that was built
	rm -rf .venv .tools .cache .rasa models data
