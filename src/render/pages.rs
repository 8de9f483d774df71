//! Storage buffers that are filled anew each frame, in pages.
//!
//! Adapters bind at most 128 MiB at a time and some allocate no more, so what a frame needs of one kind lies in as
//! many buffers of at most 64 MiB as it takes; what crosses from one to the next is drawn in two draws.

use std::ops::Range;

use bytemuck::Pod;

/// The largest page, bytes.
pub(super) const PAGE_BYTES: usize = 64 << 20;

/// The smallest buffer, bytes.
const MIN_BYTES: usize = 16 << 10;

/// The elements of a frame: staged on the CPU, each page uploaded in one write, kept and doubled.
#[derive(Debug)]
pub(super) struct Pages<T> {
    label: &'static str,
    page_len: usize,
    staged: Vec<T>,
    buffers: Vec<wgpu::Buffer>,
}

impl<T: Pod> Pages<T> {
    /// `page_len` is the number of elements in a page.
    pub(super) fn new(label: &'static str, page_len: usize) -> Self {
        Self { label, page_len: page_len.max(1), staged: Vec::new(), buffers: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.staged.clear();
    }

    /// Number of elements staged, which is the index of the next one.
    pub(super) fn len(&self) -> usize {
        self.staged.len()
    }

    /// True if `count` more elements lie in the first page, for what is bound as one.
    pub(super) fn has_room(&self, count: usize) -> bool {
        self.staged.len() + count <= self.page_len
    }

    pub(super) fn push(&mut self, element: T) {
        self.staged.push(element);
    }

    /// What the GPU will get.
    #[cfg(test)]
    pub(super) fn staged(&self) -> &[T] {
        &self.staged
    }

    /// One buffer for each page, once something was uploaded.
    pub(super) fn buffers(&self) -> &[wgpu::Buffer] {
        &self.buffers
    }

    /// Writes what is staged; true if there are other buffers than before (so they must be bound anew).
    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> bool {
        let pages = self.staged.len().div_ceil(self.page_len);
        // One is kept for the next frame; a frame that took many leaves no memory behind.
        let mut is_changed = self.buffers.len() > pages.max(1);
        self.buffers.truncate(pages.max(1));
        for (index, page) in self.staged.chunks(self.page_len).enumerate() {
            let bytes: &[u8] = bytemuck::cast_slice(page);
            let is_large_enough = |buffer: &wgpu::Buffer| buffer.size() >= bytes.len() as u64;
            if !self.buffers.get(index).is_some_and(is_large_enough) {
                is_changed = true;
                let most = (self.page_len * size_of::<T>()).max(MIN_BYTES);
                let buffer = device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some(self.label),
                    size: bytes.len().next_power_of_two().clamp(MIN_BYTES, most) as u64,
                    usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                });
                // A larger one replaces the buffer in its place, a new page's goes behind the others.
                self.buffers.truncate(index);
                self.buffers.push(buffer);
            }
            queue.write_buffer(&self.buffers[index], 0, bytes);
        }
        is_changed
    }

    /// Each page that has some of `elements`, and their places in it.
    pub(super) fn split(&self, elements: Range<usize>) -> impl Iterator<Item = (usize, Range<u32>)> {
        let page_len = self.page_len;
        let mut start = elements.start;
        std::iter::from_fn(move || {
            let page = start / page_len;
            let end = elements.end.min((page + 1) * page_len);
            let place = |at: usize| u32::try_from(at - page * page_len).expect("64 MiB hold fewer than 2^32");
            let places = (start < end).then(|| place(start)..place(end))?;
            start = end;
            Some((page, places))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_in_one_page() {
        for page_len in [1, 3, 8, 100] {
            for range in [0..0, 0..1, 2..9, 7..8, 0..100, 8..24] {
                let pages = Pages::<u32>::new("", page_len);
                let pages: Vec<_> = pages.split(range.clone()).collect();
                let places = pages.iter().flat_map(|(page, places)| {
                    places.clone().map(move |place| page * page_len + place as usize)
                });
                assert!(places.eq(range), "{page_len}: {pages:?}");
                assert!(pages.iter().all(|(_, places)| places.end as usize <= page_len), "{pages:?}");
            }
        }
    }
}
