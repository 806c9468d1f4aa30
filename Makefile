# Two commands: `make run` starts everything, `make test` checks everything. Both do their own set-up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN_READY := .venv/.run-ready
TEST_READY := .venv/.test-ready
POSTGRES ?= postgres://postgres@127.0.0.1:5432/console
REDIS ?= redis://127.0.0.1:6379/15
WORKERS ?= 2
PYTEST := $(BIN)/pytest -q -n $(WORKERS) --dist loadgroup

# Hundreds of processes are started by the tests: each would compile the whole project again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint types unit embedded services vendor clean help

help:
	@echo "make run    start the console with its sandbox on this machine"
	@echo "make test   all checks and tests"
	@echo "make vendor fetch the style sheet, fonts, icons and htmx again (needs npm)"
	@echo "make clean  remove the virtual environment and everything that was made at run time"

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed. Name it with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv

$(RUN_READY): requirements.txt | .venv/bin/python
	@echo "Installing what the console needs (once) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements.txt
	@touch $@

$(TEST_READY): requirements-dev.txt $(RUN_READY)
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@

run: $(RUN_READY)
	@exec $(BIN)/python -m console.run

test: $(TEST_READY)
	@$(MAKE) --no-print-directory lint types
	@if $(BIN)/python -m tests.support.services "$(POSTGRES)" "$(REDIS)"; then \
	  $(MAKE) --no-print-directory unit services; \
	elif [ -n "$$CI" ]; then echo "PostgreSQL and Redis are needed in CI."; exit 1; \
	else echo "PostgreSQL or Redis does not answer here: everything runs on SQLite alone."; \
	  $(MAKE) --no-print-directory embedded; fi

lint: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -m pip check
	@$(BIN)/python -m tests.support.second_look
	@$(BIN)/python -m tests.support.advisories
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.deploy_settings $(BIN)/python manage.py check --deploy --fail-level WARNING

# The sandbox has settings of its own, so its types are checked on their own.
types: $(TEST_READY)
	$(BIN)/mypy
	$(BIN)/mypy --config-file apps/sandbox/mypy.ini apps/sandbox

# SQLite and the filesystem broker: sandbox, client, trail, long work, and of the other rooms what leans on transactions,
# locks and constraints (tests/conftest.py says which). Pages and the rest stand on these; the full run has them.
unit: $(TEST_READY)
	$(PYTEST) -m "not browser and not alike"

# Everything on SQLite and the filesystem broker, for a machine that has nothing else.
embedded: $(TEST_READY)
	$(PYTEST)

# PostgreSQL and Redis, browser included. Sandbox and client know no database of the console: the first run has
# proved them, and of the client only the limiter, which counts in Redis, is run again.
# So are words, locks, sources and hash trees, which know no database at all.
PURE := tests/test_docs.py tests/test_requirements.py tests/test_second_look.py tests/test_traces.py
PURE_WITHIN := tests/audit/log/test_merkle.py tests/audit/log/test_notes.py tests/audit/test_canonical.py \
  tests/audit/test_guard.py tests/audit/test_identifiers.py tests/audit/keeping/test_places.py \
  tests/core/test_addresses.py tests/core/test_context.py tests/core/test_env.py tests/core/test_formats.py \
  tests/core/test_masking.py tests/core/test_templates.py tests/core/test_vendor.py \
  tests/core/test_tags.py tests/core/test_components.py tests/core/test_continuing.py \
  tests/audit/streaming/test_syslog.py tests/audit/streaming/test_file_and_otlp.py
SERVICED := $(filter-out tests/sandbox/ tests/capillary/ tests/support/ tests/__pycache__/,$(wildcard tests/*/)) \
  $(filter-out $(PURE),$(wildcard tests/test_*.py)) $(PURE_WITHIN:%=--ignore=%) tests/capillary/test_patience.py tests/capillary/test_referrals_allowance.py
services: $(TEST_READY)
	CONSOLE_TEST_DATABASE_URL="$(POSTGRES)" CONSOLE_TEST_CACHE_URL="$(REDIS)" CONSOLE_TEST_BROKER_URL="$(REDIS)" \
	  $(PYTEST) $(SERVICED)

vendor: $(RUN_READY)
	$(BIN)/python -m console.vendor

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
