//! One run of a producer: its segment, its name in the registry, and how both end.

use bytemuck::Zeroable;

use super::meta::{Meta, StreamKind};
use super::{CreateError, launch};
use crate::ring::layout::{
    ENDIAN, Geometry, HEADER_WORDS, Header, LOG2_BLOCK, MAGIC, MAJOR, MAX_META, MINOR,
    OFF_CONTROL_OWN_VIEWER, OFF_META, OFF_STATE, POINT_FORMAT, STATE_CLOSED, STATE_LIVE,
};
use crate::ring::sync::{AtomicU64, Ordering};
use crate::ring::{Counters, Memory, XMode, handover, layout};
use crate::shm::record::{Record, random_segment_id};
use crate::shm::registry::{self, Claim, ClaimError, Paths};
use crate::shm::{self, Segment, cleanup};

/// What a new run is made from.
#[derive(Debug)]
pub(super) struct NewRun {
    pub(super) meta: Meta,
    pub(super) kind: StreamKind,
    pub(super) x_mode: XMode,
    pub(super) log2_capacity: u32,
    pub(super) max_frame_len: u32,
}

/// One run of a producer. Dropping it ends the run.
#[derive(Debug)]
pub(super) struct Run {
    segment: Segment,
    claim: Claim,
    geometry: Geometry,
    id: u64,
    name: String,
    /// The state that the end of the run leaves.
    pub(super) end_state: u64,
}

impl AsRef<Segment> for Run {
    fn as_ref(&self) -> &Segment {
        &self.segment
    }
}

impl Run {
    /// Creates the run. The order is what lets a successor and `gc` find whatever a kill leaves: lock, record, segment,
    /// magic, announcement.
    pub(super) fn create(new_run: &NewRun) -> Result<Self, CreateError> {
        let name = new_run.meta.name.clone();
        let meta = new_run.meta.to_bytes();
        let geometry = Geometry::new(new_run.log2_capacity, meta.len() as u64, shm::os::page_size());
        let most = MAX_META as usize;
        if meta.len() > most {
            return Err(CreateError::Meta { bytes: meta.len(), most });
        }
        let dir = shm::for_producer()?;
        // One in this folder may be held by a passer-by for a moment, or by a producer: claiming tells.
        let is_elsewhere =
            |entry: &registry::RegistryEntry| entry.is_held && !entry.paths.lock.starts_with(&dir);
        if let Some(entry) = registry::find(&name)?.filter(is_elsewhere) {
            let pid = entry.record.or_else(|| entry.paths.locked_record()).map(|record| record.pid);
            return Err(CreateError::NameInUse { name, pid });
        }
        let claim = Claim::new(&dir, &name).map_err(|error| match error {
            ClaimError::Held(pid) => CreateError::NameInUse { name: name.clone(), pid },
            ClaimError::Io(source, path) => CreateError::Registry { source, path },
        })?;
        let id = std::iter::repeat_with(rand::random::<u64>).find(|id| *id != 0).expect("random numbers end");
        let record = Record { run: id, os_id: random_segment_id(), pid: std::process::id() };
        let io_error = |source| CreateError::Registry { source, path: claim.paths.lock.clone() };
        if let Err(error) = claim.write(&record) {
            claim.remove(&record.os_id);
            return Err(io_error(error));
        }
        let segment = match Segment::create(&record.os_id, geometry.segment_len) {
            Ok(segment) => segment,
            Err(error) => {
                claim.remove(&record.os_id);
                return Err(error.into());
            }
        };
        let header = header(new_run, &geometry, &meta, id);
        shm::init_ready(&segment, geometry.off_control);
        write_header(segment.words(), &header, &meta);
        if let Err(error) = claim.announce(&record) {
            claim.remove(&record.os_id);
            return Err(io_error(error));
        }
        tracing::info!(name, run = format_args!("{id:016x}"), capacity = geometry.capacity(), "created");
        cleanup::pass_by();
        Ok(Self { segment, claim, geometry, id, name, end_state: STATE_CLOSED })
    }

    /// The run's id.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The stream's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a viewer has attached to this run.
    pub(super) fn is_viewer_ready(&self) -> bool {
        shm::is_ready(&self.segment, self.geometry.off_control)
    }

    /// Whether the viewer that this program started has attached to this run.
    fn is_own_viewer_attached(&self) -> bool {
        is_own_viewer_attached(&self.segment, self.geometry.off_control)
    }

    /// What ends the run from outside.
    pub(super) fn ending(&self) -> Ending {
        Ending {
            run: self.id,
            os_id: self.segment.os_id().to_owned(),
            paths: self.claim.paths.clone(),
            off_control: self.geometry.off_control,
            pid: std::process::id(),
        }
    }

