#!/usr/bin/env bash
# Draws the gallery of README.md anew: make.sh RINGPLOT TEST_STAND, the two programs. Each picture is what the program
# shows of streams of other processes; the one with cursors is of a window that xdotool drives. Touches nothing of yours:
# registry, layouts and home are temporary folders.
set -euo pipefail

ringplot="$(realpath "$1")"
test_stand="$(realpath "$2")"
gallery="$(cd "$(dirname "$0")" && pwd)"

place="$(mktemp -d)"
export HOME="$place" RINGPLOT_DIR="$place/registry" RINGPLOT_STATE_DIR="$place/state"
unset WAYLAND_DISPLAY WAYLAND_SOCKET RINGPLOT_KEYS
started=()
cleanup() {
    local pid
    for pid in "${started[@]-}"; do
        [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    done
    wait
    "$ringplot" gc >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap cleanup EXIT

patiently() { # patiently COMMAND...: until it succeeds, for a minute
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "make.sh: $* did not succeed within a minute" >&2
    return 1
}

draw() { # draw NAME SIZE SECONDS: what the layout NAME says, of SECONDS
    "$ringplot" render --layout "$gallery/$1.toml" -o "$gallery/$1.png" --size "$2" --seconds "$3"
    echo "$gallery/$1.png"
}

"$test_stand" 600 &
started+=($!)
"$ringplot" produce radio/spectrum --signal spectrum --rate 200 --style waterfall --seconds 600 2>/dev/null &
started+=($!)
patiently "$ringplot" stat radio/spectrum
patiently "$ringplot" stat scope/sine
# By now the past that they begin with is written.
sleep 2
draw trigger 1000x560 1
draw panels 1280x760 3
draw radio 1000x560 12

# The demo, paused, with two cursors in it.
"$ringplot" demo --seconds 20s -o "$gallery/demo.png" >/dev/null &
started+=($!)
patiently xdotool search --name 'The Lorenz system'
window="$(xdotool search --name 'The Lorenz system' | head -n 1)"
xdotool windowfocus "$window"
sleep 11
xdotool key space
for cursor in "300 a" "620 b"; do
    set -- $cursor
    xdotool mousemove "$1" 380
    sleep 0.6
    xdotool key "$2"
    sleep 0.6
done
xdotool mousemove 640 719
wait "${started[-1]}"
unset 'started[-1]'
echo "$gallery/demo.png"
