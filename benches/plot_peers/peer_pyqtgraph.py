"""pyqtgraph without a display: a PlotWidget with peak downsampling, clipped to its view, drawn into an image in memory."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
import pyqtgraph as pg

from peer import SIZE, Y_RANGE, measure

application = pg.mkQApp()
widget = pg.PlotWidget()
widget.resize(*SIZE)
widget.setLabels(bottom=("time", "s"), left=("", "V"))
widget.setYRange(*Y_RANGE, padding=0)
curve = widget.plot(pen="w")
curve.setDownsampling(auto=True, method="peak")
curve.setClipToView(True)
widget.show()


def frame(x, y):
    widget.setXRange(x[0], x[-1], padding=0)
    curve.setData(x, y, skipFiniteCheck=True)
    image = widget.grab().toImage()
    return bytes(image.constBits())


measure(frame, lambda path: widget.grab().save(path))
# Qt's end under Python may crash, which is none of ours.
os._exit(0)
