//! Labels that are cut to a width and still read differently.

use std::collections::HashSet;

/// Shortest beginning that is worth leaving out, characters.
const LEAST_PREFIX: usize = 3;

/// Labels of at most `most` characters. Where some are longer, what all of them begin with is left out, in whole words; and
/// what is too long even so is cut where most of them still differ.
pub(crate) fn told_apart(labels: &[&str], most: usize) -> Vec<String> {
    if labels.iter().all(|label| label.chars().count() <= most) {
        return labels.iter().map(|label| (*label).to_owned()).collect();
    }
    let prefix = common_words(labels);
    let rests: Vec<Vec<char>> = labels
        .iter()
        .map(|label| {
            let mark = if prefix > 0 { "…" } else { "" };
            mark.chars().chain(label.chars().skip(prefix)).collect()
        })
        .collect();
    let cut = |at: f32| rests.iter().map(|rest| shortened(rest, most, at)).collect::<Vec<String>>();
    let different = |labels: &Vec<String>| labels.iter().collect::<HashSet<_>>().len();
    // The last of several that are as good is taken: the end is cut first.
    [0.5, 0.0, 1.0].map(cut).into_iter().max_by_key(different).unwrap_or_default()
}

/// At most so many characters, with this share of them from the beginning.
fn shortened(label: &[char], most: usize, from_beginning: f32) -> String {
    if label.len() <= most {
        return label.iter().collect();
    }
    let kept = most.saturating_sub(1);
    let first = (kept as f32 * from_beginning) as usize;
    let last = &label[label.len() - (kept - first)..];
    label[..first].iter().chain(&['…']).chain(last).collect()
}

/// Characters that all labels begin with, up to the last one that parts words or the number that follows.
fn common_words(labels: &[&str]) -> usize {
    let [first, others @ ..] = labels else { return 0 };
    if others.is_empty() {
        return 0;
    }
    let same = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let common = others.iter().map(|other| same(first, other)).min().unwrap_or(0);
    let prefix: Vec<char> = first.chars().take(common).collect();
    // A number is no word to break.
    let without_digits = common - prefix.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let numbers_follow =
        || labels.iter().all(|l| l.chars().nth(without_digits).is_some_and(|c| c.is_ascii_digit()));
    let end = if without_digits > 0 && numbers_follow() {
        without_digits
    } else {
        prefix.iter().rposition(|c| !c.is_alphanumeric()).map_or(0, |at| at + 1)
    };
    if end < LEAST_PREFIX || labels.iter().any(|label| label.chars().count() <= end) { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::told_apart;

    #[test]
    fn labels_that_fit_stay_and_others_read_differently() {
        assert_eq!(told_apart(&["rig/a", "rig/b"], 8), ["rig/a", "rig/b"]);
        assert_eq!(told_apart(&["rig/pressure_1", "rig/pressure_12"], 8), ["…1", "…12"]);
        assert_eq!(told_apart(&["channel_01", "channel_02"], 6), ["…01", "…02"]);
        assert_eq!(told_apart(&["temperature", "temporary"], 6), ["tempe…", "tempo…"]);
        assert_eq!(told_apart(&["a/flow of water", "b/flow of water"], 6), ["a/flo…", "b/flo…"]);
        assert_eq!(told_apart(&["much too long"], 6), ["much …"]);
        assert_eq!(told_apart(&["rig/", "rig/long name of one"], 6), ["rig/", "rig/l…"]);
        assert_eq!(told_apart(&["abc", "abd"], 0).len(), 2);
        assert!(told_apart(&[], 3).is_empty());
        let thirty: Vec<String> =
            (0..30).map(|i| format!("wing {} temperature {i:02} (°C)", i % 3)).collect();
        let labels: Vec<&str> = thirty.iter().map(String::as_str).collect();
        let mut shown = told_apart(&labels, 8);
        assert!(shown.iter().all(|label| label.chars().count() <= 8), "{shown:?}");
        shown.sort();
        shown.dedup();
        assert_eq!(shown.len(), 30, "{shown:?}");
    }
}