    /// The ring over the words of this run's segment.
    pub(super) fn memory(&self, words: &'static [AtomicU64]) -> Memory<'static> {
        memory(words, &self.geometry).expect("a geometry of our own fits its segment")
    }
}

/// What ends a run from outside, where the program ends and the thread that has the producer still runs.
#[derive(Debug)]
pub struct Ending {
    run: u64,
    os_id: String,
    paths: Paths,
    off_control: u64,
    pid: u32,
}

impl Ending {
    /// Ends the run as its `Drop` does, unless it is over, or of a process that this one was forked from.
    pub(crate) fn end(&self) {
        let is_ours = self.pid == std::process::id();
        let is_there = || self.paths.locked_record().is_some_and(|record| record.run == self.run);
        if !(is_ours && is_there()) {
            return;
        }
        if let Ok(segment) = Segment::open(&self.os_id) {
            launch::wait_until_attached(|| is_own_viewer_attached(&segment, self.off_control));
            handover::end(&segment.words()[word(OFF_STATE)], STATE_CLOSED);
        }
        if is_there() {
            self.paths.remove(&self.os_id);
        }
    }
}

fn is_own_viewer_attached(segment: &Segment, off_control: u64) -> bool {
    segment.words()[word(off_control + OFF_CONTROL_OWN_VIEWER)].load(Ordering::Relaxed) != 0
}

impl Drop for Run {
    fn drop(&mut self) {
        // In a process forked from ours the stream is not ours to end.
        if !self.claim.is_ours() {
            return;
        }
        launch::wait_until_attached(|| self.is_own_viewer_attached());
        handover::end(&self.segment.words()[word(OFF_STATE)], self.end_state);
        self.claim.remove(self.segment.os_id());
        tracing::info!(name = self.name, "closed");
    }
}

/// The index of the word at a byte offset.
pub(super) fn word(offset: u64) -> usize {
    (offset / 8) as usize
}

/// The ring of a segment with this geometry, or `None` when it does not fit.
pub(super) fn memory<'m>(words: &'m [AtomicU64], geometry: &Geometry) -> Option<Memory<'m>> {
    let counters = Counters {
        write_position: words.get(word(layout::OFF_WRITE_POSITION))?,
        reserved_position: words.get(word(layout::OFF_RESERVED_POSITION))?,
        cleared_before: words.get(word(layout::OFF_CLEARED_BEFORE))?,
        newest_frame: words.get(word(layout::OFF_NEWEST_FRAME))?,
        frame_count: words.get(word(layout::OFF_FRAME_COUNT))?,
    };
    let (epochs, points) = (word(geometry.off_epochs), word(geometry.off_points));
    let epochs = words.get(epochs..epochs + geometry.blocks() as usize)?;
    let slots = words.get(points..points + geometry.capacity() as usize)?;
    Memory::new(slots, epochs, counters)
}

fn header(new_run: &NewRun, geometry: &Geometry, meta: &[u8], run: u64) -> Header {
    let (x_mode, t0, rate) = match new_run.x_mode {
        XMode::Xy => (0, 0.0, 0.0),
        XMode::Timed => (1, 0.0, 0.0),
        XMode::Uniform { t0, rate } => (2, t0, rate),
    };
    let pid = std::process::id();
    let mut header = Header {
        magic: MAGIC,
        major: MAJOR,
        minor: MINOR,
        header_len: size_of::<Header>() as u32,
        segment_len: geometry.segment_len,
        endian: ENDIAN,
        point_format: POINT_FORMAT,
        run_id: run,
        origin_unix_ns: new_run.meta.origin_unix_nanos.unwrap_or_else(shm::os::unix_nanos),
        created_mono_ns: shm::os::monotonic_nanos(),
        producer_pid: pid,
        x_mode,
        producer_start_time: shm::os::start_time(pid),
        log2_capacity: geometry.log2_capacity,
        log2_block: LOG2_BLOCK,
        max_frame_len: new_run.max_frame_len,
        stream_kind: new_run.kind.contents() as u32,
        off_epochs: geometry.off_epochs,
        off_points: geometry.off_points,
        off_control: geometry.off_control,
        off_meta: OFF_META,
        len_meta: meta.len() as u32,
        t0,
        rate,
        ..Header::zeroed()
    };
    header.crc32 = header.checksum(meta);
    header
}

/// Writes metadata, header and state, and the magic last.
fn write_header(words: &[AtomicU64], header: &Header, meta: &[u8]) {
    for (slot, bytes) in words[word(OFF_META)..].iter().zip(meta.chunks(8)) {
        let mut padded = [0; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        slot.store(u64::from_le_bytes(padded), Ordering::Relaxed);
    }
    let header: [u64; HEADER_WORDS] = bytemuck::cast(*header);
    for (slot, value) in words.iter().zip(header).skip(1) {
        slot.store(value, Ordering::Relaxed);
    }
    words[word(OFF_STATE)].store(STATE_LIVE, Ordering::Relaxed);
    handover::announce(&words[0], header[0]);
}
