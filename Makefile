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
# What `install` puts in place: release, dist, or dev to try it out.
PROFILE ?= release
LIBDIR ?= $(PREFIX)/lib
# What `install` builds; the tests name what they have built already.
PACKAGES ?= -p guanjia-ffi
# One build for all tests: with other features the same crates would be compiled anew.
BUILD = $(CARGO) build --workspace --all-features
BUILT = target/$(patsubst dev,debug,$(PROFILE))
STRICT = -Wall -Wextra -Werror -g
LINK = -Iinclude -Ltarget/debug -lguanjia -lpthread -Wl,-rpath,$(CURDIR)/build
SUITE = tests/c/suite.c tests/c/vectors.c tests/c/hostile.c tests/c/json.c

.PHONY: all demo test test-rust test-c test-python test-drift lint bench eval oracles install dist clean

all:
	$(CARGO) build --workspace

# The main job on real input: a morning at the desk, a city's half-year, the month report. A log of your own:
# make demo ARGS="--csv requests.csv --rulebook rules.toml --json"
demo:
	$(CARGO) run --release -p guanjia --features sqlite --example demo -- $(ARGS)

test: lint test-rust test-c test-python test-drift
	@echo "all parts passed"

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features -- -D warnings
	$(CARGO) check -p guanjia --no-default-features

test-rust:
	$(BUILD)
	@if command -v cargo-nextest >/dev/null 2>&1; then \
	  $(CARGO) nextest run --workspace --all-features --no-fail-fast; \
	else \
	  $(CARGO) test --workspace --all-features --lib --tests; \
	fi
	$(CARGO) test --workspace --all-features --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc -p guanjia --all-features --no-deps --quiet

