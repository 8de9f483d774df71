//! The two ways out: data to standard output, everything else to standard error. Neither panics when nobody listens.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::errors::with_causes;
use crate::viewer::{self, Store};

/// Standard output, in large writes: flush it before waiting, and at the end.
pub(super) fn data() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes `text` to standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = data();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes `value` to standard output as JSON that people can read, too.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// One line for the person at the terminal.
pub(super) fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "ringplot: {text}");
}

/// What is told of a stream whose memory was damaged after `position`.
pub(super) fn damage(name: &str, position: u64) -> String {
    format!(
        "the shared memory of stream {name:?} was cut short or overwritten: nothing after position {position} can be read; start its producer again"
    )
}

/// A line for each stream whose memory was damaged while it was shown.
pub(super) fn tell_damaged(store: &Store) {
    for (name, counts) in store.damaged() {
        tell(&damage(&name, counts.written));
    }
}

/// Checks, before anything is begun, that files can be written there; `-` is standard output.
pub(super) fn check_targets<'a>(
    targets: impl IntoIterator<Item = Option<&'a PathBuf>>,
) -> anyhow::Result<()> {
    for path in targets.into_iter().flatten().filter(|path| *path != Path::new("-")) {
        viewer::check_target(path)?;
    }
    Ok(())
}

/// One outcome of several things that were done, none of which another's failure prevents: the first error, and a line
/// for each other.
pub(super) fn together(outcomes: impl IntoIterator<Item = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut errors: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    errors.sort_by_key(is_closed_pipe);
    let mut errors = errors.into_iter();
    let first = errors.next().map_or(Ok(()), Err);
    for error in errors.filter(|error| !is_closed_pipe(error)) {
        tell(&with_causes(&*error));
    }
    first
}

/// An error where streams that were asked for could not be read.
pub(super) fn refuse_unreadable(store: &Store) -> anyhow::Result<()> {
    store.unreadable().map_or(Ok(()), |what| Err(anyhow::anyhow!(what)))
}

/// Whether the reader of our output has gone: it has seen all that it wanted to see.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
