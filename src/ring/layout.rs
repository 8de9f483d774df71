//! The segment's bytes, version 2. `LAYOUT.md` documents them for other languages; the assertions below hold the
//! two together.

use std::mem::{offset_of, size_of};

use bytemuck::{Pod, Zeroable};

#[cfg(not(target_endian = "little"))]
compile_error!("ringplot segments are little-endian, and so must the machine be");

#[cfg(not(target_pointer_width = "64"))]
compile_error!("positions are used as indices: ringplot needs a 64-bit machine");

/// `RINGPLOT` in ASCII, read as a little-endian word; stored last, with Release.
pub const MAGIC: u64 = u64::from_le_bytes(*b"RINGPLOT");
/// Major version: readers refuse any other.
pub const MAJOR: u16 = 2;
/// Minor version: readers accept any.
pub const MINOR: u16 = 0;
/// Written as a u32; reads differently on a machine of the other endianness.
pub const ENDIAN: u32 = 0x0102_0304;
/// f32 x in the low half of a slot, f32 y in the high half.
pub const POINT_FORMAT: u32 = 1;
/// Points in a block, as a power of two.
pub const LOG2_BLOCK: u32 = 8;
/// Points in a block: the unit of reservation and of epochs.
pub const BLOCK: u64 = 1 << LOG2_BLOCK;
/// Slots that follow a frame's payload.
pub const TRAILER: u64 = 2;
/// Smallest and largest capacity, as powers of two.
pub const LOG2_CAPACITY: std::ops::RangeInclusive<u32> = 10..=32;
/// Smallest page of a system, in bytes: the control page is a whole page.
pub const MIN_PAGE: u64 = 4096;
/// Epochs and points begin at a multiple of this, in bytes.
pub const ALIGNMENT: u64 = 128;

/// Offset of `write_position`, with `reserved_position` alone in 128 bytes: what a reader asks for is one line.
pub const OFF_WRITE_POSITION: u64 = 0x0100;
/// Offset of `reserved_position`.
pub const OFF_RESERVED_POSITION: u64 = 0x0108;
/// Offset of `state`: a u32, stored as the word that begins there.
pub const OFF_STATE: u64 = 0x0180;
/// Offset of `cleared_before`.
pub const OFF_CLEARED_BEFORE: u64 = 0x0188;
/// Offset of `newest_frame`.
pub const OFF_NEWEST_FRAME: u64 = 0x0190;
/// Offset of `frame_count`.
pub const OFF_FRAME_COUNT: u64 = 0x0198;
/// Offset of the metadata.
pub const OFF_META: u64 = 0x0200;

/// Offset within the control page of a word that is not 0 once the viewer that the producer's own program started has
/// attached.
pub const OFF_CONTROL_OWN_VIEWER: u64 = 0x08;

/// Most bytes of metadata.
pub const MAX_META: u64 = 65_536 - OFF_META;

/// State of a run: the producer is at work (or was killed).
pub const STATE_LIVE: u64 = 1;
/// State of a run: the producer closed the stream; the picture stays.
pub const STATE_CLOSED: u64 = 2;
/// State of a run: the producer finished; the viewer closes its window.
pub const STATE_FINISHED: u64 = 3;

/// What the slots hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum SlotContents {
    /// An endless trace of points.
    Trace = 0,
    /// Frames of points; the newest counts.
    Snapshot = 1,
    /// Frames of UTF-8 text; all count.
    Events = 2,
}

/// The first 256 bytes of a segment, written once before the magic.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
#[expect(missing_docs, reason = "LAYOUT.md documents every field")]
pub struct Header {
    pub magic: u64,
    pub major: u16,
    pub minor: u16,
    pub header_len: u32,
    pub segment_len: u64,
    pub endian: u32,
    pub point_format: u32,
    pub run_id: u64,
    pub origin_unix_ns: i64,
    pub created_mono_ns: u64,
    pub producer_pid: u32,
    pub x_mode: u32,
    pub producer_start_time: u64,
    pub log2_capacity: u32,
    pub log2_block: u32,
    pub max_frame_len: u32,
    pub stream_kind: u32,
    pub off_epochs: u64,
    pub off_points: u64,
    pub off_control: u64,
    pub off_meta: u64,
    pub len_meta: u32,
    pub crc32: u32,
    pub t0: f64,
    pub rate: f64,
    pub reserved: [u64; 14],
}

