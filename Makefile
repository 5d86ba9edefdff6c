# make run    all set-up, then the server on http://127.0.0.1:8000 (HOST, PORT)
# make test   all set-up, then every gate and every test
# make faults the tests of lost and doubled taps once more, with their full figures
# make bench  our figures beside those of a bare Flask, in one run
.PHONY: run test gates tests faults bench screenshots messages clean
.DEFAULT_GOAL := run
PYTHON ?= python3
BIN := .venv/bin
export HOST ?= 127.0.0.1
export PORT ?= 8000
# Two more than cores: tests wait for disks, browsers and servers a third of their time.
WORKERS ?= 4

run: .venv/run.stamp
	@$(BIN)/flask --app wsgi init
	@exec $(BIN)/gunicorn --no-control-socket wsgi:app

test: gates tests

gates: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/bandit -q -r kiosk wsgi.py -c pyproject.toml
	$(BIN)/codespell

tests: .venv/test.stamp
	@sh tools/test_machine.sh
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(PYTEST)
	$(BIN)/python tools/coverage_floors.py

# Power cuts, and each browser that is killed, need the machine for themselves.
faults: .venv/test.stamp
	@sh tools/test_machine.sh
	KIOSK_FAULTS=full $(BIN)/python -m pytest tests/faults tests/journeys/test_tablet_faults*.py $(PYTEST)

bench: .venv/test.stamp
	$(BIN)/python -m bench $(BENCH)

screenshots: .venv/test.stamp
	@sh tools/test_machine.sh
	$(BIN)/python tools/screenshots.py

messages: .venv/run.stamp
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k both -k sentence --no-location --sort-output --project "Window Kiosk" --version "" -o translations/messages.pot .
	$(BIN)/pybabel -q update --no-fuzzy-matching --omit-header -i translations/messages.pot -d translations -l zh

.venv/bin/python:
	@sh tools/make_venv.sh "$(PYTHON)"

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.stamp

clean:
	rm -rf .venv .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
