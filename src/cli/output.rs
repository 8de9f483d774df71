//! The two ways out: data to standard output, everything else to standard error. Neither panics when nobody listens.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::errors::with_causes;
use crate::store::Store;
use crate::stream::{escaped, escaped_json, escaped_lines};

/// Standard output, in large writes: flush it before waiting, and at the end.
pub(super) fn data() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes `text` to standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = data();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes a path to standard output: as it is for a program that reads it, and escaped for a person.
pub(super) fn print_path(path: &Path) -> anyhow::Result<()> {
    let path = path.display().to_string();
    let is_read_by_a_person = io::stdout().is_terminal();
    print(&format!("{}\n", if is_read_by_a_person { escaped(&path) } else { path.as_str().into() }))
}

/// Writes `value` to standard output as JSON that people can read, too.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&json(value)?)
}

/// `value` as JSON over several lines.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(escaped_json(serde_json::to_string_pretty(value)?) + "\n")
}

/// `value` as JSON on one line.
pub(super) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(escaped_json(serde_json::to_string(value)?) + "\n")
}

/// One line for the person at the terminal.
pub(super) fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "ringplot: {}", escaped(text));
}

/// Says what is wrong with the command line, or what was asked for by `--help` and `--version`; the exit status.
pub(super) fn usage(said: &clap::Error) -> anyhow::Result<u8> {
    if said.use_stderr() {
        // It quotes the arguments.
        let _ = io::stderr().write_all(escaped_lines(&said.render().to_string()).as_bytes());
        return Ok(2);
    }
    let text = said.render();
    if has_colours(&io::stdout()) {
        print(&text.ansi().to_string())?;
    } else {
        print(&text.to_string())?;
    }
    Ok(0)
}

/// Whether `output` is a terminal whose user wants colours: see <https://no-color.org>.
pub(super) fn has_colours(output: &impl IsTerminal) -> bool {
    output.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Standard error for the log: an event a write. Its fields may hold anything; where it has colours, the log itself
/// escapes what could be mistaken for one.
pub(super) struct Log {
    pub(super) has_colours: bool,
}

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let pieces: Vec<_> =
            if self.has_colours { line.split('\x1b').map(escaped).collect() } else { vec![escaped(line)] };
        writeln!(io::stderr(), "{}", pieces.join("\x1b")).map(|()| event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
        tell(&damage(&name, counts.position));
    }
}

/// Checks, before anything is begun, that files can be written there; `-` is standard output.
pub(super) fn check_targets<'a>(
    targets: impl IntoIterator<Item = Option<&'a PathBuf>>,
) -> anyhow::Result<()> {
    for path in targets.into_iter().flatten().filter(|path| *path != Path::new("-")) {
        crate::export::check_target(path)?;
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
