//! The module `ringplot._ringplot`: streams from Python. `ringplot/__init__.py` is what a program imports.

mod consumer;
mod numbers;
mod producer;

use pyo3::prelude::*;

pyo3::create_exception!(
    ringplot,
    Error,
    pyo3::exceptions::PyException,
    "What is wrong with a stream, and what to do."
);

/// An error of the library as an exception, with the library's sentence.
fn error(error: impl std::fmt::Display) -> PyErr {
    Error::new_err(error.to_string())
}

#[pymodule]
fn _ringplot(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Error", module.py().get_type::<Error>())?;
    module.add_class::<producer::Timed>()?;
    module.add_class::<producer::Uniform>()?;
    module.add_class::<producer::Xy>()?;
    module.add_class::<producer::Snapshot>()?;
    module.add_class::<producer::Events>()?;
    module.add_class::<consumer::Consumer>()?;
    module.add_function(wrap_pyfunction!(consumer::streams, module)?)?;
    module.add_function(wrap_pyfunction!(producer::open_viewer, module)?)?;
    module.add_function(wrap_pyfunction!(producer::forked, module)?)
}
