//! Producers of each kind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use ringplot::{Point, Producer};

use crate::error;
use crate::numbers::{Numbers, many, numbers, same_length};

/// How many forks this process is away from the interpreter that loaded the module.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// Tells that this process was forked: what it was given of its parent's it must not push into.
#[pyfunction]
pub(crate) fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// A producer until it is closed, and in the process that made it.
struct Slot<M> {
    producer: Mutex<Option<Producer<M>>>,
    forks: u64,
}

/// A producer that may be pushed into.
struct Open<'a, M>(MutexGuard<'a, Option<Producer<M>>>);

impl<M> Slot<M> {
    fn new(producer: Producer<M>) -> Self {
        Self { producer: Mutex::new(Some(producer)), forks: FORKS.load(Ordering::Relaxed) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Producer<M>>> {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> PyResult<Open<'_, M>> {
        if self.forks != FORKS.load(Ordering::Relaxed) {
            let text =
                "the stream belongs to the process that this one was forked from: create one of its own";
            return Err(PyValueError::new_err(text));
        }
        let producer = self.lock();
        if producer.is_none() {
            return Err(PyValueError::new_err("the stream is closed: create it again to push"));
        }
        Ok(Open(producer))
    }

    /// Takes the producer out, to close it without the lock of the interpreter.
    fn take(&self) -> Option<Producer<M>> {
        self.lock().take()
    }
}

impl<M> Open<'_, M> {
    fn get(&mut self) -> &mut Producer<M> {
        self.0.as_mut().expect("it was looked at")
    }
}

/// What may be said of a stream, by keywords.
fn builder(name: &str, options: Option<&Bound<'_, PyDict>>) -> PyResult<ringplot::stream::Builder> {
    let mut builder = Producer::builder(name);
    for (key, value) in options.into_iter().flatten() {
        let key: String = key.extract()?;
        if value.is_none() {
            continue;
        }
        builder = match key.as_str() {
            "label" => builder.label(value.extract::<&str>()?),
            "group" => builder.group(value.extract::<&str>()?),
            "units" => {
                let (x, y): (String, String) = value.extract()?;
                builder.units(&x, &y)
            }
            "colour" => {
                let (red, green, blue) = value.extract()?;
                builder.colour(red, green, blue)
            }
            "style" => builder.style(
                value
                    .extract::<&str>()?
                    .parse()
                    .map_err(|e: ringplot::stream::ParseNameError| PyValueError::new_err(e.to_string()))?,
            ),
            "rate_hint" => builder.rate_hint(value.extract()?),
            "y_offset" => builder.y_offset(value.extract()?),
            "y_range" => {
                let (low, high) = value.extract()?;
                builder.y_range(low, high)
            }
            "order" => builder.order(value.extract()?),
            "capacity" => builder.capacity(value.extract()?),
            "origin" => {
                let seconds: f64 = value.extract()?;
                let origin =
                    Duration::try_from_secs_f64(seconds).ok().and_then(|since| UNIX_EPOCH.checked_add(since));
                builder.origin(origin.ok_or_else(|| {
                    PyValueError::new_err(format!("origin must be seconds since 1970, not {seconds}"))
                })?)
            }
            other => {
                return Err(pyo3::exceptions::PyTypeError::new_err(format!("a stream has no {other:?}")));
            }
        };
    }
    Ok(builder)
}

/// What all kinds have in common.
macro_rules! common {
    ($class:ident) => {
        #[pymethods]
        impl $class {
            /// Marks everything published so far as cleared: viewers forget it.
            fn clear(&self) -> PyResult<()> {
                self.0.open()?.get().clear();
                Ok(())
            }

            /// Points, or frames, published so far.
            #[getter]
            fn written(&self) -> PyResult<u64> {
                Ok(self.0.open()?.get().stats().written)
            }

            /// Points that the ring holds.
            #[getter]
            fn capacity(&self) -> PyResult<u64> {
                Ok(self.0.open()?.get().stats().capacity)
            }

            #[getter]
            fn name(&self) -> PyResult<String> {
                Ok(self.0.open()?.get().name().to_owned())
            }

            /// Opens a window, in a process of its own, on all streams of this program; whether there is one.
            fn open_viewer(&self) -> PyResult<bool> {
                Ok(self.0.open()?.get().open_viewer().is_open())
            }

            /// Closes the stream; the viewer keeps the picture. A stream that is closed already is left alone.
            fn close(&self, py: Python<'_>) {
                let producer = self.0.take();
                py.detach(|| drop(producer));
            }

            /// Closes the stream, and the viewer closes its window.
            fn finish(&self, py: Python<'_>) {
                let producer = self.0.take();
                py.detach(|| producer.map(Producer::finish));
            }

            fn __enter__(this: Py<Self>) -> Py<Self> {
                this
            }

            #[pyo3(signature = (*_exception))]
            fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) {
                self.close(py);
            }
        }
    };
}

