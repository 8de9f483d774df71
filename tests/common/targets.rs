//! What the fuzz targets do with an input, and `tests/fuzzed.rs` with a million of its own: whatever the bytes are, no
//! panic, nothing outside the memory, no more out than there is room for.
#![allow(dead_code, reason = "each fuzz target is one of these functions")]

use ringplot::ring::layout::{HEADER_WORDS, MAX_META, OFF_META};
use ringplot::ring::sync::{AtomicU64, Ordering};
use ringplot::ring::{Batch, Counters, FrameData, FrameReader, Memory, Payload, Reader, StartAt, XMode};
use ringplot::stream::hostile;

/// Fix the checksum, or nothing gets past it.
pub(crate) const FIX_CHECKSUM: u8 = 1;
/// Map as much as the header asks for.
pub(crate) const FIX_LENGTH: u8 = 2;

/// Takes bytes off an input; zeros once there are no more.
struct Input<'d>(&'d [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn word(&mut self) -> u64 {
        let mut bytes = [0; 8];
        for byte in &mut bytes {
            *byte = self.byte();
        }
        u64::from_le_bytes(bytes)
    }
}

/// Flags, the length of the mapping, and the first words of a segment; whether it is a header.
pub(crate) fn header(data: &[u8]) -> bool {
    let mut input = Input(data);
    let (flags, mut mapped_len) = (input.byte(), input.word());
    // What a mapping of that length would show, as far as the input goes.
    let most = (OFF_META + MAX_META) as usize;
    let mut bytes = input.0[..input.0.len().min(most)].to_vec();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let is_whole = bytes.len() >= HEADER_WORDS * 8;
    if flags & FIX_CHECKSUM != 0 && is_whole {
        let head: [u8; HEADER_WORDS * 8] = bytes[..HEADER_WORDS * 8].try_into().expect("just checked");
        let len_meta = u32::from_le_bytes([head[0x78], head[0x79], head[0x7A], head[0x7B]]) as usize;
        let from = (OFF_META as usize).min(bytes.len());
        let words = len_meta.div_ceil(8) * 8;
        // As the parser sees it: all of the metadata, or none of it.
        let meta = if bytes.len() - from >= words { &bytes[from..from + len_meta] } else { &[] };
        let checksum = crc32(&[&head[0x08..0x7C], &head[0x80..], meta]);
        bytes[0x7C..0x80].copy_from_slice(&checksum.to_le_bytes());
    }
    if flags & FIX_LENGTH != 0 && is_whole {
        mapped_len = u64::from_le_bytes(bytes[0x10..0x18].try_into().expect("eight bytes"));
    }
    let words: Vec<AtomicU64> = bytes
        .chunks_exact(8)
        .map(|word| AtomicU64::new(u64::from_le_bytes(word.try_into().expect("eight bytes"))))
        .collect();
    let Ok((header, geometry, kind, x_mode, meta)) = hostile::header(&words, mapped_len) else {
        return false;
    };
    assert!(geometry.segment_len <= mapped_len);
    assert!(OFF_META + geometry.len_meta <= geometry.off_epochs);
    assert!(geometry.off_epochs + geometry.blocks() * 8 <= geometry.off_points);
    assert!(geometry.off_points + geometry.capacity() * 8 <= geometry.off_control);
    assert!(geometry.off_control + 4096 <= geometry.segment_len);
    assert!((1 << 10..=1 << 32).contains(&geometry.capacity()));
    assert!(!kind.is_frames() || u64::from(header.max_frame_len) <= geometry.capacity() * 2);
    assert!(meta.label.len() <= 3 * geometry.len_meta as usize);
    if let XMode::Uniform { t0, rate } = x_mode {
        assert!(t0.is_finite() && rate > 0.0 && rate.is_finite());
    }
    // The words of an input are hardly ever a whole segment: then there is no ring, and no panic.
    let ring = hostile::memory(&words, &geometry);
    assert_eq!(ring.is_some(), words.len() as u64 * 8 >= geometry.off_points + geometry.capacity() * 8);
    true
}

