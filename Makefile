# Two commands do all set-up on a bare machine: `make site` and `make test`.
#
#   make site [ROOT=DIR]     record this machine, build the site (of the knowledge base in DIR; else of this folder)
#   make test [TORCH=SPEC]   pass every test; with TORCH=torch==2.13.0 also those that need a real torch
#   make unit                the quick tests, while working
#   make check               the quality gates

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
ROOT ?= .
# Some shells hand `ROOT=~/my-kb` over as it stands.
override ROOT := $(patsubst ~/%,$(HOME)/%,$(ROOT))
TORCH ?=
TORCH_VENV := .venv-torch
PYTEST ?= -n auto

.PHONY: help site test unit check docs clean

help:
	@sed -n '3,7s/^# *//p' Makefile

$(VENV)/.base: .ci/make-venv
	@sh .ci/make-venv $(VENV)
	@touch $@

$(VENV)/.site: $(VENV)/.base pyproject.toml
	@echo "installing kb with what the site needs ..." >&2
	@sh .ci/install $(VENV) -e '.[site]'
	@$(BIN)/python -m compileall -q src  # also where the caller's shell keeps Python from writing bytecode
	@touch $@

$(VENV)/.test: $(VENV)/.site pyproject.toml
	@echo "installing what the tests need ..." >&2
	@sh .ci/install $(VENV) --group test --group lint
	@touch $@

$(TORCH_VENV)/.torch: .ci/make-venv
	@sh .ci/make-venv $(TORCH_VENV)
	@sh .ci/install $(TORCH_VENV) '$(TORCH)' numpy
	@touch $@

site: $(VENV)/.site
	@test -e "$(ROOT)/kb/kb.toml" || $(BIN)/kb init "$(ROOT)" >&2
	@$(BIN)/kb record --no-input --if-new --root "$(ROOT)" > $(VENV)/record.txt
	@$(BIN)/kb build --root "$(ROOT)" > $(VENV)/site.txt
	@cat $(VENV)/record.txt $(VENV)/site.txt

test: $(VENV)/.test $(if $(TORCH),$(TORCH_VENV)/.torch)
	$(if $(TORCH),KB_TORCH_PYTHON="$(CURDIR)/$(TORCH_VENV)/bin/python") \
	  $(BIN)/python -m pytest $(PYTEST) --cov --cov-report=term:skip-covered

unit: $(VENV)/.test
	@$(BIN)/python -m pytest -q -m "not real and not slow and not torch" tests/unit

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kb check
	$(BIN)/kb decision check
	$(BIN)/kb build

docs: $(VENV)/.site
	@$(BIN)/python docs/generate

clean:
	rm -rf $(VENV) $(TORCH_VENV) site docs/kb .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
