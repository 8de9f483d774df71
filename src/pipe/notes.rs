//! What was left out: counted by kind, and the first of a kind told.

/// Says a line to the person who started the pipe.
pub type Tell = Box<dyn FnMut(&str) + Send>;

/// Kinds of what is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// A line that fits nothing.
    Line,
    /// A line of more than 1 MiB.
    LongLine,
    /// A line without a time that can be read.
    Time,
    /// A text where numbers are: the pen is lifted.
    Text,
    /// A number that no f32 holds: the pen is lifted.
    TooLarge,
    /// A value of a stream that was not created.
    Stream,
}

const KINDS: [(Left, &str, &str); 6] = [
    (Left::Line, "line that fits nothing", "lines that fit nothing"),
    (Left::LongLine, "line longer than 1 MiB", "lines longer than 1 MiB"),
    (Left::Time, "line without a time", "lines without a time"),
    (Left::Text, "text among numbers", "texts among numbers"),
    (Left::TooLarge, "number beyond a 32-bit float", "numbers beyond a 32-bit float"),
    (Left::Stream, "value of a stream too many", "values of streams too many"),
];

/// Letters of a line that are told.
const EXCERPT: usize = 60;

/// The counts, and who is told.
pub(super) struct Notes {
    tell: Tell,
    counts: [u64; KINDS.len()],
}

impl Notes {
    pub(super) fn new(tell: Tell) -> Self {
        Self { tell, counts: [0; KINDS.len()] }
    }

    /// Tells something that is no loss.
    pub(super) fn tell(&mut self, text: &str) {
        (self.tell)(text);
    }

    /// Counts one; the first of its kind is told.
    pub(super) fn leave_out(&mut self, what: Left, first: impl FnOnce() -> String) {
        let count = &mut self.counts[what as usize];
        *count += 1;
        if *count == 1 {
            (self.tell)(&first());
        }
    }

    pub(super) fn count(&self, what: Left) -> u64 {
        self.counts[what as usize]
    }

    /// All of it in words; empty where nothing was left out.
    pub(super) fn summary(&self) -> String {
        let told = KINDS.iter().filter_map(|(what, one, many)| match self.count(*what) {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

/// The beginning of a line, for a message.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * EXCERPT)]);
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(EXCERPT).collect();
    if letters.next().is_some() { format!("'{shown}…'") } else { format!("'{shown}'") }
}
