#!/bin/sh
# Installs into a fresh prefix, looks at what is there, and builds and runs the examples as a user would: with pkg-config,
# with CMake, and against the static library. Says what it skipped.
set -eu
cd "$(dirname "$0")/.."
: "${MAKE:=make}" "${CC:=cc}" "${CXX:=c++}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
series=$(echo "$version" | cut -d. -f1-2)

fail() { echo "install: $1" >&2; exit 1; }

# As the tests have built it: nothing is compiled anew, as SQLite would be under another compiler's name.
env -u CC -u CXX $MAKE --no-print-directory install PROFILE=dev PACKAGES="--workspace --all-features" PREFIX="$prefix" >"$work/log" 2>&1 ||
  { cat "$work/log"; fail "make install failed"; }
for file in include/guanjia.h include/guanjia.hpp share/guanjia/guanjia.schema.json lib/libguanjia.a \
  "lib/libguanjia.so.$version" lib/pkgconfig/guanjia.pc lib/cmake/guanjia/guanjia-config.cmake \
  lib/cmake/guanjia/guanjia-config-version.cmake; do
  [ -s "$prefix/$file" ] || fail "$file is not there"
done
[ "$(readlink "$prefix/lib/libguanjia.so")" = "libguanjia.so.$series" ] || fail "libguanjia.so leads astray"
[ "$(readlink "$prefix/lib/libguanjia.so.$series")" = "libguanjia.so.$version" ] || fail "libguanjia.so.$series leads astray"
! grep -rqs "@[A-Z]*@" "$prefix/lib/pkgconfig" "$prefix/lib/cmake" || fail "a mark was not filled in"
grep -qx "Version: $version" "$prefix/lib/pkgconfig/guanjia.pc" || fail "guanjia.pc has another version"

# Runs an example and looks for a line of its answer: a contact on a make-up Saturday is due before the day ends.
run() {
  mkdir -p "$work/run"
  (cd "$work/run" && rm -f desk.db* && LD_LIBRARY_PATH="$prefix/lib" "$1") >"$work/answer" || fail "$1 failed"
  grep -q "$2" "$work/answer" || { cat "$work/answer"; fail "$1 does not say $2"; }
}
c_says='到期:2月14日(周六)18:20'
cpp_says='"due":"2026-02-24T08:50:00+08:00"'

if command -v pkg-config >/dev/null 2>&1; then
  flags=$(PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --cflags --libs guanjia)
  # shellcheck disable=SC2086
  $CC -std=c99 -Wall -Wextra -Wpedantic -Werror examples/c/desk.c $flags -o "$work/desk"
  # shellcheck disable=SC2086
  $CXX -std=c++17 -Wall -Wextra -Wpedantic -Werror examples/cpp/desk.cpp $flags -o "$work/deskpp"
  run "$work/desk" "$c_says"
  run "$work/deskpp" "$cpp_says"
  echo "install: with pkg-config"
else
  echo "install: pkg-config skipped, not installed"
fi

$CC -std=c99 -I"$prefix/include" examples/c/desk.c "$prefix/lib/libguanjia.a" -lpthread -ldl -lm -o "$work/desk-static"
run "$work/desk-static" "$c_says"
echo "install: with the static library"

if command -v cmake >/dev/null 2>&1; then
  mkdir -p "$work/cmake"
  cat >"$work/cmake/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.13)
project(desk C CXX)
find_package(guanjia 99 QUIET)
if(guanjia_FOUND)
  message(FATAL_ERROR "version 99 was found")
endif()
find_package(guanjia $series REQUIRED)
add_executable(desk "$PWD/examples/c/desk.c")
target_link_libraries(desk PRIVATE guanjia::guanjia)
add_executable(desk-static "$PWD/examples/c/desk.c")
target_link_libraries(desk-static PRIVATE guanjia::static)
add_executable(deskpp "$PWD/examples/cpp/desk.cpp")
target_compile_features(deskpp PRIVATE cxx_std_17)
target_link_libraries(deskpp PRIVATE guanjia::guanjia)
END
  cmake -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 &&
    cmake --build "$work/cmake/build" >>"$work/log" 2>&1 || { cat "$work/log"; fail "cmake failed"; }
  run "$work/cmake/build/desk" "$c_says"
  run "$work/cmake/build/desk-static" "$c_says"
  run "$work/cmake/build/deskpp" "$cpp_says"
  echo "install: with cmake"
else
  echo "install: cmake skipped, not installed"
fi
