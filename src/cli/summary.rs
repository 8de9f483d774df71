//! What `--stats-json` writes: who drew, how fast, and what every run gave, to the point.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::output;
use crate::store::RunCounts;
#[cfg(feature = "viewer")]
use crate::viewer::FrameStats;

/// The JSON of `--stats-json`, of who draws with a GPU.
#[cfg(feature = "viewer")]
#[derive(Debug, Serialize)]
pub(super) struct Summary<'a> {
    adapter: &'a str,
    backend: &'a str,
    software: bool,
    frames: u64,
    frame_ms: FrameMs,
    streams: Vec<Stream<'a>>,
}

#[cfg(feature = "viewer")]
#[derive(Debug, Serialize)]
struct FrameMs {
    p50: f64,
    p99: f64,
    max: f64,
}

/// One run; received + lost = written − start, where `written` is the position up to which was drained.
#[derive(Debug, Serialize)]
pub(super) struct Stream<'a> {
    name: &'a str,
    run: String,
    start: u64,
    written: u64,
    received: u64,
    lost: u64,
}

impl<'a> Stream<'a> {
    pub(super) fn all(runs: &'a [RunCounts]) -> Vec<Self> {
        let stream = |run: &'a RunCounts| Stream {
            name: &run.name,
            run: format!("{:016x}", run.run),
            start: run.counts.start,
            written: run.counts.position,
            received: run.counts.received,
            lost: run.counts.lost,
        };
        runs.iter().map(stream).collect()
    }
}

#[cfg(feature = "viewer")]
impl<'a> Summary<'a> {
    pub(super) fn new(stats: &'a FrameStats, runs: &'a [RunCounts]) -> Self {
        let (p50, p99, max) = (stats.frame_ms.p50, stats.frame_ms.p99, stats.frame_ms.max);
        Self {
            adapter: &stats.adapter,
            backend: &stats.backend,
            software: stats.software,
            frames: stats.frames,
            frame_ms: FrameMs { p50, p99, max },
            streams: Stream::all(runs),
        }
    }

    /// Writes it to `path`, if one was given; `-` is standard output.
    pub(super) fn write(&self, path: Option<&Path>) -> anyhow::Result<()> {
        write(self, path)
    }
}

/// Writes JSON to `path`, if one was given; `-` is standard output.
pub(super) fn write(value: &impl Serialize, path: Option<&Path>) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    if path == Path::new("-") {
        return output::print_json(value);
    }
    let text = output::json(value)?;
    Ok(crate::export::save(path, |out| out.write_all(text.as_bytes()))?)
}
