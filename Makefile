# SPDX-License-Identifier: MIT OR Apache-2.0
# The two commands that matter are `make run` and `make test`; `make help` lists the rest.

BOARD ?= mps2_an386
board := $(if $(findstring /,$(BOARD)),$(BOARD),boards/$(BOARD))
PYTHON ?= python3
venv := .venv
bin := $(venv)/bin
jobs ?= 2

.DELETE_ON_ERROR:
.PHONY: help setup run test prepush generate firmware wheel lint bench interop fmt lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## install compiler, emulator and .venv, unless they are there
	@PYTHON=$(PYTHON) bash tools/setup.sh

run: setup ## generate, build and boot BOARD with its applications, output live
	@$(bin)/boardwright run $(board)

test: setup lint ## everything: style, types, and all tests
	$(bin)/python -m pytest -q -n $(jobs) --dist loadgroup

prepush: ## exactly what CI runs
	bash .ci/run

generate: setup ## C sources of BOARD in build/BOARD/gen
	$(bin)/boardwright generate $(board)

firmware: setup ## build/BOARD/BOARD.elf .bin .hex .map
	$(bin)/boardwright build $(board)

wheel: setup ## what to hand out, in build/dist: wheel and sdist
	$(bin)/python -m hatchling build -d build/dist

c_files = $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h' ':!tests/golden')

lint: setup ## style and types: ruff, mypy, clang-format
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	@echo clang-format --dry-run --Werror ...
	@$(if $(c_files),$(bin)/clang-format --dry-run --Werror $(c_files))

bench: ## counts, sizes, times: the tables of docs/benchmarks.md
	@PYTHON=$(PYTHON) bash tools/setup.sh valgrind
	$(bin)/python tests/bench/bench.py --runs 5

interop: setup ## try Tock's elf2tab and tockloader on our images; needs cargo
	$(bin)/python tests/interop/interop.py

fmt: setup ## format C and Python in place
	$(bin)/ruff check --fix-only --select I
	$(bin)/ruff format
	@$(if $(c_files),$(bin)/clang-format -i $(c_files))

lock: setup ## renew the pinned requirements from requirements*.in
	bash tools/lock.sh

clean: ## remove what was built; .venv stays
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
