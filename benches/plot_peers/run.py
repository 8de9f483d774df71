#!/usr/bin/env python3
"""Whole pictures with axes, by ringplot and by its peers: a table of frame time against the number of points, and its curve.

    make bench-plot                          builds what this needs, and runs it
    benches/plot_peers/run.py --points 1e6   one row; --gpu takes the GPU for ringplot and egui_plot; --out FOLDER

Every peer is a process of its own and reads the same file: see src/main.rs for what is in it and what a frame is. A frame's
time runs from "there is new data" to the picture's bytes in memory, encoding excluded; the figure is the median of the
frames after the first three, fewer of a slow peer. A peer that cannot be had is listed as not measured, with the reason.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "target"
PYTHON = TARGET / "plot_peers" / "venv" / "bin" / "python"
RINGPLOT = TARGET / "release" / "ringplot"
RUST = TARGET / "plot_peers" / "release" / "ringplot-plot-peers"

# Points in a picture, and frames that are drawn of them. The first WARM_UP do not count.
FRAMES = {10**4: 43, 10**5: 43, 10**6: 33, 10**7: 13, 10**8: 8}
WARM_UP = 3
# The longest that all frames of one peer and one number of points may take.
LIMIT_SECS = 300

# How each is called, and the most points that it is asked for: beyond, it would need more memory than many a machine has.
PEERS = {
    "ringplot": ([RUST, "ringplot"], 10**8),
    "uPlot": (["node", HERE / "peer_uplot.mjs"], 10**8),
    "pyqtgraph": ([PYTHON, HERE / "peer_pyqtgraph.py"], 10**8),
    "egui_plot": ([RUST, "egui_plot"], 10**7),
    "matplotlib Agg": ([PYTHON, HERE / "peer_matplotlib.py"], 10**7),
}


def set_up():
    """Installs the peers; what fails is told of now, and by the peer when it is run."""
    try:
        if not PYTHON.exists():
            venv.create(PYTHON.parent.parent, with_pip=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"plot_peers: the peers in Python cannot be installed: {error}", file=sys.stderr)
    try:
        # Exact versions are in package.json.
        npm = ["npm", "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=HERE, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"plot_peers: the peers in JavaScript cannot be installed: {error}", file=sys.stderr)


def times_of(command, environment):
    """What a peer prints, in milliseconds, or why there is nothing."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=LIMIT_SECS, env=environment
        )
        return json.loads(done.stdout), None
    except OSError as error:
        return None, str(error)
    except subprocess.TimeoutExpired:
        return None, f"longer than {LIMIT_SECS} s"
    except ValueError:
        lines = [line.strip() for line in done.stderr.splitlines() if "Error: " in line or "panicked" in line]
        return None, lines[-1] if lines else f"it ended with status {done.returncode}"


def measure(name, points, data, out, environment):
    """The frame times of one peer, without the first."""
    command, most = PEERS[name]
    if points > most:
        return None, f"asked for {power(most)} points at most, for the sake of memory"
    picture = out / f"{name.split()[0]}-{points}.png"
    times, why = times_of([*command, data, points, FRAMES[points], picture], environment)
    return times and times[WARM_UP:], why


def whole_command(points, data, out, environment):
    """What `ringplot render` takes from its start to its end."""
    picture = out / f"render-{points}.png"
    return times_of([RUST, "render", data, points, RINGPLOT, picture], environment)


def power(points):
    return f"10^{len(str(points)) - 1}"


def figure(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--points", type=lambda text: [int(float(n)) for n in text.split(",")], default=list(FRAMES))
    arguments.add_argument("--out", type=Path, default=TARGET / "plot_peers" / "out", help="pictures and times go there")
    arguments.add_argument("--gpu", action="store_true", help="the default adapter and not the software one")
    arguments = arguments.parse_args()
    environment = os.environ | ({} if arguments.gpu else {"RINGPLOT_BENCH_SOFTWARE": "1"})
    arguments.out.mkdir(parents=True, exist_ok=True)
    set_up()

    measured, reasons = {}, []
    columns = [*PEERS, "`ringplot render`, start to end"]
    print(f"load {os.getloadavg()[0]:.1f} before; milliseconds a frame, median (fastest to slowest)\n")
    print(f"| points | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}", flush=True)
    for points in arguments.points:
        cells = []
        with tempfile.NamedTemporaryFile(dir=TARGET) as data:
            subprocess.run([RUST, "data", data.name, str(points)], check=True)
            for name in columns:
                if name in PEERS:
                    times, why = measure(name, points, data.name, arguments.out, environment)
                else:
                    times, why = whole_command(points, data.name, arguments.out, environment)
                if times:
                    measured.setdefault(name, {})[points] = times
                    cells.append(f"{figure(statistics.median(times))} ({figure(min(times))} to {figure(max(times))})")
                else:
                    reasons.append(f"{name} at {power(points)}: not measured: {why}")
                    cells.append("not measured")
        print(f"| {power(points)} | {' | '.join(cells)} |", flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f} after\n")
    print("\n".join(f"- {reason}" for reason in reasons))
    (arguments.out / "times.json").write_text(json.dumps(measured))
    adapter = "ringplot and egui_plot with a GPU" if arguments.gpu else "without a GPU"
    drawn = subprocess.run([PYTHON, HERE / "curve.py", arguments.out / "times.json", arguments.out / "curve.png", adapter])
    print(f"\n{arguments.out / 'curve.png'}" if drawn.returncode == 0 else "\nNO CURVE: matplotlib is missing")


if __name__ == "__main__":
    main()
