# `make demo` and `make test` work on a fresh machine: each creates .venv and installs what it needs.

# Least share of lines of vlsim, envs, agents and scripts that the tests run, in percent.
COVERAGE ?= 90
# Processes that run the tests.
WORKERS ?= 2
# Where `make demo` puts its run folder, and its report and videos.
RUN ?= runs/demo
DEMO ?= demo
# Options for installing torch. An index of CPU builds saves several GB on a Linux machine without an
# NVIDIA GPU: make demo TORCH_FLAGS="--index-url URL", with the URL that pytorch.org names for "CPU".
TORCH_FLAGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt

.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench tensorrt-aot install clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/.installed ## Train a small agent, measure it, film it (about 15 minutes on two cores).
	@# A run that was stopped goes on; one that is finished is not repeated.
	@if [ -d $(RUN)/policy ]; then echo "$(RUN) is trained already"; \
	elif [ -d $(RUN) ]; then $(BIN)/vlsim train --resume $(RUN); \
	else $(BIN)/vlsim train demo --out $(dir $(RUN)) --name $(notdir $(RUN)); fi
	@$(BIN)/vlsim benchmark --policy $(RUN) --policy $(RUN)/grounded --bounds \
	  --task pick_place --out $(DEMO)/benchmark
	@$(BIN)/vlsim record --policy $(RUN) --task pick_place --heatmap --gif --out $(DEMO)/videos
	@echo "Look at $(DEMO)/benchmark/report.html and $(DEMO)/videos"

test: export OMP_NUM_THREADS = 1
test: .venv/.installed-dev lint ## Run every check and every test.
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term --cov-fail-under=$(COVERAGE)

lint: .venv/.installed-dev ## Check style, types, layers and spelling.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: .venv/.installed-dev ## Format the code and mend what can be mended.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.installed-dev ## Measure the speed of the environments.
	$(BIN)/python -m benchmarks.env_speed

tensorrt-aot: .venv/.installed-dev ## Build every exported graph with TensorRT-RTX's compiler (downloads 150 MB, thrown away).
	$(BIN)/python -m benchmarks.tensorrt_aot

install: .venv/.installed-dev ## Install vlsim and the tools of its developers into .venv.

clean: ## Remove .venv and every cache; results stay.
	rm -rf .venv build dist *.egg-info .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# Python 3.11 first: PyBullet has wheels up to it, newer ones need a compiler.
.venv/.created:
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  for python in $(PYTHON) python3.11 python3; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "vlsim's pinned versions need Python 3.11 or newer, and neither python3.11 nor python3 is one;" >&2; \
	    echo "install Python 3.11, or name another: make PYTHON=/path/to/python" >&2; exit 1; \
	  fi; \
	  echo "Creating .venv with $$($$found --version)"; \
	  $$found -m venv --clear .venv || { \
	    echo "$$found cannot create environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	fi
	@touch $@

.venv/.installed: .venv/.created pyproject.toml constraints.txt
	@echo "Installing vlsim; the first time takes a few minutes"
	@$(PIP) $(TORCH_FLAGS) torch
	@$(PIP) -e .
	@touch $@

.venv/.installed-dev: .venv/.installed
	@$(PIP) -e ".[dev]"
	@touch $@
