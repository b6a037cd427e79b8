# guanjia. `make demo` shows it at work, `make test` proves it, `make install PREFIX=...` puts the C library in place.
.POSIX:
.SUFFIXES:

PREFIX ?= /usr/local
CARGO ?= cargo
CC ?= cc
CXX ?= c++
PYTHON3 ?= python3
VENV = .venv
PYTHON = $(VENV)/bin/python
NATIVE = python/guanjia/_native.abi3.so
SOURCES = Cargo.toml Cargo.lock core ffi/src python/src
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SOVERSION = $(shell echo $(VERSION) | cut -d. -f1-2)
CFLAGS_STRICT = -std=c99 -Wall -Wextra -Wpedantic -Werror -g
LINK = -Iinclude -Ltarget/debug -lguanjia -Wl,-rpath,$(CURDIR)/target/debug

.PHONY: all demo test test-rust test-c test-python test-drift lint bench oracles install dist clean

all:
	$(CARGO) build --workspace

# The main job on real input: a morning at the desk, a city's half-year, the month report.
demo:
	$(CARGO) run --quiet --release -p guanjia --features sqlite --example demo

test: lint test-rust test-c test-python test-drift
	@echo "all parts passed"

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features -- -D warnings
	$(CARGO) check -p guanjia --no-default-features

test-rust:
	$(CARGO) build --workspace --all-features
	@if command -v cargo-nextest >/dev/null 2>&1; then \
	  $(CARGO) nextest run --workspace --all-features --no-fail-fast; \
	else \
	  $(CARGO) test --workspace --all-features --lib --tests; \
	fi
	$(CARGO) test -p guanjia --all-features --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc -p guanjia --all-features --no-deps --quiet

# The C suite as C99 and as C++, its vectors, and valgrind where it is installed.
test-c: target/debug/libguanjia.so
	mkdir -p build
	$(CC) $(CFLAGS_STRICT) tests/c/suite.c tests/c/json.c -o build/suite $(LINK)
	$(CXX) -std=c++17 -Wall -Wextra -Werror -g -x c++ tests/c/suite.c tests/c/json.c -o build/suite-cxx $(LINK)
	$(CC) $(CFLAGS_STRICT) tests/c/include_a.c tests/c/include_b.c -o build/include $(LINK)
	./build/include
	./build/suite tests/vectors/*.json
	./build/suite-cxx tests/vectors/*.json
	@if command -v valgrind >/dev/null 2>&1; then \
	  valgrind --quiet --leak-check=full --error-exitcode=9 ./build/suite --boundary && echo "valgrind: clean"; \
	else \
	  echo "valgrind: skipped, not installed"; \
	fi

target/debug/libguanjia.so: $(shell find core/src core/data ffi/src -type f 2>/dev/null) Cargo.toml
	$(CARGO) build -p guanjia-ffi
	@touch $@

$(VENV)/ready: python/pyproject.toml
	$(PYTHON3) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check pytest mypy hypothesis
	@touch $@

$(NATIVE): $(shell find core/src core/data python/src -type f 2>/dev/null) Cargo.toml
	$(CARGO) build -p guanjia-python
	cp target/debug/lib_native.so $@.new
	mv $@.new $@

test-python: $(VENV)/ready $(NATIVE)
	cd python && PYTHONPATH=. ../$(PYTHON) -m pytest tests --doctest-modules guanjia
	cd python && MYPYPATH=. ../$(PYTHON) -m mypy --strict guanjia tests ../tests/oracles.py
	cd python && PYTHONPATH=. MYPYPATH=. ../$(PYTHON) -m mypy.stubtest guanjia._native
	PYTHONPATH=python $(PYTHON) tests/oracles.py

# What is generated is what is committed.
test-drift:
	$(CARGO) test -p guanjia-ffi --test boundary
	sh tests/readme.sh

# Cases the reader brings: make oracles FILES="one.json two.json"
oracles: $(VENV)/ready $(NATIVE)
	PYTHONPATH=python $(PYTHON) tests/oracles.py $(FILES)

bench:
	$(CARGO) bench -p guanjia --features sqlite

dist:
	$(CARGO) build --profile dist -p guanjia-ffi

# Header, libraries, pkg-config and CMake files.
install:
	$(CARGO) build --release -p guanjia-ffi
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/lib/cmake/guanjia
	install -m 644 include/guanjia.h $(DESTDIR)$(PREFIX)/include/guanjia.h
	install -m 755 target/release/libguanjia.so $(DESTDIR)$(PREFIX)/lib/libguanjia.so.$(VERSION)
	ln -sf libguanjia.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libguanjia.so.$(SOVERSION)
	ln -sf libguanjia.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/libguanjia.so
	install -m 644 target/release/libguanjia.a $(DESTDIR)$(PREFIX)/lib/libguanjia.a
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' ffi/guanjia.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/guanjia.pc
	sed -e 's|@SOVERSION@|$(SOVERSION)|' ffi/guanjia-config.cmake.in > $(DESTDIR)$(PREFIX)/lib/cmake/guanjia/guanjia-config.cmake

clean:
	$(CARGO) clean
	rm -rf build out $(VENV) $(NATIVE)
