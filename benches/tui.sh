#!/usr/bin/env bash
# What `ringplot tui` costs beside a producer of 10 million points a second with a ring of 2^20: losses, CPU time of a core
# with and without drawing, and bytes to the terminal for a line that scrolls at 80 x 24.
#
#   benches/tui.sh [PROGRAM] [SECONDS]
set -euo pipefail

program=$(realpath "${1:-target/release/ringplot}")
seconds=${2:-20}
folder=$(mktemp -d)
export RINGPLOT_DIR=$folder/registry SHELL=/bin/bash TERM=xterm-256color
trap 'kill "${producer:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT

start() { # start RATE: a producer
    "$program" produce load --rate "$1" --capacity 1048576 2>/dev/null &
    producer=$!
    sleep 2
}

stop() {
    kill "$producer"
    wait "$producer" 2>/dev/null || true
}

field() { # field NAME FILE: a whole number of the JSON
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$2" | head -n 1
}

row() { # row WHAT ARGS...: a row of the table
    local what=$1 user system
    shift
    script -qec "stty cols 80 rows 24; { TIMEFORMAT='%U %S'; time '$program' tui load --fresh --exit-after ${seconds}s \
        --stats-json '$folder/stats.json' $* >$out; } 2>'$folder/cpu'" /dev/null </dev/null >/dev/null
    read -r user system <"$folder/cpu"
    awk -v what="$what" -v cpu="$(echo "$user $system" | awk '{ print $1 + $2 }')" -v s="$seconds" \
        -v frames="$(field frames "$folder/stats.json")" -v bytes="$(field bytes "$folder/stats.json")" \
        -v written="$(field written "$folder/stats.json")" -v start="$(field start "$folder/stats.json")" \
        -v lost="$(field lost "$folder/stats.json")" 'BEGIN {
            printf "| %s | %.1f | %d | %.1f %% | %.1f | %.1f |\n",
                what, (written - start) / s / 1e6, lost, cpu / s * 100, frames / s, bytes / s / 1000
        }'
}

echo "| ringplot tui, $seconds s, 80 x 24 | Mpoints/s read | lost | CPU of a core | frames/s | kB/s to the terminal |"
echo "|---|---|---|---|---|---|"
start 1e7
out=/dev/null row "10 Mpt/s, no terminal: reading alone"
out=/dev/tty row "10 Mpt/s, 15 frames/s" --fps 15
out=/dev/tty row "10 Mpt/s, 4 frames/s" --fps 4
stop
start 1e3
out=/dev/tty row "1 kpt/s, 15 frames/s" --fps 15
stop