/// Words of a header.
pub const HEADER_WORDS: usize = size_of::<Header>() / 8;

const _: () = {
    assert!(size_of::<Header>() == 0x100);
    assert!(offset_of!(Header, magic) == 0x00);
    assert!(offset_of!(Header, major) == 0x08);
    assert!(offset_of!(Header, minor) == 0x0A);
    assert!(offset_of!(Header, header_len) == 0x0C);
    assert!(offset_of!(Header, segment_len) == 0x10);
    assert!(offset_of!(Header, endian) == 0x18);
    assert!(offset_of!(Header, point_format) == 0x1C);
    assert!(offset_of!(Header, run_id) == 0x20);
    assert!(offset_of!(Header, origin_unix_ns) == 0x28);
    assert!(offset_of!(Header, created_mono_ns) == 0x30);
    assert!(offset_of!(Header, producer_pid) == 0x38);
    assert!(offset_of!(Header, x_mode) == 0x3C);
    assert!(offset_of!(Header, producer_start_time) == 0x40);
    assert!(offset_of!(Header, log2_capacity) == 0x48);
    assert!(offset_of!(Header, log2_block) == 0x4C);
    assert!(offset_of!(Header, max_frame_len) == 0x50);
    assert!(offset_of!(Header, stream_kind) == 0x54);
    assert!(offset_of!(Header, off_epochs) == 0x58);
    assert!(offset_of!(Header, off_points) == 0x60);
    assert!(offset_of!(Header, off_control) == 0x68);
    assert!(offset_of!(Header, off_meta) == 0x70);
    assert!(offset_of!(Header, len_meta) == 0x78);
    assert!(offset_of!(Header, crc32) == 0x7C);
    assert!(offset_of!(Header, t0) == 0x80);
    assert!(offset_of!(Header, rate) == 0x88);
};

/// Where everything lies in a segment, in bytes from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Slots, as a power of two.
    pub log2_capacity: u32,
    /// Bytes of metadata at [`OFF_META`].
    pub len_meta: u64,
    /// Epochs, one word a block.
    pub off_epochs: u64,
    /// Slots, one word a point.
    pub off_points: u64,
    /// The control page, the last and the only bytes that a viewer writes.
    pub off_control: u64,
    /// Length of the segment.
    pub segment_len: u64,
}

impl Geometry {
    /// The geometry that this version writes, with `page` the system's page size in bytes.
    pub fn new(log2_capacity: u32, len_meta: u64, page: u64) -> Self {
        let page = page.max(MIN_PAGE);
        let capacity = 1u64 << log2_capacity;
        let off_epochs = (OFF_META + len_meta).next_multiple_of(ALIGNMENT);
        let off_points = (off_epochs + (capacity >> LOG2_BLOCK) * 8).next_multiple_of(ALIGNMENT);
        let off_control = (off_points + capacity * 8).next_multiple_of(page);
        Self { log2_capacity, len_meta, off_epochs, off_points, off_control, segment_len: off_control + page }
    }

    /// Slots in the ring.
    pub fn capacity(&self) -> u64 {
        1 << self.log2_capacity
    }

    /// Blocks in the ring.
    pub fn blocks(&self) -> u64 {
        self.capacity() >> LOG2_BLOCK
    }
}

/// What makes a header unusable.
///
/// ```
/// use ringplot::AttachError;
/// use ringplot::stream::HeaderError;
///
/// /// Whether the stream is of a ringplot with which this one cannot talk.
/// fn is_of_another_version(error: &AttachError) -> bool {
///     matches!(error, AttachError::Header { source: HeaderError::Version { .. }, .. })
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The producer has not finished creating it.
    #[error("the stream is still initialising")]
    Initialising,
    /// Not a ringplot segment.
    #[error("the segment's magic is {0:#018x}, not a ringplot stream's")]
    Magic(u64),
    /// Written by another major version.
    #[error(
        "the stream has layout version {major}.{minor}, and this program reads {MAJOR}.x: update the older of the two"
    )]
    Version {
        /// Major version found.
        major: u16,
        /// Minor version found.
        minor: u16,
    },
    /// Written on a machine of the other endianness.
    #[error("the stream was written by a machine of another byte order")]
    Endian,
    /// The checksum over header and metadata does not match.
    #[error("the header's checksum is {found:#010x} and should be {computed:#010x}: the segment is damaged")]
    Checksum {
        /// As stored.
        found: u32,
        /// As computed.
        computed: u32,
    },
    /// A field that makes no sense, or reaches outside the segment.
    #[error(
        "the header's {field} is {value}, which does not fit a segment of {segment_len} bytes: the segment is damaged or truncated"
    )]
    Field {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u64,
        /// The length of what is mapped.
        segment_len: u64,
    },
}

