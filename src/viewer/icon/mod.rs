//! The program's icon.
//!
//! `ringplot.svg` is the drawing, `ringplot.png` the same with 128 × 128 pixels (`rsvg-convert -w 128 -h 128`), and
//! `ringplot.desktop` tells a desktop of the program. A desktop that has them shows them by the window's app id.

use winit::window::Icon;

const PNG: &[u8] = include_bytes!("ringplot.png");

/// The icon of a window.
pub(super) fn of_window() -> Option<Icon> {
    let (rgba, width, height) = pixels()?;
    Icon::from_rgba(rgba, width, height).ok()
}

fn pixels() -> Option<(Vec<u8>, u32, u32)> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(PNG)).read_info().ok()?;
    let mut rgba = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut rgba).ok()?;
    rgba.truncate(info.buffer_size());
    (info.color_type == png::ColorType::Rgba).then_some((rgba, info.width, info.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_can_be_read_and_is_round_at_its_corners() {
        let (rgba, width, height) = pixels().unwrap();
        assert_eq!((width, height, rgba.len()), (128, 128, 128 * 128 * 4));
        assert_eq!(rgba[3], 0, "a corner is not clear");
        assert!(of_window().is_some());
    }

    #[test]
    fn the_desktop_file_names_the_window() {
        let text = include_str!("ringplot.desktop");
        assert!(text.lines().any(|line| line == "StartupWMClass=ringplot"));
        assert!(text.lines().any(|line| line == "Icon=ringplot"));
    }
}