/// A stream of y at times t, in seconds.
#[pyclass(frozen, module = "ringplot")]
pub(crate) struct Timed(Slot<ringplot::Timed>);

/// A stream of y at a fixed rate.
#[pyclass(frozen, module = "ringplot")]
pub(crate) struct Uniform(Slot<ringplot::Uniform>);

/// A stream of points (x, y) in any order.
#[pyclass(frozen, module = "ringplot")]
pub(crate) struct Xy(Slot<ringplot::Xy>);

/// A stream of whole curves, of which the newest counts.
#[pyclass(frozen, module = "ringplot")]
pub(crate) struct Snapshot(Slot<ringplot::Snapshot>);

/// A stream of texts.
#[pyclass(frozen, module = "ringplot")]
pub(crate) struct Events(Slot<ringplot::Events>);

common!(Timed);
common!(Uniform);
common!(Xy);
common!(Snapshot);
common!(Events);

#[pymethods]
impl Timed {
    #[new]
    #[pyo3(signature = (name, **options))]
    fn new(name: &str, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(Slot::new(builder(name, options)?.timed().map_err(error)?)))
    }

    /// Publishes y at time t: two numbers, or two buffers of one length.
    fn push(&self, t: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<()> {
        match (numbers::<f64>(t, "t")?, numbers::<f32>(y, "y")?) {
            (Numbers::One(t), Numbers::One(y)) => self.0.open()?.get().push(t, y),
            (Numbers::Many(t), Numbers::Many(y)) => {
                same_length(t.len(), y.len(), "t and y")?;
                self.0.open()?.get().push_slice(&t, &y);
            }
            _ => return Err(PyValueError::new_err("t and y must both be numbers, or both be buffers")),
        }
        Ok(())
    }

    /// Lifts the pen: the line breaks here.
    fn push_break(&self) -> PyResult<()> {
        self.0.open()?.get().push_break();
        Ok(())
    }
}

#[pymethods]
impl Uniform {
    #[new]
    #[pyo3(signature = (name, rate, t0 = 0.0, **options))]
    fn new(name: &str, rate: f64, t0: f64, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(Slot::new(builder(name, options)?.uniform(t0, rate).map_err(error)?)))
    }

    /// Publishes the next sample, or the samples of a buffer.
    fn push(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        match numbers::<f32>(y, "y")? {
            Numbers::One(y) => self.0.open()?.get().push(y),
            Numbers::Many(y) => self.0.open()?.get().push_slice(&y),
        }
        Ok(())
    }

    /// Lifts the pen for one sample.
    fn push_break(&self) -> PyResult<()> {
        self.0.open()?.get().push_break();
        Ok(())
    }
}

fn points(x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<Vec<Point>> {
    let (x, y) = (many::<f32>(x, "x")?, many::<f32>(y, "y")?);
    same_length(x.len(), y.len(), "x and y")?;
    Ok(x.into_iter().zip(y).map(|(x, y)| Point::new(x, y)).collect())
}

#[pymethods]
impl Xy {
    #[new]
    #[pyo3(signature = (name, **options))]
    fn new(name: &str, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(Slot::new(builder(name, options)?.xy().map_err(error)?)))
    }

    /// Publishes a point, or the points of two buffers of one length.
    fn push(&self, x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<()> {
        let points = points(x, y)?;
        self.0.open()?.get().push_slice(&points);
        Ok(())
    }

    /// Lifts the pen: the line breaks here.
    fn push_break(&self) -> PyResult<()> {
        self.0.open()?.get().push_break();
        Ok(())
    }
}

#[pymethods]
impl Snapshot {
    #[new]
    #[pyo3(signature = (name, longest, **options))]
    fn new(name: &str, longest: u32, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(Slot::new(builder(name, options)?.snapshot(longest).map_err(error)?)))
    }

    /// Publishes a whole curve for time t, in seconds; one that is longer than `longest` is cut.
    fn update(&self, t: f64, x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<()> {
        let points = points(x, y)?;
        self.0.open()?.get().update(t, &points);
        Ok(())
    }
}

#[pymethods]
impl Events {
    #[new]
    #[pyo3(signature = (name, **options))]
    fn new(name: &str, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(Slot::new(builder(name, options)?.events().map_err(error)?)))
    }

    /// Publishes a text for time t, in seconds; one of more than 4,096 bytes is cut.
    fn emit(&self, t: f64, text: &str) -> PyResult<()> {
        self.0.open()?.get().emit(t, text);
        Ok(())
    }
}

/// Opens a window, in a process of its own, on streams of whatever process, and what lies below them; whether there is one.
#[pyfunction]
#[pyo3(signature = (*names))]
pub(crate) fn open_viewer(names: Vec<String>) -> bool {
    let mut options = ringplot::ViewerOptions::default();
    options.streams = names;
    ringplot::stream::open_viewer(&options).is_open()
}
