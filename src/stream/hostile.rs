//! The parsers of what other processes wrote, for the fuzz targets and their twin in the tests. No part of the interface.

use super::attach::read_header;
use super::meta::{Meta, StreamKind};
use super::run;
use crate::ring::layout::{Geometry, Header, HeaderError};
use crate::ring::sync::AtomicU64;
use crate::ring::{Memory, XMode};
use crate::shm::name;
use crate::shm::record::Record;

/// What attaching makes of the words of a segment that is `len` bytes long.
///
/// # Errors
/// See [`HeaderError`].
pub fn header(
    words: &[AtomicU64],
    len: u64,
) -> Result<(Header, Geometry, StreamKind, XMode, Meta), HeaderError> {
    let (header, geometry, meta) = read_header(words, len)?;
    let (kind, x_mode) = StreamKind::of(&header);
    Ok((header, geometry, kind, x_mode, Meta::parse(&meta).0))
}

/// The ring that a geometry finds in the words of a segment.
pub fn memory<'m>(words: &'m [AtomicU64], geometry: &Geometry) -> Option<Memory<'m>> {
    run::memory(words, geometry)
}

/// Run, segment and process in a file of the registry.
pub fn record(bytes: &[u8]) -> Option<(u64, String, u32)> {
    Record::read(&mut &*bytes).map(|record| (record.run, record.os_id, record.pid))
}

/// A record as it is written.
pub fn record_text(run: u64, os_id: &str, pid: u32) -> String {
    Record { run, os_id: os_id.to_owned(), pid }.to_text()
}

/// The stream name of a file name without its ending.
pub fn name_of_file(file: &str) -> Option<String> {
    name::from_file(file)
}

/// The file name, without its ending, of a stream name that is allowed.
pub fn file_of_name(stream: &str) -> Option<String> {
    name::checked(stream).ok().map(name::to_file)
}

/// The metadata in a segment's bytes.
pub fn meta(bytes: &[u8]) -> Meta {
    Meta::parse(bytes).0
}

/// Metadata as it is written.
pub fn meta_bytes(meta: &Meta) -> Vec<u8> {
    meta.to_bytes()
}