/// The CRC-32 of IEEE 802.3, a bit at a time: independent of the one under test.
pub(crate) fn crc32(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for byte in parts.iter().copied().flatten() {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// A file of the registry, a file's name, and metadata.
pub(crate) fn registry(data: &[u8]) {
    if let Some((run, os_id, pid)) = hostile::record(data) {
        let hex = os_id.strip_prefix("/ringplot-").expect("no other segment is ever opened");
        assert!(run != 0 && hex.len() == 16 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let text = hostile::record_text(run, &os_id, pid);
        assert_eq!(hostile::record(text.as_bytes()), Some((run, os_id, pid)));
    }
    let text = String::from_utf8_lossy(data);
    for line in text.lines().chain([&*text]) {
        if let Some(name) = hostile::name_of_file(line) {
            assert_eq!(hostile::file_of_name(&name).as_deref(), Some(line));
        }
        if let Some(file) = hostile::file_of_name(line) {
            assert!(!file.contains('/') && !file.starts_with('.') && !file.contains('\0'), "{file:?}");
            assert!(file.len() <= 200 && file.is_ascii(), "{file:?}");
            let name = line.strip_prefix('/').unwrap_or(line);
            assert_eq!(hostile::name_of_file(&file).as_deref(), Some(name));
        }
    }
    // What was read once reads back the same.
    let meta = hostile::meta(&hostile::meta_bytes(&hostile::meta(data)));
    assert_eq!(hostile::meta(&hostile::meta_bytes(&meta)), meta);
}

/// Words of a ring, and what is done with it: reads, late readers, and somebody who scribbles in between. How many
/// frames came out.
pub(crate) fn ring(data: &[u8]) -> u64 {
    let mut input = Input(data);
    let log2_capacity = 8 + u32::from(input.byte() % 3);
    let x_mode = match input.byte() % 3 {
        0 => XMode::Xy,
        1 => XMode::Timed,
        _ => XMode::Uniform { t0: 0.0, rate: 1000.0 },
    };
    let limit = 1 << (input.byte() % 12);
    let payload = if input.byte() % 2 == 0 { Payload::Points } else { Payload::Bytes };
    let max_length = input.word() as u32;
    let counters: [AtomicU64; 5] = std::array::from_fn(|_| AtomicU64::new(input.word()));
    let capacity = 1usize << log2_capacity;
    let slots: Vec<AtomicU64> = (0..capacity).map(|_| AtomicU64::new(0)).collect();
    let epochs: Vec<AtomicU64> = (0..capacity / 256).map(|_| AtomicU64::new(0)).collect();
    let counted = Counters {
        write_position: &counters[0],
        reserved_position: &counters[1],
        cleared_before: &counters[2],
        newest_frame: &counters[3],
        frame_count: &counters[4],
    };
    let memory = Memory::<8>::new(&slots, &epochs, counted).expect("a power of two");
    let mut reader = Reader::attach(memory, StartAt::Oldest);
    let mut frames = FrameReader::new(reader_of(memory), payload, max_length, input.byte() % 2 == 0);
    let mut batch = Batch::with_limit(limit);
    let mut frame = FrameData::default();
    let mut taken = 0;
    for _ in 0..64 {
        if input.0.is_empty() {
            break;
        }
        match input.byte() % 8 {
            0 => {
                let (which, value) = (input.byte() % 5, input.word());
                counters[usize::from(which)].store(value, Ordering::Relaxed);
            }
            1 => {
                // A slot near the end of the newest frame, where trailers lie, or anywhere.
                let (near, value) = (input.byte(), input.word());
                let end = counters[3].load(Ordering::Relaxed);
                let at = end.wrapping_sub(u64::from(near)) as usize % capacity;
                slots[at].store(value, Ordering::Relaxed);
            }
            2 => {
                let at = input.word() as usize;
                epochs[at % epochs.len()].store(input.word(), Ordering::Relaxed);
            }
            3 => {
                let drained = reader.drain(&mut batch, x_mode);
                assert!(drained.count as usize <= capacity.min(limit));
                assert_eq!(drained.count as usize, batch.points.len());
                assert_eq!(batch.iter().count(), batch.points.len());
                assert_eq!(batch.first, drained.first);
                assert!(reader.cursor() >= drained.first);
            }
            4 => {
                if frames.newest(&mut frame).is_some() {
                    whole(&frame, payload, max_length, capacity);
                    taken += 1;
                }
            }
            5 => {
                let mut given = 0;
                frames.each(&mut frame, |frame| {
                    whole(frame, payload, max_length, capacity);
                    given += 1;
                });
                assert!(given <= capacity);
                taken += given as u64;
            }
            6 => {
                let start = if input.byte() % 2 == 0 { StartAt::Oldest } else { StartAt::Now };
                reader = Reader::attach(memory, start);
                assert!(reader.start() <= reader.written());
            }
            _ => {
                frames = FrameReader::new(reader_of(memory), payload, max_length, input.byte() % 2 == 0);
                let _ = (frames.lost(), frames.cursor(), frames.start(), frames.cleared_before());
            }
        }
    }
    taken
}

fn reader_of(memory: Memory<'_>) -> Reader<'_> {
    Reader::attach(memory, StartAt::Oldest)
}

fn whole(frame: &FrameData, payload: Payload, max_length: u32, capacity: usize) {
    assert!(frame.length <= max_length && frame.words.len() < capacity);
    assert_eq!(frame.words.len() as u64, payload.slots(frame.length));
    assert!(frame.text().len() <= 3 * 8 * frame.words.len());
    assert_eq!(frame.points().len(), frame.words.len());
}
