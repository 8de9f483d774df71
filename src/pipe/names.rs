//! From the labels in the input to names of streams.

use std::collections::HashSet;

use crate::shm::name;
use crate::stream::{DirectoryError, is_at_or_below, streams};

/// Parts of a name, at most; the base takes some of them.
const MAX_PARTS: usize = 16;
/// Bases and labels that are tried, at most.
const MAX_TRIES: usize = 1000;

/// `name`, or `name-2` and so on, whichever is the first that no live stream has or lies below.
pub(super) fn free_base(wanted: &str) -> Result<String, DirectoryError> {
    let taken = streams()?;
    let is_free = |base: &str| !taken.iter().any(|s| s.is_live && is_at_or_below(&s.name, base));
    Ok(numbered(wanted).find(|base| is_free(base)).unwrap_or_else(|| wanted.to_owned()))
}

/// `name`, `name-2`, `name-3`…
pub(super) fn numbered(name: &str) -> impl Iterator<Item = String> + use<> {
    let name = name.to_owned();
    (1..MAX_TRIES).map(move |n| if n == 1 { name.clone() } else { format!("{name}-{n}") })
}

/// A name of a stream's part that is allowed, as like `text` as can be.
pub(super) fn part(text: &str) -> String {
    let part: String = text.chars().take(60).map(|c| if c == '/' { '_' } else { c }).collect();
    let mended = mended(&part);
    if mended.is_empty() { "pipe".to_owned() } else { mended }
}

/// Gives each label a name below a base, which no other label has.
#[derive(Debug, Default)]
pub(super) struct Labels {
    taken: HashSet<String>,
}

impl Labels {
    /// The name of a label below `base`. `number` stands for a label that is empty.
    pub(super) fn name(&mut self, base: &str, label: &str, number: usize) -> String {
        let mut mended = mended(label);
        if mended.is_empty() {
            mended = number.to_string();
        }
        let parts = base.split('/').count();
        if parts + mended.split('/').count() > MAX_PARTS {
            let kept = MAX_PARTS - parts.min(MAX_PARTS - 1) - 1;
            let at = mended.match_indices('/').nth(kept).map_or(mended.len(), |(at, _)| at);
            mended = mended[..at].to_owned() + &mended[at..].replace('/', ".");
        }
        // What a suffix will take, too.
        while mended.chars().count() > 1 && name::checked(&format!("{base}/{mended}-999")).is_err() {
            mended.pop();
        }
        let trimmed = mended.trim_end_matches('/').to_owned();
        let free = numbered(&trimmed).find(|name| !self.taken.contains(name)).unwrap_or(trimmed);
        self.taken.insert(free.clone());
        free
    }
}

/// The label with what no name may have replaced, and its empty parts left out.
fn mended(label: &str) -> String {
    let mended = |part: &str| {
        let part: String = part.trim().chars().map(|c| if is_refused(c) { '_' } else { c }).collect();
        if part == "." || part == ".." { "_".repeat(part.len()) } else { part }
    };
    let parts = label.split('/').map(mended).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("/")
}

fn is_refused(c: char) -> bool {
    c != '/' && name::checked(c.encode_utf8(&mut [0; 4])).is_err() && c != '.'
}

#[cfg(test)]
mod tests {
    use super::{Labels, part};
    use crate::shm::name;

    #[test]
    fn a_label_becomes_the_name_that_is_most_like_it() {
        for (label, name) in [
            ("imu/acc[0]", "imu/acc[0]"),
            ("Temp °C", "Temp °C"),
            ("/a//b/", "a/b"),
            ("a\u{7}b\u{202e}", "a_b_"),
            ("../x", "__/x"),
            ("", "7"),
            (" / ", "7"),
            (".", "_"),
        ] {
            assert_eq!(Labels::default().name("base", label, 7), name, "{label:?}");
        }
        assert_eq!((part("a/b").as_str(), part("").as_str(), part("\0").as_str()), ("a_b", "pipe", "_"));
    }

    #[test]
    fn two_labels_never_share_a_name() {
        let mut labels = Labels::default();
        let names = ["a", "a", "a", "a-2", "A"].map(|label| labels.name("base", label, 1));
        assert_eq!(names, ["a", "a-2", "a-3", "a-2-2", "A"]);
    }

    proptest::proptest! {
        #[test]
        fn every_label_becomes_a_name(label in "\\PC{0,300}|[./ \\x00-\\x20]{0,20}|(a/){0,40}", base in "[a-zÄ]{1,20}(/b){0,14}") {
            let name = Labels::default().name(&base, &label, 1);
            let whole = format!("{base}/{name}");
            proptest::prop_assert!(name::checked(&whole).is_ok(), "{whole:?}");
        }
    }
}
