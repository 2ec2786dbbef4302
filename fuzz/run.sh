#!/usr/bin/env bash
# Builds and runs the fuzz targets, with the stable compiler.
#
#   fuzz/run.sh TARGET [libFuzzer options]   until it crashes or is stopped
#   fuzz/run.sh --smoke SECONDS              every target, so many seconds in all
#   fuzz/run.sh --replay                     every target over its checked-in corpus, once
#
# Inputs that are known to take too long or too much wait in known/TARGET; they belong into the corpus once they do not.
# Inputs that crash are left in fuzz/artifacts/TARGET; new ones that reach more code in fuzz/found/TARGET.
set -euo pipefail
cd "$(dirname "$0")"

targets=(document interpolation evaluate envelope edit)
# `faces` is run by hand: it still finds what is not mended, see esc-eval/tests/faces.rs.
triple=$(rustc -vV | sed -n 's/^host: //p')
target_dir=${CARGO_TARGET_DIR:-target}

# What libFuzzer needs to see which code an input reaches. `cargo fuzz` sets the same, but by way of nightly flags.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
cargo build --locked --release --target "$triple" --target-dir "$target_dir"

# No input of 64 KiB may take more than a second. The memory is that of the whole process: corpus, coverage tables and
# counters take most of it.
limits=(-timeout=5 -rss_limit_mb=256 -malloc_limit_mb=64 -max_len=65536)

run() {
  local target=$1
  shift
  mkdir -p "artifacts/$target" "found/$target"
  "$target_dir/$triple/release/$target" "${limits[@]}" -artifact_prefix="artifacts/$target/" "$@"
}

case "${1:-}" in
  --smoke)
    seconds=$((${2:-60} / ${#targets[@]}))
    for target in "${targets[@]}"; do
      echo "fuzzing $target for $seconds s"
      run "$target" -max_total_time="$seconds" -print_final_stats=0 -verbosity=0 "found/$target" "corpus/$target"
    done
    ;;
  --replay)
    for target in "${targets[@]}"; do
      echo "replaying the corpus of $target"
      run "$target" -runs=0 "corpus/$target"
    done
    ;;
  "" | -*)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
  *)
    target=$1
    shift
    run "$target" "$@" "found/$target" "corpus/$target"
    ;;
esac
