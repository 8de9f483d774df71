#!/usr/bin/env bash
# `ringplot pipe` beside programs that read the same input: wc -l, awk, feedgnuplot; cat for samples.
#
#   cargo build --release --no-default-features --features cli && benches/pipe.sh [RINGPLOT]
#
# Text and samples come through a pipe, from `cat FILE`, on one core where taskset is there. Printed is the CPU time of the
# reading program, and of both programs together, which is what one core takes for it: the least of five runs, and what
# that is in values or bytes a second. RINGPLOT_BENCH_QUICK is small.
set -euo pipefail
if [ -z "${ON_ONE_CORE:-}" ] && command -v taskset >/dev/null; then
    ON_ONE_CORE=1 exec taskset -c 0 "${BASH_SOURCE[0]}" "$@"
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program="$(realpath "${1:-target/release/ringplot}")"
folder="$(mktemp -d)"
export RINGPLOT_DIR="$folder/registry"
trap 'rm -rf "$folder"' EXIT
[ -n "${RINGPLOT_BENCH_QUICK:-}" ] && lines=10000 runs=1 || { lines=5000000 runs=5; }

LC_ALL=C awk -v n="$lines" 'BEGIN { for (i = 0; i < n; i++) printf "%.3f %.6f %.4f\n", i / 1000, sin(i / 10000), -100 * sin(i / 10000) }' \
    > "$folder/text"
head -c "$((lines * 128))" /dev/zero > "$folder/samples"
size() { wc -c < "$1"; }

# least CPU seconds of COMMAND alone, and of the whole of `cat FILE | COMMAND`
cpu_secs() { # cpu_secs FILE COMMAND...
    local file="$1" run
    shift
    for run in $(seq "$runs"); do
        { TIMEFORMAT='%U %S'
            time cat "$file" | { TIMEFORMAT='%U %S'; { time "$@" >/dev/null 2>/dev/null; } 2>&1; } \
                | tr '\n' ' '; } 2>&1
        echo
    done | awk 'NF >= 4 { own = $1 + $2; all = $3 + $4; if (!n++ || own < least) least = own; if (n == 1 || all < whole) whole = all }
        END { print least, whole }'
}

row() { # row NAME AMOUNT UNIT FILE COMMAND...
    local name="$1" amount="$2" unit="$3"
    shift 3
    cpu_secs "$@" | awk -v n="$name" -v a="$amount" -v u="$unit" '
        function speed(s) { return s > 0 ? sprintf("%.1f %s", a / s, u) : "-" }
        { printf "| %s | %.2f | %s | %.2f | %s |\n", n, $1, speed($1), $2, speed($2) }'
}

echo "pipe: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), load average $(cut -d' ' -f1-3 /proc/loadavg), $lines lines"
echo
echo "| reads | CPU s | speed | with \`cat FILE |\` before it, CPU s | speed |"
echo "|---|---|---|---|---|"
million_values="$(awk -v n="$lines" 'BEGIN { print n * 3 / 1e6 }')"
row "\`ringplot pipe\`, three columns of text" "$million_values" "Mvalues/s" "$folder/text" "$program" pipe b --no-view
row "\`wc -l\`" "$million_values" "Mvalues/s" "$folder/text" wc -l
row "\`awk '{ s += \$1 }'\`" "$million_values" "Mvalues/s" "$folder/text" awk '{ s += $1 } END { print s }'
if command -v feedgnuplot >/dev/null; then
    head -n "$((lines / 50))" "$folder/text" > "$folder/some"
    row "feedgnuplot, a fiftieth of the lines, gnuplot not counted" "$(awk -v m="$million_values" 'BEGIN { print m / 50 }')" \
        "Mvalues/s" "$folder/some" feedgnuplot --dump --exit
else
    echo "| feedgnuplot | NOT MEASURED: it is not installed | | | |"
fi
gigabytes="$(awk -v n="$(size "$folder/samples")" 'BEGIN { print n / 1e9 }')"
row "\`ringplot pipe --format f32le\`" "$gigabytes" "GB/s" "$folder/samples" "$program" pipe b --no-view --format f32le --rate 1e6
row "\`cat >/dev/null\`" "$gigabytes" "GB/s" "$folder/samples" cat
