//! The colours that a terminal has, and the nearest of them to those of the window.
//!
//! The ground is never painted: it is the terminal's own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use ratatui::style::{Color, Modifier, Style};

use crate::chart::{Lab, Member, Palette, Severity};

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Depth {
    /// None are wanted.
    Monochrome,
    /// The 16 of ANSI.
    Sixteen,
    /// The cube and the greys of xterm.
    Indexed,
    /// 2^24.
    Direct,
}

impl Depth {
    /// As the variables of the environment say: `NO_COLOR`, `COLORTERM`, `TERM`.
    pub(crate) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        if set("NO_COLOR").is_some() || term == "dumb" {
            return Self::Monochrome;
        }
        let is_direct = set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
        if is_direct || term.ends_with("-direct") {
            Self::Direct
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }
}

/// The 16 colours of ANSI as xterm has them.
const ANSI: [([u8; 3], Color); 16] = [
    ([0, 0, 0], Color::Black),
    ([205, 0, 0], Color::Red),
    ([0, 205, 0], Color::Green),
    ([205, 205, 0], Color::Yellow),
    ([0, 0, 238], Color::Blue),
    ([205, 0, 205], Color::Magenta),
    ([0, 205, 205], Color::Cyan),
    ([229, 229, 229], Color::Gray),
    ([127, 127, 127], Color::DarkGray),
    ([255, 0, 0], Color::LightRed),
    ([0, 255, 0], Color::LightGreen),
    ([255, 255, 0], Color::LightYellow),
    ([92, 92, 255], Color::LightBlue),
    ([255, 0, 255], Color::LightMagenta),
    ([0, 255, 255], Color::LightCyan),
    ([255, 255, 255], Color::White),
];

/// The first eight series on a dark and a light ground: eight of the 16 that are told apart.
const SERIES: [[Color; 8]; 2] = [
    [
        Color::Cyan,
        Color::Yellow,
        Color::Green,
        Color::Red,
        Color::Magenta,
        Color::Blue,
        Color::LightRed,
        Color::Black,
    ],
    [
        Color::LightCyan,
        Color::Yellow,
        Color::Green,
        Color::LightRed,
        Color::LightMagenta,
        Color::LightBlue,
        Color::LightYellow,
        Color::White,
    ],
];

/// What is written and drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inks {
    pub(super) depth: Depth,
    pub(super) palette: &'static Palette,
}

impl Inks {
    pub(super) fn new(depth: Depth, is_dark: bool) -> Self {
        Self { depth, palette: Palette::of(is_dark) }
    }

    /// The nearest colour that the terminal has.
    pub(super) fn colour(self, rgb: [u8; 3]) -> Color {
        match self.depth {
            Depth::Monochrome => Color::Reset,
            Depth::Sixteen => remembered(self.depth, rgb, |rgb| nearest(ANSI, rgb)),
            Depth::Indexed => remembered(self.depth, rgb, indexed),
            Depth::Direct => Color::Rgb(rgb[0], rgb[1], rgb[2]),
        }
    }

    /// The colour of a stream.
    pub(super) fn of(self, member: &Member) -> Color {
        if self.depth == Depth::Sixteen && member.chosen.is_none() && member.wish.is_none() {
            let series = &SERIES[usize::from(self.palette.is_dark)];
            return series[member.series % series.len()];
        }
        self.colour(self.palette.colour_of(member))
    }

    /// What text is written with.
    pub(super) fn text() -> Style {
        Style::new()
    }

    /// What may be overlooked.
    pub(super) fn faint(self) -> Style {
        match self.depth {
            Depth::Monochrome => Style::new().add_modifier(Modifier::DIM),
            Depth::Sixteen => Style::new().fg(Color::DarkGray),
            _ => Style::new().fg(self.colour(self.palette.text_faint)),
        }
    }

    /// What is said with so much weight.
    pub(super) fn tone(self, tone: Severity) -> Style {
        let rgb = match tone {
            Severity::Quiet => return self.faint(),
            Severity::Good => self.palette.good,
            Severity::Warn => self.palette.warn,
            Severity::Bad => self.palette.bad,
        };
        let ansi = match tone {
            Severity::Good => Color::Green,
            Severity::Warn => Color::Yellow,
            _ => Color::Red,
        };
        match self.depth {
            Depth::Monochrome if tone == Severity::Bad => Style::new().add_modifier(Modifier::BOLD),
            Depth::Monochrome => Style::new(),
            Depth::Sixteen => Style::new().fg(ansi),
            _ => Style::new().fg(self.colour(rgb)),
        }
    }

    /// The line of a grid.
    pub(super) fn grid(self) -> Style {
        match self.depth {
            Depth::Monochrome | Depth::Sixteen => self.faint(),
            _ => Style::new().fg(self.colour(self.palette.grid_zero)),
        }
    }
}

/// What was looked up before: every cell of every frame asks.
fn remembered(depth: Depth, rgb: [u8; 3], look_up: impl Fn([u8; 3]) -> Color) -> Color {
    thread_local! {
        static KNOWN: RefCell<HashMap<(Depth, [u8; 3]), Color>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| *known.entry((depth, rgb)).or_insert_with(|| look_up(rgb)))
}

/// The nearest of xterm's 256 but for the first 16, which everybody sets as they like.
fn indexed(rgb: [u8; 3]) -> Color {
    static TABLE: OnceLock<Vec<([u8; 3], Lab)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let step = |level: u8| if level == 0 { 0 } else { 55 + level * 40 };
        let cube = (0..216u8).map(|i| [i / 36, i / 6 % 6, i % 6].map(step));
        let greys = (0..24u8).map(|i| [8 + i * 10; 3]);
        cube.chain(greys).map(|rgb| (rgb, Lab::of(rgb))).collect()
    });
    let lab = Lab::of(rgb);
    let distances = table.iter().map(|(_, other)| lab.distance(*other)).enumerate();
    let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(index, _)| index);
    Color::Indexed(u8::try_from(16 + nearest).unwrap_or(u8::MAX))
}

fn nearest(table: [([u8; 3], Color); 16], rgb: [u8; 3]) -> Color {
    let lab = Lab::of(rgb);
    let distances = table.map(|(other, colour)| (lab.distance(Lab::of(other)), colour));
    distances.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Color::Reset, |(_, colour)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(variables: &[(&str, &str)]) -> Depth {
        Depth::of_environment(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        assert_eq!(depth(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "screen")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "tmux-256color"), ("COLORTERM", "truecolor")]), Depth::Direct);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::Monochrome);
        assert_eq!(depth(&[("TERM", "xterm"), ("NO_COLOR", "")]), Depth::Sixteen, "empty is not set");
        assert_eq!(depth(&[("TERM", "dumb")]), Depth::Monochrome);
    }

    #[test]
    fn the_nearest_colour_is_taken() {
        let inks = |depth| Inks::new(depth, true);
        assert_eq!(inks(Depth::Direct).colour([1, 2, 3]), Color::Rgb(1, 2, 3));
        assert_eq!(inks(Depth::Indexed).colour([255, 0, 0]), Color::Indexed(196));
        assert_eq!(inks(Depth::Indexed).colour([8, 8, 8]), Color::Indexed(232));
        assert_eq!(inks(Depth::Sixteen).colour([250, 5, 5]), Color::LightRed);
        assert_eq!(inks(Depth::Monochrome).colour([250, 5, 5]), Color::Reset);
    }
}
