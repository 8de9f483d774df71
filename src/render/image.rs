//! A picture in memory and its way into a PNG file.
//!
//! Never leaves half a picture: the file is written under another name in the same folder and renamed when it is
//! complete; what fails is removed. A device or a pipe (`/dev/stdout`) is written in place, since renaming a
//! file over it would replace it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::RenderError;
use crate::ring::sync::{AtomicUsize, Ordering};

/// A picture: rows from the top, four bytes a pixel (red, green, blue, alpha), sRGB, no padding.
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

    /// Writes the picture as a PNG, replacing a file that is there already only once the new one is complete.
    ///
    /// # Errors
    /// [`RenderError::WriteImage`] when the folder does not exist or may not be written, the path is a folder,
    /// or the disk is full. Nothing is left behind then, and a file that was there before is untouched.
    pub fn write_png(&self, path: &Path) -> Result<(), RenderError> {
        let failed = |source: io::Error| RenderError::WriteImage {
            reason: advice(path, &source),
            path: path.to_owned(),
            source,
        };
        if path.as_os_str().is_empty() {
            return Err(failed(io::ErrorKind::InvalidInput.into()));
        }
        // Behind a link, the file it leads to is replaced, not the link.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&place) {
            Ok(found) if found.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(&place).map_err(failed)?;
                self.encode(file).map_err(failed)
            }
            _ => self.replace(&place).map_err(failed),
        }
    }

    fn replace(&self, place: &Path) -> io::Result<()> {
        static PICTURES: AtomicUsize = AtomicUsize::new(0);
        // Not the picture's name and more: that may be as long as the system allows already.
        let picture = PICTURES.fetch_add(1, Ordering::Relaxed);
        let working_path = place.with_file_name(format!(".ringplot-{}-{picture}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&working_path)?;
        let mut unfinished = Unfinished { path: working_path, keep: false };
        self.encode(file)?;
        fs::rename(&unfinished.path, place)?;
        unfinished.keep = true;
        Ok(())
    }

    fn encode(&self, file: File) -> io::Result<()> {
        let mut out = BufWriter::new(file);
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

/// The file under its working name: removed unless it was put in place.
struct Unfinished {
    path: PathBuf,
    keep: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "cannot remove an unfinished picture");
        }
    }
}

fn io_error(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}

fn advice(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        _ if path.as_os_str().is_empty() => "no file name was given",
        io::ErrorKind::IsADirectory => "it is a folder, give a file name",
        io::ErrorKind::NotFound => "its folder does not exist, make it first or choose another",
        io::ErrorKind::NotADirectory => "part of the path is a file and not a folder, choose another path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder may not be written, choose another"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full, make room or choose another"
        }
        io::ErrorKind::BrokenPipe => "the reader has gone away",
        io::ErrorKind::InvalidFilename => {
            "the file name is too long or has characters that may not be in one"
        }
        _ => "the system refused it, choose another place",
    }
}
