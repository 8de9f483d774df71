//! What was done, counted, and how long it took.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::board::Phase;

/// The counts of one part.
#[derive(Debug)]
pub struct Figures {
    title: &'static str,
    began: Instant,
    /// Where the kills fell: the phase that the victim was in when it was dead.
    pub kills: BTreeMap<Phase, u64>,
    counts: BTreeMap<&'static str, u64>,
    /// Every process that was started.
    pub pids: BTreeSet<u32>,
}

impl Figures {
    pub fn new(title: &'static str) -> Self {
        println!("{title}");
        Self {
            title,
            began: Instant::now(),
            kills: BTreeMap::new(),
            counts: BTreeMap::new(),
            pids: BTreeSet::new(),
        }
    }

    pub fn add(&mut self, what: &'static str, count: u64) {
        *self.counts.entry(what).or_default() += count;
    }

    pub fn killed_in(&mut self, phase: Phase) {
        *self.kills.entry(phase).or_default() += 1;
    }

    pub fn all_kills(&self) -> u64 {
        self.kills.values().sum()
    }

    /// Prints all and gives the processes.
    pub fn tell(self) -> BTreeSet<u32> {
        if !self.kills.is_empty() {
            let by_phase: Vec<_> =
                self.kills.iter().map(|(phase, n)| format!("{} {n}", phase.name())).collect();
            println!("    {} kills: {}", self.all_kills(), by_phase.join(", "));
        }
        for (what, count) in &self.counts {
            println!("    {count} {what}");
        }
        println!("    {}: {:.1} s", self.title, self.began.elapsed().as_secs_f64());
        self.pids
    }
}
