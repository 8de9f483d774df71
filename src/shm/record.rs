//! What the registry's files hold: which run of a producer a name stands for.

use std::io::Read;

/// What a lock file and a `.stream` file say: which run of a producer a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The run.
    pub(crate) run: u64,
    /// Name of the run's segment.
    pub(crate) os_id: String,
    /// The producer's process.
    pub(crate) pid: u32,
}

impl Record {
    pub(crate) fn to_text(&self) -> String {
        format!("run={:016x}\nos_id={}\npid={:010}\n", self.run, self.os_id, self.pid)
    }

    /// The record in a file, which may hold anything.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let run = u64::from_str_radix(value("run")?, 16).ok().filter(|run| *run != 0)?;
        let os_id = value("os_id").filter(|id| is_segment_id(id))?.to_owned();
        Some(Self { run, os_id, pid: value("pid")?.parse().ok()? })
    }

    pub(crate) fn read(file: &mut impl Read) -> Option<Self> {
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text).ok()?;
        Self::parse(&text)
    }
}

/// A random name for a new segment.
pub(crate) fn random_segment_id() -> String {
    format!("/ringplot-{:016x}", rand::random::<u64>())
}

/// Whether `os_id` is a name that [`random_segment_id`] could have given: no other is ever opened or unlinked.
pub(crate) fn is_segment_id(os_id: &str) -> bool {
    os_id
        .strip_prefix("/ringplot-")
        .is_some_and(|hex| hex.len() == 16 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::{Record, is_segment_id, random_segment_id};

    fn record() -> Record {
        Record { run: 7, os_id: "/ringplot-0123456789abcdef".into(), pid: 42 }
    }

    #[test]
    fn records_read_back_and_nonsense_does_not() {
        assert_eq!(Record::parse(&record().to_text()), Some(record()));
        for bad in ["", "run=0\nos_id=/ringplot-0123456789abcdef\npid=1", "run=1\nos_id=/etc\npid=1", "run=x"]
        {
            assert_eq!(Record::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_random_segment_id_is_one() {
        assert!(is_segment_id(&random_segment_id()));
    }
}
