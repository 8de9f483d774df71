//! What a pipe is asked for.

use crate::stream::Style;

/// The name above all streams of a pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// This one.
    Named(String),
    /// That of the program at the other end of standard input, where the system tells it, else `pipe`.
    OfWriter,
}

/// How a sample of binary input is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A 32-bit float, little-endian.
    F32,
    /// A 64-bit float, little-endian.
    F64,
    /// A signed byte.
    I8,
    /// A byte.
    U8,
    /// A signed 16-bit number, little-endian.
    I16,
    /// A 16-bit number, little-endian.
    U16,
    /// A signed 32-bit number, little-endian.
    I32,
}

impl Sample {
    /// Bytes of one.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::F64 => 8,
        }
    }
}

/// How the input is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Numbers in columns.
    Columns,
    /// `label:1,other:2`
    Arduino,
    /// `name:value§unit`
    Teleplot,
    /// `key=1 other=2`
    Logfmt,
    /// A JSON object a line.
    Json,
    /// `label value label value`, with a time before them where there is a domain.
    LabelledValues,
    /// Samples, interleaved.
    Binary(Sample),
}

/// Where x comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum X {
    /// A column or key called `t`, `time` or `timestamp`, else when a line came.
    Found,
    /// When a line came.
    Arrival,
    /// The number of the line.
    Line,
    /// A column or key of this name, or of this number from 1 on.
    Column(String),
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The name above all streams.
    pub base: Base,
    /// The format; recognised from the first lines where there is none.
    pub format: Option<Format>,
    /// Where x comes from.
    pub x: X,
    /// A format of `strptime` for times.
    pub time_format: Option<String>,
    /// Names of the columns that are not x.
    pub names: Vec<String>,
    /// Whether `1,5` is a number.
    pub has_decimal_comma: bool,
    /// Whether what is shown is forgotten when x goes back.
    pub is_monotonic: bool,
    /// How streams are drawn.
    pub style: Style,
    /// Streams that are created, at most.
    pub max_streams: usize,
    /// Points of a stream's ring; by the memory that is free where there is none.
    pub capacity: Option<u64>,
    /// Channels of binary input.
    pub channels: usize,
    /// Samples a second of binary input; x counts samples where there is none.
    pub rate_hz: Option<f64>,
    /// Whether the moment when a line comes says nothing: the input is a file.
    pub is_file: bool,
    /// Whether the input is datagrams: then a lone `name:value` is Teleplot's, whose clients send them.
    pub is_datagrams: bool,
    /// Whether no stream is created: for the fuzz targets and benches.
    pub is_dry: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base: Base::OfWriter,
            format: None,
            x: X::Found,
            time_format: None,
            names: Vec::new(),
            has_decimal_comma: false,
            is_monotonic: false,
            style: Style::Line,
            max_streams: 256,
            capacity: None,
            channels: 1,
            rate_hz: None,
            is_file: false,
            is_datagrams: false,
            is_dry: false,
        }
    }
}

impl Settings {
    /// What x is, in words: `time` is the column or key that it was found in.
    pub(super) fn x_words(&self, time: Option<&str>) -> String {
        match time {
            Some(label) => format!("x is {label}"),
            None if self.is_numbered() => "x is the number of the line".to_owned(),
            None => "x is the moment when a line comes".to_owned(),
        }
    }

    /// Whether lines without a time are numbered.
    pub(super) fn is_numbered(&self) -> bool {
        self.x == X::Line || self.is_file && self.x == X::Found
    }
}
