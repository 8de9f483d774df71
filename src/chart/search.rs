//! Everything that can be asked for by name: commands, streams, panels, views; found by typing a part of it.

use super::command::{ALL, Command};
use super::keymap::Keymap;
use super::snapshot::StreamSnapshot;
use super::state::PlotState;
use super::view_request::ViewRequest;

/// Something that can be asked for by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    Run(Command),
    /// Shows or hides a stream in all panels.
    Stream(String),
    /// Chooses a panel.
    Panel(String),
    /// Shows a view.
    View(ViewRequest),
}

/// What fits to a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) keys: String,
    pub(crate) wish: Wish,
}

/// What fits to a text, the best first.
pub(crate) fn search<'a>(
    text: &str,
    keymap: &Keymap,
    panels: impl Iterator<Item = &'a PlotState>,
    streams: &[StreamSnapshot],
) -> Vec<Found> {
    let wanted = text.trim().to_lowercase();
    let found = |name: String, wish| Found { name, keys: String::new(), wish };
    let commands = ALL.iter().filter(|spec| spec.command != Command::Palette).map(|spec| {
        let name = format!("{}: {}", spec.group, spec.title);
        let misfit = if spec.is_also(&wanted) { Some(0) } else { misfit(text, &name) };
        (misfit, Found { name, keys: keymap.keys_of(spec.command), wish: Wish::Run(spec.command) })
    });
    let panels = panels
        .map(|plot| found(format!("Go to panel {}", plot.shown_title()), Wish::Panel(plot.key().to_owned())));
    let streams = streams.iter().map(|stream| {
        let name = &stream.info.meta.name;
        found(format!("Show or hide {name}"), Wish::Stream(name.clone()))
    });
    let others = panels.chain(streams).map(|found| (misfit(text, &found.name), found));
    let all = commands.chain(others).filter_map(|(misfit, found)| Some((misfit?, found)));
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(misfit, _)| *misfit);
    // What is a view is hardly meant as a name.
    let view = ViewRequest::parse(text).map(|view| found(view.title(), Wish::View(view)));
    view.into_iter().chain(all.into_iter().map(|(_, found)| found)).collect()
}

/// How badly `text` fits to `name`; `None` if not all of its letters are there in order. Words that hold the text come
/// before names that only have its letters.
fn misfit(text: &str, name: &str) -> Option<usize> {
    /// More than any gaps between letters.
    const SCATTERED: usize = 1 << 16;
    let name = name.to_lowercase();
    let whole = text.trim().to_lowercase();
    if let Some(at) = name.find(&whole) {
        let begins_word = name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        return Some(if begins_word { at.min(8) } else { 16 + at.min(8) });
    }
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut gaps) = (0, 0);
    for letter in text.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let step = name[at..].iter().position(|c| *c == letter)?;
        gaps += if at == 0 { step.min(8) } else { step };
        at += step + 1;
    }
    Some(SCATTERED + gaps)
}

#[cfg(test)]
mod tests {
    use super::misfit;

    #[test]
    fn letters_in_order_fit_and_those_together_fit_best() {
        assert_eq!(misfit("", "anything"), Some(0));
        assert_eq!(misfit("xq", "Fit x"), None);
        assert!(misfit("fit", "View: Fit all") < misfit("fit", "Follow: …i…t"));
        // A word in the middle comes before letters from the start.
        assert!(misfit("max", "Panels: Maximise") < misfit("max", "Measure: add x"));
        assert!(misfit("ТОК", "ток фазы").is_some());
    }
}
