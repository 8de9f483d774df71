"""What the peers in Python share: the signal, and how a frame is timed."""

import json
import sys
import time
from pathlib import Path

import numpy as np

SIZE = (1920, 1080)
SPAN_SECS = 10.0
Y_RANGE = (-1.2, 1.2)
# A slow peer draws no more frames once they have taken this long, but these at least.
ENOUGH_SECS = 60
LEAST_FRAMES = 6
# Frames move by this part of the span: see src/main.rs.
STEPS_A_SPAN = 1000


def measure(frame, save):
    """Calls `frame(x, y)`, which draws and returns the picture's bytes, for one view after the other; prints the times.

    x is float64 and y float32: contiguous parts of arrays that are made beforehand, so that shifting them costs nothing.
    `save(path)` writes the last picture.
    """
    file, points, frames, png = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    y = np.fromfile(file, dtype="<f4")
    x = np.arange(len(y)) * (SPAN_SECS / points)
    times = []
    for step in range(frames):
        first = step * points // STEPS_A_SPAN
        begun = time.perf_counter()
        pixels = frame(x[first : first + points], y[first : first + points])
        times.append((time.perf_counter() - begun) * 1e3)
        assert len(pixels) == SIZE[0] * SIZE[1] * 4, len(pixels)
        if len(times) >= LEAST_FRAMES and sum(times) > ENOUGH_SECS * 1e3:
            break
    save(str(png))
    print(json.dumps(times), flush=True)
