# make run     install what is missing, start a private directory and the web server with demo data
# make test    the whole test suite            make lint    style, types, layers
# make compose-test    docker-compose.yml tried for real, where docker or podman is
# make bench   the benchmarks                  make lock    pin the dependencies anew
# make screenshots   pictures of every page of the console, in screenshots/index.html
# make translations   bring the console's languages up to date with its texts; what is left to translate is then empty

HTTP ?= 127.0.0.1:8000
LDAP ?= 127.0.0.1:3890
DATA ?= .bindery
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml
BABEL := $(BIN)/pybabel --quiet
TEXTS := --mapping-file pyproject.toml --keywords lazy_gettext --keywords Plural:1,2 --add-location file --sort-by-file \
	--no-wrap --project Bindery --version 1 --copyright-holder Bindery --add-comments Translators:
CATALOGUES := --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
BENCHMARKS = $(sort $(basename $(notdir $(wildcard tests/benchmarks/bench_*.py))))

.PHONY: run test compose-test lint bench screenshots lock translations clean packages-run packages-test

run: packages-run $(VENV)/runtime
	@exec $(BIN)/bindery up --demo --data $(DATA) --http $(HTTP) --ldap $(LDAP)

# Compiled modules are kept, whatever the environment says: the tests start Bindery hundreds of times. A file stays
# together, with the servers that its tests share; tests/conftest.py says which ones are begun first.
test: packages-test $(VENV)/development
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

compose-test: $(VENV)/development
	@$(BIN)/python -m tests.containers

lint: packages-run $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: packages-run $(VENV)/development
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m tests.benchmarks.$$name; done

screenshots: packages-test $(VENV)/development
	$(BIN)/python -m tests.browser.screenshots screenshots

lock: $(BIN)/python
	$(PIP) install uv
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --output-file requirements-dev.txt

translations: $(VENV)/development
	@mkdir -p build
	$(BABEL) extract $(TEXTS) --output-file build/bindery.pot .
	$(BABEL) update --input-file build/bindery.pot --output-dir web/translations $(CATALOGUES)
	$(BABEL) compile --directory web/translations

clean:
	rm -rf $(VENV) build dist *.egg-info

packages-run:
	@.ci/packages run

packages-test:
	@.ci/packages test

# Python's own packages, from the lock files; the stamps say which of them are in.
$(BIN)/python: | packages-run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bindery needs Python 3.11 or newer: make PYTHON=…")'
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the Python packages of requirements.txt"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/development: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing the Python packages of requirements-dev.txt"
	@$(PIP) install --require-hashes --use-pep517 -r requirements-dev.txt
	@$(PIP) install --no-deps -e .
	@touch $@ $(VENV)/runtime
