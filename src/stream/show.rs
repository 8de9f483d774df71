//! Whole arrays in a window of their own: they go to the viewer through a pipe, and need no ring.
//!
//! What goes through the pipe is, for each array, the length of its name as a u32, the name in UTF-8, the number of points as
//! a u64, then as many f64 of t and as many f32 of y; all in the machine's byte order, since both ends are on it.

#[cfg(feature = "viewer")]
use std::io::Read;
use std::io::{self, Write};

use super::launch::{self, ViewerOptions, ViewerStatus};
use super::number::Number;

/// Points that are converted at a time.
const CHUNK: usize = 1 << 13;
/// Longest name, in bytes.
#[cfg(feature = "viewer")]
const MOST_NAME: u32 = 1 << 16;

/// Shows arrays in a window of their own, and returns when the window has them: it stays after the program's end. For the
/// end of a calculation, or a session at a prompt.
///
/// Each item is a name, times in seconds and values; of arrays of unequal length, the shorter. A point whose time or value
/// is not finite breaks the line. The window is that of [`Producer::open_viewer`](crate::Producer::open_viewer), and a
/// program may have any number of these.
///
/// ```no_run
/// ringplot::init();
/// let t: Vec<f64> = (0..1000).map(|step| f64::from(step) * 0.01).collect();
/// let (sine, cosine): (Vec<f64>, Vec<f64>) = t.iter().map(|t| (t.sin(), t.cos())).unzip();
/// ringplot::show(&[("sine", &t, &sine), ("cosine", &t, &cosine)]);
/// ```
pub fn show<Y: Number>(arrays: &[(&str, &[f64], &[Y])]) -> ViewerStatus {
    let mut options = ViewerOptions::default();
    options.args.push("--arrays".into());
    launch::open_another(&options, |input| arrays.iter().try_for_each(|array| write(array, input)))
}

fn write<Y: Number>((name, t, y): &(&str, &[f64], &[Y]), out: &mut dyn Write) -> io::Result<()> {
    let count = t.len().min(y.len());
    out.write_all(&(name.len() as u32).to_ne_bytes())?;
    out.write_all(name.as_bytes())?;
    out.write_all(&(count as u64).to_ne_bytes())?;
    out.write_all(bytemuck::cast_slice(&t[..count]))?;
    let mut values: Vec<f32> = Vec::with_capacity(CHUNK.min(count));
    for y in y[..count].chunks(CHUNK) {
        values.clear();
        values.extend(y.iter().map(Number::as_f32));
        out.write_all(bytemuck::cast_slice(&values))?;
    }
    Ok(())
}

/// One array that was shown.
#[cfg(feature = "viewer")]
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Array {
    pub(crate) name: String,
    pub(crate) t: Vec<f64>,
    pub(crate) y: Vec<f32>,
}

/// Reads what `show` wrote, to its end.
///
/// # Errors
/// It cannot be read, or ends within an array.
#[cfg(feature = "viewer")]
pub(crate) fn read_arrays(input: &mut dyn Read) -> io::Result<Vec<Array>> {
    let mut arrays = Vec::new();
    let mut length = [0; 4];
    while input.read(&mut length[..1])? == 1 {
        input.read_exact(&mut length[1..])?;
        let length = u32::from_ne_bytes(length);
        if length > MOST_NAME {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a name of {length} bytes")));
        }
        let mut name = vec![0; length as usize];
        input.read_exact(&mut name)?;
        let mut count = [0; 8];
        input.read_exact(&mut count)?;
        let count = u64::from_ne_bytes(count);
        let name = String::from_utf8_lossy(&name).into_owned();
        arrays.push(Array { name, t: read_numbers(input, count)?, y: read_numbers(input, count)? });
    }
    Ok(arrays)
}

/// Reads `count` numbers; a count that is nonsense takes no more memory than what is there.
#[cfg(feature = "viewer")]
fn read_numbers<N: bytemuck::Pod>(input: &mut dyn Read, count: u64) -> io::Result<Vec<N>> {
    let mut numbers = Vec::new();
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    while left > 0 {
        let (from, part) = (numbers.len(), left.min(1 << 20));
        numbers.resize(from + part, N::zeroed());
        input.read_exact(bytemuck::cast_slice_mut(&mut numbers[from..]))?;
        left -= part;
    }
    Ok(numbers)
}

#[cfg(all(test, feature = "viewer"))]
mod tests {
    use super::*;

    #[test]
    fn arrays_read_back_and_a_cut_one_is_an_error() {
        let mut bytes = Vec::new();
        let y: Vec<f64> = (0..20_000).map(f64::from).collect();
        write(&("a", &y, &y[..19_999]), &mut bytes).unwrap();
        write(&("Größe", &[], &[1_u8]), &mut bytes).unwrap();
        let arrays = read_arrays(&mut bytes.as_slice()).unwrap();
        assert_eq!((arrays[0].t.as_slice(), arrays[0].y.len()), (&y[..19_999], 19_999));
        assert!(arrays[0].y.iter().zip(&y).all(|(got, sent)| got.to_bits() == sent.as_f32().to_bits()));
        assert_eq!(arrays[1], Array { name: "Größe".into(), ..Array::default() });
        for end in [1, 3, 5, 12, 100, bytes.len() - 1] {
            assert!(read_arrays(&mut &bytes[..end]).is_err(), "cut at {end}");
        }
        assert!(read_arrays(&mut [0xff; 64].as_slice()).is_err());
        assert_eq!(read_arrays(&mut [].as_slice()).unwrap(), []);
    }
}
