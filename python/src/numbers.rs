//! Numbers of Python: one, or a buffer of them, of whatever type, contiguous or strided, of numpy or not.

use std::any::Any;

use pyo3::buffer::{Element, PyUntypedBuffer};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyFloat;

/// One number, or as many as a buffer has.
pub(crate) enum Numbers<T> {
    One(T),
    Many(Vec<T>),
}

/// What points are made of.
pub(crate) trait Real: Copy + 'static {
    fn of(value: f64) -> Self;
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as f32
    }
}

/// The numbers of a buffer as `T`: copied once where they are that already.
fn converted<E: Element + 'static, T: Real>(values: Vec<E>, real: impl Fn(E) -> T) -> Vec<T> {
    let values: Box<dyn Any> = Box::new(values);
    match values.downcast::<Vec<T>>() {
        Ok(same) => *same,
        Err(other) => other
            .downcast::<Vec<E>>()
            .map(|values| values.into_iter().map(real).collect())
            .unwrap_or_default(),
    }
}

/// The numbers of `object`, which the message calls `what`.
pub(crate) fn numbers<T: Real>(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Numbers<T>> {
    if let Ok(value) = object.cast_exact::<PyFloat>() {
        return Ok(Numbers::One(T::of(value.value())));
    }
    let refused = || {
        let kind = object.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "{what} must be a number, or a buffer of floats or integers of this machine's byte order such as an array of \
             numpy, not {kind}"
        ))
    };
    let buffer = PyUntypedBuffer::get(object).ok().filter(|buffer| buffer.dimensions() > 0);
    let Some(buffer) = buffer else {
        // A scalar of numpy is a buffer of no dimension.
        return object.extract::<f64>().map(|value| Numbers::One(T::of(value))).map_err(|_| refused());
    };
    // The buffers of pyo3 look at kind and size of the elements alone.
    if matches!(buffer.format().to_bytes(), [b'>' | b'!', ..]) {
        return Err(refused());
    }
    macro_rules! try_types {
        ($($type:ty),*) => {
            $(if let Ok(typed) = buffer.as_typed::<$type>() {
                if buffer.dimensions() != 1 {
                    let text = format!("{what} must have one dimension, not {}", buffer.dimensions());
                    return Err(PyValueError::new_err(text));
                }
                let values = typed.to_vec(object.py())?;
                return Ok(Numbers::Many(converted(values, |value| T::of(value as f64))));
            })*
        };
    }
    try_types!(f64, f32, i64, i32, i16, i8, u64, u32, u16, u8);
    Err(refused())
}

/// As many numbers as a buffer has.
pub(crate) fn many<T: Real>(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<T>> {
    Ok(match numbers(object, what)? {
        Numbers::One(value) => vec![value],
        Numbers::Many(values) => values,
    })
}

/// An error unless both are as long.
pub(crate) fn same_length(a: usize, b: usize, what: &str) -> PyResult<()> {
    if a == b {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("{what} must be of one length, not {a} and {b}")))
}
