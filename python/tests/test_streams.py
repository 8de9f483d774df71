"""What is pushed from Python is read back, to the point; what is pushed wrongly raises and changes nothing."""

import array
import math
import multiprocessing
import os
import signal
import pathlib
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import ringplot
from hypothesis import given, settings
from hypothesis import strategies as st

TIMEOUT = 20.0


@pytest.fixture(autouse=True)
def registry(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("RINGPLOT_DIR", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def read(name):
    return ringplot.Consumer(name).drain()


def test_scalars_and_buffers_of_each_kind_are_read_back():
    with ringplot.timed("timed", capacity=4096, units=("s", "J"), label="energy", y_offset=2.0) as p:
        p.push(0.5, 1)
        p.push([1.5].__getitem__(0), np.float32(2.5))
        p.push(np.array([2.5, 3.5]), array.array("f", [3.5, 4.5]))
        p.push_break()
        consumer = ringplot.Consumer("timed")
        x, y, lost = consumer.drain()
        assert (list(x[:4]), list(y[:4]), lost) == ([0.5, 1.5, 2.5, 3.5], [1.0, 2.5, 3.5, 4.5], 0)
        assert len(y) == 256 and all(math.isnan(v) for v in y[4:])
        assert (consumer.kind, consumer.units, consumer.y_offset) == ("timed", ("s", "J"), 2.0)
        assert (p.written, p.capacity, p.name, consumer.liveness) == (256, 4096, "timed", "live")
    assert consumer.liveness == "closed" and consumer.is_over
    with ringplot.uniform("uniform", 4.0, 10.0) as p:
        p.push(1)
        p.push(np.arange(3, dtype=np.int16))
        p.push_break()
        x, y, _ = read("uniform")
        assert list(x) == [10.0, 10.25, 10.5, 10.75, 11.0] and list(y[:4]) == [1, 0, 1, 2]
    with ringplot.xy("xy", style="points", colour=(1, 2, 3)) as p:
        p.push(1, 2)
        p.push(np.array([3.0, 4.0]), np.array([5, 6]))
        assert [list(v) for v in read("xy")[:2]] == [[1, 3, 4], [2, 5, 6]]
    with ringplot.snapshot("snapshot", 4) as p:
        p.update(0.5, np.arange(3.0), np.arange(3.0))
        p.update(1.5, np.arange(9.0), np.arange(9.0) * 2)
        consumer = ringplot.Consumer("snapshot")
        t, x, y, skipped = consumer.newest()
        assert (t, list(x), list(y), skipped) == (1.5, [0, 1, 2, 3], [0, 2, 4, 6], 1)
        assert consumer.newest() is None
    with ringplot.events("log") as p:
        p.emit(1.0, "valve=open")
        p.emit(2.0, "grüße=速度")
        assert ringplot.Consumer("log").events() == [(1.0, "valve=open"), (2.0, "grüße=速度")]


@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(width=32, allow_nan=False)), max_size=600),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_array_is_read_back(points, stride, is_f64):
    t = np.array([t for t, _ in points])[::stride]
    y = np.array([y for _, y in points], dtype=np.float64 if is_f64 else np.float32)[::stride]
    with ringplot.xy("given", capacity=1024) as p:
        p.push(t, y)
        x, values, lost = read("given")
        assert lost == 0 and np.array_equal(np.asarray(x), t.astype(np.float32).astype(float))
        assert np.array_equal(np.asarray(values), y.astype(np.float32))


@pytest.mark.parametrize("dtype", "f8 f4 i8 i4 i2 i1 u8 u4 u2 u1".split())
def test_every_type_of_number_is_taken(dtype):
    values = np.array([1, 2, 3, 100], dtype=dtype)
    with ringplot.uniform("types", 1.0) as p:
        p.push(values)
        p.push(values[::2])
        p.push(memoryview(values))
        assert list(read("types").y) == [1, 2, 3, 100, 1, 3, 1, 2, 3, 100]


def test_a_loss_is_counted():
    with ringplot.uniform("lossy", 1.0, capacity=1024) as p:
        consumer = ringplot.Consumer("lossy")
        p.push(np.zeros(5000))
        drained = consumer.drain()
        counts = consumer.counts()
        assert counts.received + counts.lost == counts.position - counts.start == 5000
        assert drained.lost == counts.lost > 3900


@pytest.mark.parametrize(
    ("t", "y", "kind", "text"),
    [
        ("1", 2.0, TypeError, "t must be a number"),
        (1.0, None, TypeError, "y must be a number"),
        ([1.0, 2.0], [1.0, 2.0], TypeError, "not list"),
        (np.zeros(3), np.zeros(2), ValueError, "of one length, not 3 and 2"),
        (np.zeros((2, 2)), np.zeros((2, 2)), ValueError, "one dimension, not 2"),
        (np.zeros(2), 1.0, ValueError, "both be buffers"),
        (np.zeros(2, dtype=">f8"), np.zeros(2), TypeError, "byte order"),
        (np.zeros(2, dtype=complex), np.zeros(2), TypeError, "not ndarray"),
    ],
)
def test_what_is_pushed_wrongly_raises_and_changes_nothing(t, y, kind, text):
    with ringplot.timed("wrong") as p:
        with pytest.raises(kind, match=text):
            p.push(t, y)
        assert p.written == 0
        p.push(np.zeros(0), np.zeros(0))
        p.push(float("nan"), float("inf"))
        read_only = np.ones(2)
        read_only.flags.writeable = False
        p.push(read_only, read_only)
        assert p.written == 3


