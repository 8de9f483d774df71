//! The arrays of a frame, one after the other.

/// Arrays of 4-byte numbers, little-endian.
#[derive(Debug, Default)]
pub(super) struct Payload(Vec<u8>);

impl Payload {
    /// Bytes so far: where the next array begins.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn floats(&mut self, values: impl IntoIterator<Item = f32>) {
        let values = values.into_iter();
        self.0.reserve(4 * values.size_hint().0);
        values.for_each(|value| self.0.extend_from_slice(&value.to_le_bytes()));
    }

    pub(super) fn integers(&mut self, values: impl IntoIterator<Item = u32>) {
        let values = values.into_iter();
        self.0.reserve(4 * values.size_hint().0);
        values.for_each(|value| self.0.extend_from_slice(&value.to_le_bytes()));
    }

    /// Bytes, and zeros up to the next array.
    pub(super) fn octets(&mut self, values: &[u8]) {
        self.0.extend_from_slice(values);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The whole message.
    pub(super) fn with_header(&self, header: &str) -> Vec<u8> {
        let begin = (4 + header.len()).next_multiple_of(8);
        let mut message = Vec::with_capacity(begin + self.0.len());
        message.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
        message.extend_from_slice(header.as_bytes());
        message.resize(begin, 0);
        message.extend_from_slice(&self.0);
        message
    }
}
