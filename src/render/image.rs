//! A picture in memory and its way into a PNG file.
//!
//! Never leaves half a picture: the file is put in place when it is complete (see `chart/atomic_file.rs`).

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::RenderError;
use crate::chart::atomic_file;

/// A picture: rows from the top, four bytes a pixel (red, green, blue, alpha), sRGB, no padding.
///
/// ```
/// use ringplot::render::Image;
///
/// let image = Image { width: 2, height: 1, rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] };
/// assert_eq!(image.pixel(1, 0), Some([255, 255, 255, 255]));
/// assert_eq!(image.pixel(2, 0), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Image")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Image {
    /// The pixel in column `x` and row `y` (from the top) as red, green, blue, alpha; `None` outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba.get(at..at + 4)?.try_into().ok()
    }

    /// Writes the picture as a PNG, replacing a file that is there already only once the new one is complete. Links are
    /// followed, the mode of a file that is replaced is kept, and a FIFO or a device is written to directly.
    ///
    /// # Errors
    /// [`RenderError::WriteImage`] when the folder does not exist, it or the file may not be written, the path is a folder,
    /// or the disk is full. Nothing is left behind then, and a file that was there before is untouched.
    pub fn write_png(&self, path: &Path) -> Result<(), RenderError> {
        atomic_file::write(path, true, |out| self.encode(out)).map_err(|source| RenderError::WriteImage {
            reason: atomic_file::advice(path, &source),
            path: path.to_owned(),
            source,
        })
    }

    /// The part of the picture that `[left, top]` and `[right, bottom]` enclose, as far as it lies inside.
    #[cfg(feature = "viewer")]
    pub(crate) fn cropped(&self, [left, top]: [u32; 2], [right, bottom]: [u32; 2]) -> Self {
        let (right, bottom) = (right.min(self.width), bottom.min(self.height));
        let (left, top) = (left.min(right), top.min(bottom));
        let place = |x: u32, y: u32| (y as usize * self.width as usize + x as usize) * 4;
        let rows = (top..bottom).flat_map(|y| &self.rgba[place(left, y)..place(right, y)]);
        Self { width: right - left, height: bottom - top, rgba: rows.copied().collect() }
    }

    /// Writes the picture in the PNG format.
    pub(crate) fn encode(&self, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let mut png = png::Encoder::new(&mut out, self.width, self.height);
        png.set_color(png::ColorType::Rgba);
        png.set_depth(png::BitDepth::Eight);
        png.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = png.write_header().map_err(io_error)?;
        writer.write_image_data(&self.rgba).map_err(io_error)?;
        writer.finish().map_err(io_error)?;
        out.flush()
    }
}

fn io_error(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}
