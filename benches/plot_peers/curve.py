"""Frame time against the number of points, one line a peer: `curve.py TIMES.json PNG ADAPTER`."""

import json
import statistics
import sys

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

# Okabe and Ito's colours, which all can tell apart.
STYLES = {
    "ringplot": {"color": "#D55E00", "linewidth": 3, "zorder": 9},
    "uPlot": {"color": "#E69F00"},
    "pyqtgraph": {"color": "#009E73"},
    "egui_plot": {"color": "#0072B2"},
    "matplotlib Agg": {"color": "#999999"},
}

with open(sys.argv[1], encoding="utf-8") as file:
    measured = json.load(file)
figure, axes = plt.subplots(figsize=(9.6, 6), dpi=100, layout="constrained")
for name, style in STYLES.items():
    medians = {int(points): statistics.median(times) for points, times in measured.get(name, {}).items()}
    medians = dict(sorted(medians.items()))
    if not medians:
        continue
    axes.loglog(medians.keys(), medians.values(), marker="o", markersize=6, **{"linewidth": 2, **style})
    last = max(medians)
    axes.annotate(name, (last, medians[last]), (9, 0), textcoords="offset points", va="center", color=style["color"])
axes.axhline(1000 / 60, color="#BBBBBB", linewidth=1, linestyle="--", zorder=0)
axes.annotate("60 frames a second", (0, 1000 / 60), (6, 4), xycoords=("axes fraction", "data"), textcoords="offset points",
              fontsize=9, color="#888888")
axes.set(xlabel="points in the picture", ylabel="milliseconds a frame",
         title=f"A picture of 1920 × 1080 with axes, drawn and read back into memory, {sys.argv[3]}")
axes.margins(x=0.16)
axes.grid(which="major", color="#E8E8E8")
axes.spines[["top", "right"]].set_visible(False)
figure.savefig(sys.argv[2])
