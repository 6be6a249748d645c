# The commands of the project. Everything they make is under .venv/ and var/.
PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 18801
CONSOLE_PORT ?= 18880
MAIL_PORT ?= 18825
GATEWAY_PORT ?= 18843
export PORT SANDBOX_PORT CONSOLE_PORT MAIL_PORT GATEWAY_PORT

BIN := .venv/bin
REAL = $(BIN)/python -m tools.real_environment

.PHONY: run reset test check bench lock

run:  ## the whole portal and its exchange in a box, on loopback; Ctrl-C stops it
	@$(PYTHON) tools/prepare.py sandbox
	@$(BIN)/python -m tools.launch

reset:  ## forget all data: remove var/
	@$(PYTHON) tools/reset.py

test:  ## the tests; REQUIRE_ALL=1 turns every skip into a failure
	@$(PYTHON) tools/prepare.py dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

check:  ## style, types, migrations, deployment settings, architecture
	@$(PYTHON) tools/prepare.py dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(REAL) manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest tests/test_architecture.py

bench:  ## figures, one JSON object a line; ARGS=--quick for small sizes
	@$(PYTHON) tools/prepare.py dev
	@$(BIN)/python -m bench $(ARGS)

lock:  ## the .txt locks anew from the .in files
	@$(PYTHON) tools/prepare.py dev
	for name in requirements requirements-sandbox requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --output-file $$name.txt $$name.in || exit 1; \
	done
