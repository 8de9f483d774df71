//! Reading streams, and listing them.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ringplot::{Batch, FrameData, StartAt};

use crate::error;

/// How often a wait looks whether Ctrl-C was pressed.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// One of any number of readers of a stream.
#[pyclass(frozen, subclass, module = "ringplot")]
pub(crate) struct Consumer(Mutex<ringplot::Consumer>);

/// The bytes of x (f64) and of y (f32), and how many points were lost before them.
type Drained<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, u64);
/// Time, the bytes of x and of y (f32), and how many curves were skipped.
type Curve<'py> = (f64, Bound<'py, PyBytes>, Bound<'py, PyBytes>, u64);

impl Consumer {
    fn lock(&self) -> std::sync::MutexGuard<'_, ringplot::Consumer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Consumer {
    #[new]
    #[pyo3(signature = (name, start = "oldest", timeout = 0.0))]
    fn new(py: Python<'_>, name: &str, start: &str, timeout: f64) -> PyResult<Self> {
        let start = match start {
            "oldest" => StartAt::Oldest,
            "now" => StartAt::Now,
            other => {
                return Err(PyValueError::new_err(format!(
                    "start must be \"oldest\" or \"now\", not {other:?}"
                )));
            }
        };
        let timeout = seconds(timeout)?;
        let consumer =
            py.detach(|| ringplot::Consumer::attach_timeout(name, start, timeout)).map_err(error)?;
        Ok(Self(Mutex::new(consumer)))
    }

    fn _drain<'py>(&self, py: Python<'py>, limit: usize) -> Drained<'py> {
        let mut batch = Batch::with_limit(limit);
        let drained = py.detach(|| self.lock().drain(&mut batch));
        let x: Vec<u8> = batch.iter().flat_map(|(_, x, _)| x.to_ne_bytes()).collect();
        let y: Vec<u8> = batch.iter().flat_map(|(_, _, y)| y.to_ne_bytes()).collect();
        (PyBytes::new(py, &x), PyBytes::new(py, &y), drained.lost)
    }

    fn _newest<'py>(&self, py: Python<'py>) -> Option<Curve<'py>> {
        let mut frame = FrameData::default();
        let skipped = self.lock().newest_frame(&mut frame)?;
        let x: Vec<u8> = frame.points().flat_map(|point| point.x.to_ne_bytes()).collect();
        let y: Vec<u8> = frame.points().flat_map(|point| point.y.to_ne_bytes()).collect();
        Some((frame.t, PyBytes::new(py, &x), PyBytes::new(py, &y), skipped))
    }

    /// The unread events that are still in the ring, oldest first, each with its time in seconds.
    fn events(&self) -> Vec<(f64, String)> {
        let mut events = Vec::new();
        self.lock().each_frame(&mut FrameData::default(), |frame| events.push((frame.t, frame.text())));
        events
    }

    /// Waits until there is something unread, for at most `timeout` seconds; whether there is. Ctrl-C ends it.
    #[pyo3(signature = (timeout = f64::INFINITY))]
    fn wait(&self, py: Python<'_>, timeout: f64) -> PyResult<bool> {
        let (begun, timeout) = (Instant::now(), seconds(timeout)?);
        loop {
            let left = timeout.saturating_sub(begun.elapsed());
            let (has_data, is_over) = py.detach(|| {
                let mut consumer = self.lock();
                let has_data = consumer.wait_for_data(left.min(SIGNALS_EVERY));
                (has_data, !has_data && consumer.liveness().is_over())
            });
            py.check_signals()?;
            // What came between the two looks is not left behind.
            if has_data || is_over || left.is_zero() {
                return Ok(has_data || (is_over && self.lock().wait_for_data(Duration::ZERO)));
            }
        }
    }

    fn _counts(&self) -> (u64, u64, u64, u64) {
        let counts = self.lock().counts();
        (counts.start, counts.position, counts.received, counts.lost)
    }

    /// How the producer is: live, stalled, closed, finished, dead, replaced or damaged.
    #[getter]
    fn liveness(&self) -> String {
        self.lock().liveness().to_string()
    }

    /// Whether nothing will come any more.
    #[getter]
    fn is_over(&self) -> bool {
        self.lock().liveness().is_over()
    }

    /// timed, uniform, xy, snapshot or events.
    #[getter]
    fn kind(&self) -> String {
        self.lock().kind().to_string()
    }

    #[getter]
    fn name(&self) -> String {
        self.lock().name().to_owned()
    }

    /// Units of x and y.
    #[getter]
    fn units(&self) -> (String, String) {
        let consumer = self.lock();
        (consumer.meta().x_unit.clone(), consumer.meta().y_unit.clone())
    }

    /// What pushed y are differences to.
    #[getter]
    fn y_offset(&self) -> f64 {
        self.lock().meta().y_offset
    }
}

/// Seconds as a duration; a year for what is longer.
fn seconds(seconds: f64) -> PyResult<Duration> {
    if seconds.is_nan() || seconds < 0.0 {
        return Err(PyValueError::new_err(format!("timeout must be seconds from 0 on, not {seconds}")));
    }
    Ok(Duration::from_secs_f64(seconds.min(31_536_000.0)))
}

/// Name, whether it lives, and process of each stream that the registry knows.
#[pyfunction(name = "_streams")]
pub(crate) fn streams() -> PyResult<Vec<(String, bool, Option<u32>)>> {
    let streams = ringplot::stream::streams().map_err(error)?;
    Ok(streams.into_iter().map(|stream| (stream.name, stream.is_live, stream.pid)).collect())
}
