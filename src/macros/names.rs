//! The names that this process plots under: who uses which, what was told, and how all end with the program.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use super::form::FormName;
use crate::stream::launch::{ViewerOptions, tell};
use crate::stream::{Ending, at_exit, open_viewer};

static NAMES: Mutex<Option<Names>> = Mutex::new(None);
static WINDOW: Once = Once::new();

#[derive(Default)]
struct Names {
    used: HashMap<String, Used>,
    /// Names of which an error was told, and names of which a second thread was told.
    told: HashSet<(String, Told)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Error,
    Second,
}

/// A name that some thread of this process has a stream for.
struct Used {
    form: FormName,
    /// By number: 1 is the name itself, 2 is `name/2`. What ends the stream, once it is there.
    streams: BTreeMap<u32, Option<Ending>>,
}

fn names() -> MutexGuard<'static, Option<Names>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes `name` for a thread: its number, and the name of its stream. `None`, told once, where another form has it.
pub(super) fn claim(name: &str, form: FormName) -> Option<(u32, String)> {
    let mut names = names();
    let names = names.get_or_insert_with(|| {
        at_exit(end_all);
        Names::default()
    });
    let used = names.used.entry(name.to_owned());
    let used = used.or_insert_with(|| Used { form, streams: BTreeMap::new() });
    if used.streams.is_empty() {
        used.form = form;
    }
    if used.form != form {
        let text = format!(
            "{name:?} is plotted as {} and as {}: the first is kept, the other needs a name of its own",
            used.form.text(),
            form.text()
        );
        if names.told.insert((name.to_owned(), Told::Error)) {
            tell(&text);
        }
        return None;
    }
    // One of so many is free.
    let most = used.streams.len() as u32 + 1;
    let number = (1..=most).find(|number| !used.streams.contains_key(number)).unwrap_or(most);
    used.streams.insert(number, None);
    let stream = if number == 1 { name.to_owned() } else { format!("{name}/{number}") };
    if number > 1 && names.told.insert((name.to_owned(), Told::Second)) {
        tell(&format!("a second thread plots {name:?}: its stream is {stream:?}"));
    }
    Some((number, stream))
}

/// The stream of a claimed name is there, or there anew.
pub(super) fn begun(name: &str, number: u32, ending: Option<Ending>) {
    let mut names = names();
    let used = names.as_mut().and_then(|names| names.used.get_mut(name));
    if let Some(stream) = used.and_then(|used| used.streams.get_mut(&number)) {
        *stream = ending;
    }
}

/// The stream of a claimed name is over, or never was.
pub(super) fn released(name: &str, number: u32) {
    let mut names = names();
    if let Some(used) = names.as_mut().and_then(|names| names.used.get_mut(name)) {
        used.streams.remove(&number);
    }
}

/// Tells of the first error of a name.
pub(super) fn tell_error(name: &str, text: &str) {
    let is_first = names().get_or_insert_default().told.insert((name.to_owned(), Told::Error));
    if is_first {
        tell(text);
    }
}

/// Opens the window with the program's first stream.
pub(super) fn open_window() {
    WINDOW.call_once(|| _ = open_viewer(&ViewerOptions::default()));
}

/// Ends the streams of threads that still run when the program ends.
extern "C" fn end_all() {
    let Some(names) = names().take() else { return };
    let streams = names.used.into_values().flat_map(|used| used.streams.into_values());
    for ending in streams.flatten() {
        ending.end();
    }
}
