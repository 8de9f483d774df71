"""Streams of points for the ringplot viewer.

    import ringplot

    with ringplot.timed("sim/energy", units=("s", "J")) as energy:
        energy.open_viewer()                 # the program ringplot, if it is found
        energy.push(0.5, 1.25)               # a number, or
        energy.push(t, y)                    # two arrays of one length

A push copies into shared memory and never waits for a viewer. Times are in seconds; y is kept as a 32-bit float. What is
pushed is a number, or a buffer of one dimension of floats or integers (an array of numpy, an ``array.array``, a
``memoryview``), contiguous or strided. What cannot be created or attached to raises :class:`Error`; what is pushed wrongly
raises ``TypeError`` or ``ValueError``, and nothing is pushed.

A producer belongs to the process that created it: create it in each worker, after the fork.
"""

from __future__ import annotations

import os as _os
from array import array as _array
from collections.abc import Iterator as _Iterator
from typing import NamedTuple as _NamedTuple

from . import _ringplot
from ._ringplot import Error, Events, Snapshot, Timed, Uniform, Xy, open_viewer

__all__ = [
    "Consumer",
    "Counts",
    "Curve",
    "Drained",
    "Error",
    "Events",
    "Snapshot",
    "Stream",
    "Timed",
    "Uniform",
    "Xy",
    "events",
    "open_viewer",
    "snapshot",
    "streams",
    "timed",
    "uniform",
    "xy",
]

_os.register_at_fork(after_in_child=_ringplot.forked)

timed = Timed
uniform = Uniform
xy = Xy
snapshot = Snapshot
events = Events


class Stream(_NamedTuple):
    """A stream that the registry knows; ``pid`` is None while it is still being created."""

    name: str
    is_live: bool
    pid: int | None


class Drained(_NamedTuple):
    """Points in order: ``x`` of f64, ``y`` of f32, and how many were overwritten before they could be read."""

    x: _array[float]
    y: _array[float]
    lost: int


class Curve(_NamedTuple):
    """A whole curve: its time in seconds, ``x`` and ``y`` of f32, and how many curves were skipped to get to it."""

    t: float
    x: _array[float]
    y: _array[float]
    skipped: int


class Counts(_NamedTuple):
    """received + lost = position - start, in points, or in frames of a stream of frames."""

    start: int
    position: int
    received: int
    lost: int


class Consumer(_ringplot.Consumer):
    """One of any number of readers of the stream ``name``: ``Consumer(name, start="oldest", timeout=0.0)``.

    ``start`` is "oldest" or "now"; ``timeout`` is how many seconds to wait for the stream to appear.
    """

    def drain(self, limit: int = 65536) -> Drained:
        """The oldest unread points, at most ``limit``. Never waits. Arrays have the buffer protocol: numpy.asarray(x)."""
        x, y, lost = self._drain(limit)
        return Drained(_array("d", x), _array("f", y), lost)

    def newest(self) -> Curve | None:
        """The newest curve of a snapshot, if it is new."""
        found = self._newest()
        if found is None:
            return None
        t, x, y, skipped = found
        return Curve(t, _array("f", x), _array("f", y), skipped)

    def counts(self) -> Counts:
        """What was seen so far."""
        return Counts(*self._counts())

    def __iter__(self) -> _Iterator[Drained]:
        """Drains as points come, until the stream is over: yields :class:`Drained`."""
        while True:
            is_over = self.is_over
            drained = self.drain()
            if drained.x or drained.lost:
                yield drained
            elif is_over:
                return
            else:
                self.wait(0.1)


def streams() -> list[Stream]:
    """The streams that the registry knows by name, live ones and what dead producers left."""
    return [Stream(*stream) for stream in _ringplot._streams()]
