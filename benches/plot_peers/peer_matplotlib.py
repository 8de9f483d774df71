"""matplotlib with Agg: a figure that is kept, its line given new data, the canvas drawn anew."""

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import matplotlib.style

from peer import SIZE, Y_RANGE, measure

# What its manual recommends for speed: paths simplified as far as it goes, and cut into pieces.
matplotlib.style.use("fast")
figure, axes = plt.subplots(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, layout=None)
figure.subplots_adjust(left=0.04, right=0.99, top=0.97, bottom=0.06)
(line,) = axes.plot([], [], linewidth=1.0)
axes.set(ylim=Y_RANGE, xlabel="time (s)", ylabel="V", autoscale_on=False)


def frame(x, y):
    line.set_data(x, y)
    axes.set_xlim(x[0], x[-1])
    figure.canvas.draw()
    return bytes(figure.canvas.buffer_rgba())


measure(frame, figure.savefig)
