# One command each. Only Python 3.11+ and make are needed; the rest is installed into this folder.
PYTHON ?= python3
PY := .venv/bin/python
TEST_JOBS ?= 2
export PYTHONDONTWRITEBYTECODE :=
export PORT

.PHONY: help run test check bench screenshots schema lock clean setup setup-tests

help: ## What there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /	/' | expand -t 14

run: setup ## Set up and start everything; prints the address. PORT=9000 chooses a port
	@exec $(PY) manage.py up

test: setup-tests ## Every test, browser included. ARGS="tests/finance -x" narrows it
	@$(PY) -m pm_workspace.local.browser
	@$(PY) -m pytest -n $(TEST_JOBS) --dist loadfile $(ARGS)

check: setup-tests ## Lint, format, types, layers, templates, migrations and their locks, schema
	@$(PY) -m pm_workspace.local.check

bench: setup-tests ## What everything costs, beside its floor; then what survives being killed
	@$(PY) -m tests.bench $(ARGS)
	@$(PY) -m tests.bench.reliability $(ARGS)

screenshots: setup-tests ## The pictures of the README, from the running product
	@$(PY) -m tests.browser.screenshots

schema: setup-tests ## Write docs/openapi.yaml anew
	@$(PY) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

lock: ## Pin requirements.in and its kin with hashes (needs uv)
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-meaning.in -o requirements-meaning.txt -c requirements.txt -c requirements-dev.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pm_workspace/local/node.in -o pm_workspace/local/node.txt

clean: ## Remove what was installed; the data in var/ stays
	rm -rf .venv .assets node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

setup:
	@$(PYTHON) pm_workspace/local/bootstrap.py

setup-tests:
	@$(PYTHON) pm_workspace/local/bootstrap.py --tests