def test_what_cannot_be_created_or_attached_to_says_what_to_do():
    with ringplot.timed("taken"):
        with pytest.raises(ringplot.Error, match="a live producer .* already streams as"):
            ringplot.xy("taken")
    with pytest.raises(ringplot.Error, match="a part of it is empty"):
        ringplot.timed("a//b")
    with pytest.raises(ringplot.Error, match="no stream is called"):
        ringplot.Consumer("nobody")
    with pytest.raises(TypeError, match="a stream has no"):
        ringplot.timed("x", colours=1)
    with pytest.raises(ValueError, match="timeout must be"):
        ringplot.Consumer("x", timeout=float("nan"))


def test_a_closed_stream_raises_and_closes_twice():
    p = ringplot.timed("closed")
    p.close()
    p.close()
    p.finish()
    with pytest.raises(ValueError, match="the stream is closed"):
        p.push(0.0, 0.0)


def test_streams_are_listed():
    with ringplot.timed("listed/x"):
        assert ("listed/x", True, os.getpid()) in ringplot.streams()
    assert all(stream.name != "listed/x" for stream in ringplot.streams())


def push_in_worker(name):
    with ringplot.uniform(name, 1.0) as p:
        p.push(np.arange(10.0))
        time.sleep(0.2)


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workers_of_each_start_method_stream(method):
    context = multiprocessing.get_context(method)
    worker = context.Process(target=push_in_worker, args=(f"worker/{method}",))
    worker.start()
    consumer = ringplot.Consumer(f"worker/{method}", timeout=TIMEOUT)
    received = [y for drained in consumer for y in drained.y]
    worker.join(TIMEOUT)
    assert received == list(range(10)) and worker.exitcode == 0


def test_a_fork_after_create_may_not_push():
    p = ringplot.timed("forked")
    child = os.fork()
    if child == 0:
        try:
            p.push(0.0, 0.0)
        except ValueError as error:
            os._exit(0 if "forked from" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    p.push(0.0, 0.0)
    assert p.written == 1
    p.close()


def test_ctrl_c_ends_a_wait():
    with ringplot.timed("quiet"):
        consumer = ringplot.Consumer("quiet")
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            consumer.wait(TIMEOUT)
        assert not consumer.wait(0.01)


def test_an_interpreter_that_ends_with_open_streams_closes_them():
    program = "import ringplot; p = ringplot.timed('exit'); p.push(1.0, 2.0)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
    assert ringplot.streams() == []


def test_two_threads_push_into_two_streams():
    def push(name):
        with ringplot.uniform(name, 1.0, capacity=1 << 16) as p:
            for i in range(2000):
                p.push(i)
            counts[name] = p.written

    counts = {}
    threads = [threading.Thread(target=push, args=(f"thread/{i}",)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert counts == {"thread/0": 2000, "thread/1": 2000}


def test_a_million_calls_leak_nothing():
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    values = np.arange(8.0)
    with ringplot.timed("leaks", capacity=1024) as p:
        for i in range(200_000):
            p.push(i, 1.0)
        before = resident()
        for i in range(700_000):
            p.push(i, 1.0)
        for _ in range(100_000):
            p.push(values, values)
        for _ in range(100_000):
            try:
                p.push("", 1.0)
            except TypeError:
                pass
        assert resident() - before < 4 << 20


def test_without_a_display_there_is_no_window():
    with ringplot.timed("seen") as p:
        assert p.open_viewer() is False
    assert ringplot.open_viewer("seen") is False


def test_the_blocks_of_the_guide_run(tmp_path):
    guide = pathlib.Path(__file__).parents[2] / "docs" / "guide.md"
    blocks = [part.split("```\n")[0] for part in guide.read_text().split("```python\n")[1:]]
    assert len(blocks) == 2
    for block in blocks:
        ended = subprocess.run([sys.executable, "-c", block], timeout=60, capture_output=True, text=True)
        # Without a display the library says so in a line, and goes on.
        assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr


def test_types_are_checked(tmp_path):
    mypy = pytest.importorskip("mypy.api")
    right = "import ringplot\np = ringplot.timed('a', units=('s', 'J'))\np.push(1, 2.0)\nx: float = ringplot.Consumer('a').drain().x[0]\n"
    for text, awaited in [(right, 0), (right + "p.push('1', 2)\n", 1), (right + "ringplot.xy('b', colours=1)\n", 1)]:
        path = tmp_path / "program.py"
        path.write_text(text)
        said, _, status = mypy.run(["--strict", "--cache-dir", str(tmp_path), str(path)])
        assert status == awaited, said