debug_as_sentence!(HeaderError);

impl Header {
    /// The checksum over everything in the header but the magic and itself, and over the metadata.
    pub fn checksum(&self, meta: &[u8]) -> u32 {
        let bytes = bytemuck::bytes_of(self);
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&bytes[0x08..0x7C]);
        hasher.update(&bytes[0x80..0x100]);
        hasher.update(meta);
        hasher.finalize()
    }

    /// Checks a copied header against the length of what is mapped, in checked arithmetic. `read_meta` is called
    /// once, with a length that lies within the segment, for the metadata that the checksum covers.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(
        &self,
        mapped_len: u64,
        read_meta: impl FnOnce(u64) -> Vec<u8>,
    ) -> Result<(Geometry, Vec<u8>), HeaderError> {
        let field = |field, value| Err(HeaderError::Field { field, value, segment_len: mapped_len });
        if self.magic == 0 {
            return Err(HeaderError::Initialising);
        }
        if self.magic != MAGIC {
            return Err(HeaderError::Magic(self.magic));
        }
        if self.endian == ENDIAN.swap_bytes() {
            return Err(HeaderError::Endian);
        }
        if self.major != MAJOR {
            return Err(HeaderError::Version { major: self.major, minor: self.minor });
        }
        if self.endian != ENDIAN {
            return field("endian", u64::from(self.endian));
        }
        if self.point_format != POINT_FORMAT {
            return field("point_format", u64::from(self.point_format));
        }
        if !LOG2_CAPACITY.contains(&self.log2_capacity) {
            return field("log2_capacity", u64::from(self.log2_capacity));
        }
        if self.log2_block != LOG2_BLOCK {
            return field("log2_block", u64::from(self.log2_block));
        }
        if self.x_mode > 2 {
            return field("x_mode", u64::from(self.x_mode));
        }
        if self.stream_kind > 2 {
            return field("stream_kind", u64::from(self.stream_kind));
        }
        if self.x_mode == 2 && !(self.t0.is_finite() && self.rate.is_finite() && self.rate > 0.0) {
            return field("rate", self.rate.to_bits());
        }
        if self.run_id == 0 {
            return field("run_id", 0);
        }
        if self.segment_len > mapped_len {
            return field("segment_len", self.segment_len);
        }
        let geometry = Geometry {
            log2_capacity: self.log2_capacity,
            len_meta: u64::from(self.len_meta),
            off_epochs: self.off_epochs,
            off_points: self.off_points,
            off_control: self.off_control,
            segment_len: self.segment_len,
        };
        if geometry.len_meta > MAX_META {
            return field("len_meta", geometry.len_meta);
        }
        if self.off_meta != OFF_META {
            return field("off_meta", self.off_meta);
        }
        // Regions must be aligned, in order, and inside.
        let regions = [
            ("off_epochs", self.off_epochs, OFF_META + geometry.len_meta, ALIGNMENT),
            ("off_points", self.off_points, self.off_epochs.saturating_add(geometry.blocks() * 8), ALIGNMENT),
            (
                "off_control",
                self.off_control,
                self.off_points.saturating_add(geometry.capacity() * 8),
                MIN_PAGE,
            ),
            ("segment_len", self.segment_len, self.off_control.saturating_add(MIN_PAGE), 1),
        ];
        for (name, offset, least, alignment) in regions {
            if offset < least || offset % alignment != 0 || offset > self.segment_len {
                return field(name, offset);
            }
        }
        let longest = geometry.capacity() / 4 - TRAILER;
        let payload = if self.stream_kind == SlotContents::Events as u32 { longest * 8 } else { longest };
        if self.stream_kind != 0 && u64::from(self.max_frame_len) > payload {
            return field("max_frame_len", u64::from(self.max_frame_len));
        }
        let meta = read_meta(geometry.len_meta);
        let computed = self.checksum(&meta);
        if computed != self.crc32 {
            return Err(HeaderError::Checksum { found: self.crc32, computed });
        }
        Ok((geometry, meta))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> Header {
        let geometry = Geometry::new(10, 0, 4096);
        let mut header = Header {
            magic: MAGIC,
            major: MAJOR,
            minor: MINOR,
            header_len: 0x100,
            segment_len: geometry.segment_len,
            endian: ENDIAN,
            point_format: POINT_FORMAT,
            run_id: 1,
            log2_capacity: 10,
            log2_block: LOG2_BLOCK,
            off_epochs: geometry.off_epochs,
            off_points: geometry.off_points,
            off_control: geometry.off_control,
            off_meta: OFF_META,
            ..Header::zeroed()
        };
        header.crc32 = header.checksum(&[]);
        header
    }

    fn check(header: &Header, mapped_len: u64) -> Result<Geometry, HeaderError> {
        header.check(mapped_len, |_| Vec::new()).map(|(geometry, _)| geometry)
    }

    #[test]
    fn what_is_written_passes() {
        let header = valid();
        assert_eq!(check(&header, header.segment_len), Ok(Geometry::new(10, 0, 4096)));
    }

    #[test]
    fn any_minor_passes_and_any_other_major_is_refused() {
        let mut header = valid();
        header.minor = 77;
        header.crc32 = header.checksum(&[]);
        assert!(check(&header, header.segment_len).is_ok());
        for major in [0, 1, 3] {
            header.major = major;
            let error = check(&header, header.segment_len).unwrap_err();
            assert_eq!(error, HeaderError::Version { major, minor: 77 });
            let text = format!(
                "the stream has layout version {major}.77, and this program reads 2.x: update the older of the two"
            );
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn a_segment_of_layout_1_is_told_by_its_version_whatever_else_it_says() {
        // As 1.1 wrote it: its regions lie elsewhere, its checksum covers other bytes.
        let mut header = valid();
        (header.major, header.minor) = (1, 1);
        (header.off_control, header.off_epochs, header.off_points) = (16_384, 32_768, 49_152);
        (header.off_meta, header.segment_len) = (0x0400, 57_344);
        header.crc32 ^= 1;
        assert_eq!(check(&header, 57_344), Err(HeaderError::Version { major: 1, minor: 1 }));
    }

    #[test]
    fn a_small_stream_is_small() {
        // 8 KiB of points, and a page that viewers write.
        assert_eq!(Geometry::new(10, 200, 4096).segment_len, 4 * 4096);
        assert_eq!(Geometry::new(10, 200, 16_384).segment_len, 2 * 16_384);
    }

    #[test]
    fn a_truncated_segment_is_refused() {
        let header = valid();
        assert!(matches!(
            check(&header, header.segment_len - 1),
            Err(HeaderError::Field { field: "segment_len", .. })
        ));
    }

    #[test]
    fn one_flipped_byte_anywhere_is_refused() {
        let header = valid();
        for at in 0..size_of::<Header>() {
            let mut hostile = header;
            bytemuck::bytes_of_mut(&mut hostile)[at] ^= 0x40;
            assert!(check(&hostile, header.segment_len).is_err(), "byte {at:#x}");
        }
    }

    proptest::proptest! {
        /// Whatever the fields say, and with a valid checksum, what passes lies inside the segment.
        #[test]
        fn a_hostile_header_never_reaches_outside(
            fields in proptest::collection::vec((0usize..0x100, proptest::prelude::any::<u8>()), 0..12),
            mapped_len in 0u64..40_000,
        ) {
            let mut header = valid();
            for (at, byte) in fields {
                bytemuck::bytes_of_mut(&mut header)[at] = byte;
            }
            header.crc32 = header.checksum(&[]);
            if let Ok(geometry) = check(&header, mapped_len) {
                proptest::prop_assert!(geometry.segment_len <= mapped_len);
                proptest::prop_assert!(OFF_META + geometry.len_meta <= geometry.off_epochs);
                proptest::prop_assert!(geometry.off_epochs + geometry.blocks() * 8 <= geometry.off_points);
                proptest::prop_assert!(geometry.off_points + geometry.capacity() * 8 <= geometry.off_control);
                proptest::prop_assert!(geometry.off_control + MIN_PAGE <= geometry.segment_len);
            }
        }
    }
}
