//! Attaching: the name's segment is found, mapped and checked, and where a reader begins is decided.

use std::io;
use std::time::{Duration, Instant};

use bytemuck::Zeroable;

use super::meta::{Clock, Meta};
use super::run::{memory, word};
use super::{AttachError, streams};
use crate::ring::layout::{
    Geometry, HEADER_WORDS, Header, HeaderError, OFF_META, OFF_STATE, STATE_LIVE, SlotContents,
};
use crate::ring::sync::{AtomicU64, Ordering};
use crate::ring::{Memory, Reader, StartAt, handover};
use crate::shm::Segment;
use crate::shm::os::page_size;
use crate::shm::record::Record;
use crate::shm::registry::{self, RegistryEntry};

/// How much later than the attach the first drain may be without a loss.
const UNTIL_FIRST_DRAIN: Duration = Duration::from_millis(20);
/// How often, and how far apart, an attach looks whether the producer is writing.
const LOOKS: u32 = 4;
const LOOKS_APART: Duration = Duration::from_micros(200);

/// What a mapped stream is, fixed for its run.
#[derive(Debug)]
pub(super) struct Attachment {
    pub(super) segment: Segment,
    pub(super) entry: RegistryEntry,
    pub(super) header: Header,
    pub(super) geometry: Geometry,
    pub(super) meta: Meta,
}

impl AsRef<Segment> for Attachment {
    fn as_ref(&self) -> &Segment {
        &self.segment
    }
}

impl Attachment {
    /// A reader of this run's ring, over the words of its segment; `None` where they are no ring any more.
    pub(super) fn reader(&self, words: &'static [AtomicU64], start: StartAt) -> Option<Reader<'static>> {
        let memory = memory(words, &self.geometry)?;
        let headroom = if start == StartAt::Oldest && self.is_at_work() { headroom(&memory) } else { 0 };
        Some(Reader::attach_inside(memory, start, headroom))
    }

    /// Whether the producer lived and had not ended the run when it was attached to.
    fn is_at_work(&self) -> bool {
        let state = handover::state(&self.segment.words()[word(OFF_STATE)]);
        self.entry.is_held && state & u64::from(u32::MAX) == STATE_LIVE
    }
}

/// What the producer may overwrite until the first drain, in points: nothing where it rests, or has half a ring to go.
/// A reader that began at the oldest point of a ring that is being written would lose points before it could take any.
fn headroom(memory: &Memory<'_>) -> u64 {
    let written = || memory.counters().write_position.load(Ordering::Relaxed);
    let (begun, first) = (Instant::now(), written());
    // At most half of what the ring holds: a burst is no rate.
    let most = memory.capacity() / 2;
    if first < most {
        return 0;
    }
    for _ in 0..LOOKS {
        std::thread::sleep(LOOKS_APART);
        let came = written().saturating_sub(first);
        if came > 0 {
            let share = UNTIL_FIRST_DRAIN.as_secs_f64() / begun.elapsed().as_secs_f64();
            return (came as f64 * share).clamp(1.0, most as f64) as u64;
        }
    }
    0
}

/// One try to attach: what can be waited for comes as the inner error.
pub(super) fn try_attach(name: &str) -> Result<Result<Attachment, AttachError>, AttachError> {
    let initialising = || AttachError::Initialising { name: name.to_owned(), waited_secs: 0.0 };
    let unknown = || -> Result<AttachError, AttachError> {
        let live: Vec<String> =
            streams()?.into_iter().filter(|stream| stream.is_live).map(|stream| stream.name).collect();
        // A producer may have begun to create it since we looked.
        Ok(if live.iter().any(|other| other == name) {
            initialising()
        } else {
            AttachError::Unknown { name: name.to_owned(), live }
        })
    };
    let Some(entry) = registry::find(name)? else { return Ok(Err(unknown()?)) };
    let Some(record) = entry.record.clone() else {
        return Ok(Err(if entry.is_held { initialising() } else { unknown()? }));
    };
    let is_held = entry.is_held;
    match open(entry, &record) {
        Ok(attachment) => Ok(Ok(attachment)),
        Err(OpenError::Header(HeaderError::Initialising)) => Ok(Err(initialising())),
        Err(OpenError::Header(source)) => Err(AttachError::Header { name: name.to_owned(), source }),
        Err(OpenError::UnknownKey(key)) => Err(AttachError::UnknownKey { name: name.to_owned(), key }),
        // The name was taken over, or closed, between the two looks: look again.
        Err(OpenError::Stale) => Ok(Err(AttachError::Gone { name: name.to_owned() })),
        Err(OpenError::Protect(source)) => Err(AttachError::Map { name: name.to_owned(), source }),
        Err(OpenError::Map(error)) => match error.kind() {
            io::ErrorKind::NotFound if is_held => Ok(Err(AttachError::Gone { name: name.to_owned() })),
            // A dead producer makes it no more.
            io::ErrorKind::NotFound => Err(AttachError::Gone { name: name.to_owned() }),
            io::ErrorKind::InvalidInput => Ok(Err(initialising())),
            _ => Err(AttachError::Map { name: name.to_owned(), source: error }),
        },
    }
}

enum OpenError {
    Header(HeaderError),
    Map(io::Error),
    Protect(io::Error),
    UnknownKey(String),
    Stale,
}

fn open(entry: RegistryEntry, record: &Record) -> Result<Attachment, OpenError> {
    let segment = Segment::open(&record.os_id).map_err(OpenError::Map)?;
    let (header, geometry, meta) = read_header(segment.words(), segment.len()).map_err(OpenError::Header)?;
    if header.run_id != record.run {
        return Err(OpenError::Stale);
    }
    if geometry.off_control % page_size() != 0 {
        let segment_len = segment.len();
        let field = HeaderError::Field { field: "off_control", value: geometry.off_control, segment_len };
        return Err(OpenError::Header(field));
    }
    segment.protect_before(geometry.off_control).map_err(OpenError::Protect)?;
    let (meta, unknown) = Meta::parse(&meta);
    if let Some(key) = unknown {
        return Err(OpenError::UnknownKey(key));
    }
    let mut meta = Meta { name: entry.name.clone(), ..meta };
    meta.origin_unix_nanos = (meta.clock == Clock::Wall).then_some(header.origin_unix_ns);
    Ok(Attachment { segment, entry, header, geometry, meta })
}

/// Copies the header out once and checks the copy; nothing of it is read again.
pub(super) fn read_header(words: &[AtomicU64], len: u64) -> Result<(Header, Geometry, Vec<u8>), HeaderError> {
    let truncated = || HeaderError::Field { field: "length", value: len, segment_len: len };
    let head = words.get(..HEADER_WORDS).ok_or_else(truncated)?;
    let mut copy = [0u64; HEADER_WORDS];
    copy[0] = handover::announced(&head[0]);
    for (to, from) in copy.iter_mut().zip(head).skip(1) {
        *to = from.load(Ordering::Relaxed);
    }
    let mut header = Header::zeroed();
    bytemuck::bytes_of_mut(&mut header).copy_from_slice(bytemuck::bytes_of(&copy));
    let read_meta = |len: u64| {
        let first = word(OFF_META);
        let words = words.get(first..first + len.div_ceil(8) as usize).unwrap_or_default();
        let mut bytes: Vec<u8> = words.iter().flat_map(|w| w.load(Ordering::Relaxed).to_le_bytes()).collect();
        bytes.truncate(len as usize);
        bytes
    };
    let (geometry, meta) = header.check(len, read_meta)?;
    debug_assert!(header.stream_kind <= SlotContents::Events as u32);
    Ok((header, geometry, meta))
}
