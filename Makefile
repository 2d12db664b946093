# The commands that people and CI use; nothing else is called.
PYTHON ?= python3
TEST = $(PYTHON) -m pytest -n 2 --dist loadfile

.PHONY: setup check test test-fast docs bench bench-attention
setup:
	$(PYTHON) -m pip install -c constraints.txt -e '.[dev]'
check:
	$(PYTHON) -m ruff format --check src tests benchmarks
	$(PYTHON) -m ruff check src tests benchmarks
	$(PYTHON) -m mypy
test:
	$(TEST)
test-fast:
	$(TEST) -m 'not slow'
docs:
	$(PYTHON) -m pytest tests/contracts/test_docs.py
bench:
	$(PYTHON) benchmarks/short.py
	$(PYTHON) benchmarks/step.py
bench-attention:
	$(PYTHON) -m benchmarks.attention --json runs/attention.json
