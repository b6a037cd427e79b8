#!/bin/sh
# The core without features: how much it brings along, and that it builds where there is no system below it.
# With --time also how long a cold build takes.
set -eu
cd "$(dirname "$0")/.."
CARGO=${CARGO:-cargo}
TARGET=wasm32-unknown-unknown
OUT=build/portable

named() { sed 's/ .*//' | sort -u | grep -v '^guanjia$'; }
echo "portable: the core without features has $("$CARGO" tree -p guanjia -e normal --prefix none | named | wc -l) dependencies," \
    "with the store $("$CARGO" tree -p guanjia -e normal --prefix none --features sqlite | named | wc -l)"

if [ "${1:-}" = --time ]; then
    rm -rf "$OUT"
    begun=$(date +%s)
    "$CARGO" build -q -p guanjia --lib --release --target-dir "$OUT"
    echo "portable: a cold release build of it takes $(($(date +%s) - begun)) s"
fi

if ls "$(rustc --print target-libdir --target "$TARGET")"/libcore-* >/dev/null 2>&1; then
    "$CARGO" check -q -p guanjia --lib --target "$TARGET" --target-dir "$OUT"
    echo "portable: builds for $TARGET"
else
    echo "portable: $TARGET skipped, not installed"
fi