# The C suite as C99 and as C++: vectors, hostile callers (with valgrind where it is installed), an installed copy.
test-c: target/debug/libguanjia.so
	mkdir -p build
	ln -sf ../target/debug/libguanjia.so build/libguanjia.so.$(SOVERSION)
	$(CC) -std=c99 -Wpedantic $(STRICT) $(SUITE) -o build/suite $(LINK)
	$(CXX) -std=c++17 $(STRICT) -x c++ $(SUITE) -o build/suite-cxx $(LINK)
	$(CC) -std=c99 -Wpedantic $(STRICT) tests/c/include_a.c tests/c/include_b.c -o build/include $(LINK)
	$(CXX) -std=c++17 -Wpedantic $(STRICT) tests/c/wrapper.cpp -o build/wrapper $(LINK)
	./build/include
	./build/wrapper
	./build/suite tests/vectors/*.json
	./build/suite-cxx tests/vectors/*.json
	./build/suite-cxx --boundary
	@if command -v valgrind >/dev/null 2>&1; then \
	  valgrind --quiet --leak-check=full --error-exitcode=9 ./build/suite --boundary && echo "valgrind: clean"; \
	else \
	  ./build/suite --boundary && echo "valgrind: skipped, not installed"; \
	fi
	MAKE="$(MAKE)" CC="$(CC)" CXX="$(CXX)" sh tests/install.sh

target/debug/libguanjia.so: $(shell find core/src core/data ffi/src -type f 2>/dev/null) Cargo.toml core/Cargo.toml ffi/Cargo.toml ffi/build.rs
	$(BUILD)
	@touch $@

$(VENV)/ready: python/pyproject.toml
	$(PYTHON3) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check pytest mypy hypothesis
	@for library in numpy pandas polars pyarrow duckdb workclock; do \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check $$library || echo "$$library: not to be had, its tests are skipped"; \
	done
	@touch $@

$(NATIVE): $(shell find core/src core/data python/src -type f 2>/dev/null) Cargo.toml
	$(BUILD)
	cp target/debug/lib_native.so $@.new
	mv $@.new $@

test-python: $(VENV)/ready $(NATIVE)
	cd python && PYTHONPATH=. ../$(PYTHON) -m pytest tests --doctest-modules guanjia
	cd python && MYPYPATH=. ../$(PYTHON) -m mypy --strict guanjia tests benches ../tests/oracles.py ../tests/incidents.py ../tests/eval_classify.py
	cd python && PYTHONPATH=. MYPYPATH=. ../$(PYTHON) -m mypy.stubtest guanjia._native
	PYTHONPATH=python $(PYTHON) tests/oracles.py

# What is generated is what is committed; GUANJIA_BLESS=1 makes it so. The library must be there to tell its symbols.
test-drift: target/debug/libguanjia.so $(VENV)/ready $(NATIVE)
	$(CARGO) test --workspace --all-features --test boundary
	mkdir -p build && ln -sf ../target/debug/libguanjia.so build/libguanjia.so.$(SOVERSION)
	$(PYTHON) tests/readme.py README.md README.zh-CN.md
	CARGO="$(CARGO)" sh tests/portable.sh

# Cases the reader brings: make oracles FILES="one.json two.json"
oracles: $(VENV)/ready $(NATIVE)
	PYTHONPATH=python $(PYTHON) tests/oracles.py $(FILES)
	@[ -n "$(FILES)" ] || PYTHONPATH=python $(PYTHON) tests/incidents.py

# The Python module as it is shipped, beside the one of the tests.
SHIPPED = build/bench/guanjia/_native.abi3.so

$(SHIPPED): $(shell find core/src core/data python/src python/guanjia -type f -not -name '*.so' 2>/dev/null) Cargo.toml
	$(CARGO) build --profile dist -p guanjia-python
	rm -rf build/bench && mkdir -p build/bench && cp -R python/guanjia build/bench/
	cp target/dist/lib_native.so $@

# Then Python's arrays with the library as it is shipped; what pandas, polars and others need is in the venv of the tests.
bench: $(VENV)/ready $(SHIPPED)
	$(CARGO) bench -p guanjia --profile dist --features sqlite
	PYTHONPATH=build/bench $(PYTHON) python/benches/calendars.py
	CARGO="$(CARGO)" sh tests/portable.sh --time

# How well messages are read, beside the peers that can be had: a table, also in out/eval.md. Files of your own:
# make eval FILES="one.tsv two.tsv"
eval: $(VENV)/ready $(SHIPPED)
	@for peer in scikit-learn fasttext-numpy2; do \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check $$peer || echo "$$peer: not to be had, left out"; \
	done
	@if [ -n "$(FILES)" ]; then $(PYTHON) tests/eval_classify.py $(FILES); \
	else PYTHONPATH=build/bench $(PYTHON) python/benches/classify.py; fi

dist:
	$(CARGO) build --profile dist -p guanjia-ffi

# Header, schema, libraries, pkg-config and CMake files. GUANJIA_REVISION in the environment is told by gj_build_info. The
# static library brings SQLite's symbols along: a program that links SQLite itself takes the shared one.
install:
	mkdir -p build
	$(CARGO) build --profile $(PROFILE) $(PACKAGES)
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/guanjia
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(LIBDIR)/cmake/guanjia
	install -m 644 include/guanjia.h $(DESTDIR)$(PREFIX)/include/guanjia.h
	install -m 644 include/guanjia.hpp $(DESTDIR)$(PREFIX)/include/guanjia.hpp
	install -m 644 include/guanjia.schema.json $(DESTDIR)$(PREFIX)/share/guanjia/guanjia.schema.json
	install -m 755 $(BUILT)/libguanjia.so $(DESTDIR)$(LIBDIR)/libguanjia.so.$(VERSION)
	ln -sf libguanjia.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libguanjia.so.$(SOVERSION)
	ln -sf libguanjia.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libguanjia.so
	install -m 644 $(BUILT)/libguanjia.a $(DESTDIR)$(LIBDIR)/libguanjia.a
	for file in guanjia.pc guanjia-config.cmake guanjia-config-version.cmake; do \
	  sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@SOVERSION@|$(SOVERSION)|' \
	    ffi/$$file.in > build/$$file || exit 1; \
	done
	install -m 644 build/guanjia.pc $(DESTDIR)$(LIBDIR)/pkgconfig/guanjia.pc
	install -m 644 build/guanjia-config.cmake build/guanjia-config-version.cmake $(DESTDIR)$(LIBDIR)/cmake/guanjia

clean:
	$(CARGO) clean
	rm -rf build out $(VENV) $(NATIVE)
