//! Why a pipe ends before its input does.

use std::io;

use crate::stream::CreateError;

/// Why a pipe ends before its input does.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PipeError {
    /// The first stream cannot be created.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// There is no such column.
    #[error("no column is called '{name}', and there are {}: choose one of {}", .columns.len(), .columns.join(", "))]
    NoColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// The system does not give the input.
    #[error("cannot read the input")]
    Input(#[source] io::Error),
}

debug_as_sentence!(PipeError);
