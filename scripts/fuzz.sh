#!/usr/bin/env bash
# Runs one fuzz target on its seeds. usage: scripts/fuzz.sh SECONDS FINDINGS_FOLDER TARGET
# New inputs go to a scratch folder; what breaks the target is kept in FINDINGS_FOLDER.
set -euo pipefail
seconds=$1 findings=$2 target=$3
name=$(basename "$target")
seeds=$(dirname "$0")/../tests/fuzz/corpus/${name#fuzz-}
[ -n "$(ls -A "$seeds" 2>/dev/null)" ] || { echo "$name: no seeds in $seeds"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Seeds are read only; the scratch folder comes first because libFuzzer writes to the first.
if ! "$target" "$scratch" "$seeds" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
  -max_len=65536 -print_final_stats=1 -artifact_prefix="$findings/$name-" >"$scratch.log" 2>&1; then
  cat "$scratch.log"
  rm -f "$scratch.log"
  echo "$name: FAILED"
  exit 1
fi
echo "$name: $(grep -o 'number_of_executed_units: .*' "$scratch.log" | tr -s ' ')"
rm -f "$scratch.log"
