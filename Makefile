# The commands that people and CI use; nothing else is called.
PYTHON ?= python3
TEST = $(PYTHON) -m pytest -n 2 --dist loadfile
# Whole trainings, programs and installations: most of the time of the suite.
TRAININGS = cli estimators models native serve
# The sanitizers' own libraries must come first in the process; what Python never frees is no leak of ours.
preload = $(shell $(CXX) -print-file-name=$(1))
SANITIZER = LD_PRELOAD="$(call preload,libasan.so) $(call preload,libubsan.so)" \
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
NATIVE_LAWS = tests/laws/native_laws.py -n 2 --dist loadfile

.PHONY: setup native check test test-fast native-laws sanitize docs bench bench-attention bench-native bench-training bench-decoding bench-memory
setup:
	$(PYTHON) -m pip install -c constraints.txt -e '.[dev]'
native:
	cmake -S src/native -B build/native -DREGARD_IN_PLACE=ON
	cmake --build build/native --parallel
check:
	$(PYTHON) -m ruff format --check src tests benchmarks examples
	$(PYTHON) -m ruff check src tests benchmarks examples
	$(PYTHON) -m mypy
test:
	$(TEST)
test-fast:
	$(TEST) -m 'not slow' $(TRAININGS:%=--ignore=tests/%)
native-laws:
	$(PYTHON) $(NATIVE_LAWS)
sanitize:
	rm -rf build/sanitize/site
	cmake -S src/native -B build/sanitize -DREGARD_SANITIZE=address,undefined
	cmake --build build/sanitize --parallel
	mkdir build/sanitize/site && cp -R src/regard build/sanitize/site
	rm -f build/sanitize/site/regard/native/_core.so
	cmake --install build/sanitize --prefix build/sanitize/site
	PYTHONPATH=$(CURDIR)/build/sanitize/site $(SANITIZER) $(PYTHON) $(NATIVE_LAWS) --sanitized
docs:
	$(PYTHON) -m pytest tests/contracts/test_docs.py
bench: bench-training
	$(PYTHON) benchmarks/short.py
bench-training:
	$(PYTHON) -m benchmarks.training $(if $(DATA),--data $(DATA))
bench-decoding:
	$(PYTHON) -m benchmarks.decoding $(MODEL) --data $(DATA)
bench-memory:
	$(PYTHON) -m benchmarks.memory
bench-attention:
	$(PYTHON) -m benchmarks.attention --json runs/attention.json
bench-native:
	$(PYTHON) -m benchmarks.attention --suite native --json runs/native.json
