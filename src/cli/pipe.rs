//! `ringplot pipe`: what other programs print, as streams.

use std::ffi::OsString;
use std::io;
use std::net::{SocketAddr, UdpSocket};

use anyhow::Context;
use clap::Args;

use super::{interrupt, output, values};
use crate::pipe::{Base, Format, Pipe, PipeError, Sample, Settings, Source, Summary, Tee, X, run as read};
use crate::shm::name;
use crate::shm::os::{Input, InputWaker};
use crate::stream::{CreateError, Style};

/// Where Teleplot's clients send.
const TELEPLOT: &str = "127.0.0.1:47269";

/// Watch what another program prints
///
/// Standard input becomes streams, one for each column, label or key, below NAME. The format is recognised from the first
/// lines: columns, label:value pairs as for the Arduino plotter, Teleplot, logfmt, JSON lines. The window opens at once. Only
/// the end of the input ends it; what cannot be read is counted, and the first of a kind is told.
///
/// x is a column or key called t, time or timestamp, else the moment when a line comes; lines that all come at once, and
/// those of a file, are numbered. Unix time is recognised by its size as seconds, milli-, micro- or nanoseconds; RFC 3339 is
/// read.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[command(after_help = "Examples:
  vmstat 1 | ringplot pipe                            a stream for each column, named by the header
  ping example.org | ringplot pipe
  ringplot pipe bench < results.csv                   a file: lines are numbered, or x is its time
  ringplot pipe board < /dev/ttyACM0                  temp:21.5,hum:40
  tail -F app.log | ringplot pipe app --names a,b --x 1
  sox in.wav -t raw -e float -b 32 -c 1 - | ringplot pipe --format f32le --rate 44100
  ringplot pipe --udp                                 what Teleplot's clients send
  make-data | ringplot pipe --tee > data.txt          passes the input on
  make-data | ringplot pipe -- --style pipe/1=stem    what follows -- goes to `ringplot view`")]
pub(super) struct PipeArgs {
    /// The name above all streams; that of the program at the other end of the pipe without it, else pipe. A taken one
    /// gets -2
    name: Option<String>,
    /// columns, arduino, teleplot, logfmt, json, feedgnuplot; f32le, f64le, i8, u8, i16le, u16le or i32le for samples;
    /// recognised from the first lines without it
    #[arg(long, value_name = "FORMAT", value_parser = format, help_heading = "Input")]
    format: Option<Format>,
    /// Where x is: a column or key by its name, a column by its number from 1; 0 numbers the lines, arrival takes the
    /// moment when each comes
    #[arg(long, value_name = "COLUMN", value_parser = x, help_heading = "Input")]
    x: Option<X>,
    /// Names of the columns, or of those that are not x; of the channels of samples
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', help_heading = "Input")]
    names: Vec<String>,
    /// Numbers are written 1,5
    #[arg(long, help_heading = "Input")]
    decimal_comma: bool,
    /// x is the first column, as with feedgnuplot
    #[arg(long, conflicts_with = "x", help_heading = "Input")]
    domain: bool,
    /// Each value has its label before it, as with feedgnuplot
    #[arg(long, help_heading = "Input")]
    dataid: bool,
    /// How times are written, as strptime and feedgnuplot have it: %H:%M:%S
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    timefmt: Option<String>,
    /// Forget what is shown when x goes back, as with feedgnuplot
    #[arg(long, help_heading = "Input")]
    monotonic: bool,
    /// Channels of samples, which come in turn
    #[arg(long, value_name = "N", value_parser = channels, default_value = "1", help_heading = "Input")]
    channels: u64,
    /// Samples a second; x counts samples without it
    #[arg(long, value_name = "HZ", value_parser = sample_rate, help_heading = "Input")]
    rate: Option<f64>,
    /// Take datagrams at this address instead of standard input; Teleplot's without one
    #[arg(long, value_name = "ADDR:PORT", num_args = 0..=1, require_equals = true, default_missing_value = TELEPLOT,
        value_parser = address, help_heading = "Input")]
    udp: Option<SocketAddr>,
    /// Go on at the end of the input: a FIFO gets other writers, a file grows
    #[arg(long, conflicts_with = "udp", help_heading = "Input")]
    follow: bool,
    /// Pass the input on to standard output, byte for byte
    #[arg(long)]
    tee: bool,
    /// Close the window at the end of the input
    #[arg(long)]
    exit: bool,
    /// Open no window: `ringplot view NAME` does
    #[arg(long)]
    no_view: bool,
    /// Streams that are created, at most; what more columns and keys hold is counted
    #[arg(long, value_name = "N", value_parser = values::positive_count, default_value = "256")]
    max_streams: u64,
    /// Points that each ring holds, a power of two from 2^10 to 2^32
    #[arg(long, value_name = "N", value_parser = values::count)]
    capacity: Option<u64>,
    #[command(flatten)]
    picture: PictureArgs,
    /// Has a meaning for feedgnuplot alone
    #[arg(long, hide = true, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    stream: Option<String>,
}

/// What is passed on to the window.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Picture")]
struct PictureArgs {
    /// Draw lines, as without --points
    #[arg(long)]
    lines: bool,
    /// Draw a marker at each point
    #[arg(long)]
    points: bool,
    /// Title of the window
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Label of the x axis
    #[arg(long, value_name = "TEXT")]
    xlabel: Option<String>,
    /// Label of the y axis
    #[arg(long, value_name = "TEXT")]
    ylabel: Option<String>,
    /// Width of the x axis: the newest so many seconds are shown, 10 without it
    #[arg(long, value_name = "X", value_parser = values::number)]
    xlen: Option<f64>,
    /// Lower end of the y axis
    #[arg(long, value_name = "Y", value_parser = values::number32)]
    ymin: Option<f32>,
    /// Upper end of the y axis
    #[arg(long, value_name = "Y", value_parser = values::number32)]
    ymax: Option<f32>,
    /// Any option of `ringplot view`, after `--`
    #[arg(last = true, value_name = "VIEW-OPTIONS")]
    view: Vec<OsString>,
}

impl PictureArgs {
    /// The same for `ringplot view`, with the labels of x where that is the number of the line or sample.
    fn of_view(&self, is_numbered: bool) -> Vec<OsString> {
        let texts = [("--title", &self.title), ("--xlabel", &self.xlabel), ("--ylabel", &self.ylabel)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?)));
        let numbers = [
            ("--xlen", self.xlen.map(|x| x.to_string())),
            ("--ymin", self.ymin.map(|y| y.to_string())),
            ("--ymax", self.ymax.map(|y| y.to_string())),
        ];
        let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name, number?)));
        let own = texts.chain(numbers).map(|(name, value)| format!("{name}={value}").into());
        let mut own: Vec<OsString> = own.collect();
        if is_numbered && !self.view.iter().any(|option| option.to_string_lossy().starts_with("--time")) {
            own.push("--time=samples".into());
        }
        own.extend(self.view.iter().cloned());
        own
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T, values::ValueError> {
    Err(values::ValueError(text.into()))
}

fn format(text: &str) -> Result<Format, values::ValueError> {
    let formats = [
        ("columns", Format::Columns),
        ("arduino", Format::Arduino),
        ("teleplot", Format::Teleplot),
        ("logfmt", Format::Logfmt),
        ("json", Format::Json),
        ("feedgnuplot", Format::LabelledValues),
        ("f32le", Format::Binary(Sample::F32)),
        ("f64le", Format::Binary(Sample::F64)),
        ("i8", Format::Binary(Sample::I8)),
        ("u8", Format::Binary(Sample::U8)),
        ("i16le", Format::Binary(Sample::I16)),
        ("u16le", Format::Binary(Sample::U16)),
        ("i32le", Format::Binary(Sample::I32)),
    ];
    let found = formats.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
    found.map_or_else(|| refuse(format!("choose one of {}", formats.map(|(name, _)| name).join(", "))), Ok)
}

fn x(text: &str) -> Result<X, values::ValueError> {
    match text {
        "" => refuse("name a column or key, or give its number"),
        "0" => Ok(X::Line),
        "arrival" => Ok(X::Arrival),
        column => Ok(X::Column(column.to_owned())),
    }
}

fn channels(text: &str) -> Result<u64, values::ValueError> {
    match values::positive_count(text)? {
        channels if channels <= 4096 => Ok(channels),
        _ => refuse("at most 4096"),
    }
}

fn sample_rate(text: &str) -> Result<f64, values::ValueError> {
    match values::rate(text)? {
        rate if rate > 0.0 => Ok(rate),
        _ => refuse("it must be above 0"),
    }
}

fn address(text: &str) -> Result<SocketAddr, values::ValueError> {
    let whole = if text.contains(':') { text.to_owned() } else { format!("127.0.0.1:{text}") };
    whole.parse().or_else(|_| refuse(format!("not an address: write it like {TELEPLOT}")))
}

pub(super) fn run(args: &PipeArgs) -> anyhow::Result<()> {
    let name = args.name.as_deref().map(name::checked).transpose().map_err(CreateError::Name)?;
    let (mut source, waker) = source(args)?;
    let settings = settings(args, name, source.input.is_file() && !args.follow);
    let is_binary = matches!(settings.format, Some(Format::Binary(_)));
    if args.rate.is_some() && !is_binary {
        return Err(
            values::ValueError("--rate is for samples: give --format f32le or such, too".into()).into()
        );
    }
    // Before a stream is created: a signal that comes at any moment then finds them closed or not begun.
    let mut waker = waker;
    interrupt::on_first(move || waker.wake())?;
    let mut tee = if args.tee { Tee::to(Box::new(io::stdout())) } else { Tee::default() };
    let mut pipe = Pipe::new(settings, Box::new(output::tell)).map_err(told)?;
    let open = |is_numbered| {
        if !args.no_view {
            open_window(args, is_numbered);
        }
    };
    let read = read(&mut source, &mut pipe, &mut tee, open);
    // The streams end in order, whatever ended the reading.
    let summary = pipe.end(args.exit);
    output::together([
        read.map_err(told),
        tell(&summary),
        tee.failure.map_or(Ok(()), |error| Err(error).context("cannot write to standard output")),
    ])
}

fn source(args: &PipeArgs) -> anyhow::Result<(Source, InputWaker)> {
    let Some(address) = args.udp else {
        let (input, waker) = Input::standard().context("cannot read standard input")?;
        if io::IsTerminal::is_terminal(&io::stdin()) {
            output::tell("reading from a terminal or a serial line, until Ctrl-C");
        }
        return Ok((Source { input, is_datagrams: false, follows: args.follow }, waker));
    };
    let socket = UdpSocket::bind(address).with_context(|| format!("cannot take datagrams at {address}"))?;
    let at = socket.local_addr().unwrap_or(address);
    output::tell(&format!("taking datagrams at {at}, until Ctrl-C"));
    if !at.ip().is_loopback() {
        output::tell(
            "anybody who reaches that address can send: 127.0.0.1 takes those of this machine alone",
        );
    }
    let (input, waker) = Input::datagrams(socket).context("cannot take datagrams")?;
    Ok((Source { input, is_datagrams: true, follows: false }, waker))
}

fn settings(args: &PipeArgs, name: Option<&str>, is_file: bool) -> Settings {
    let fallback = || if args.udp.is_some() { Base::Named("udp".to_owned()) } else { Base::OfWriter };
    let x = match (&args.x, args.domain) {
        (Some(x), _) => x.clone(),
        (None, true) => X::Column("1".to_owned()),
        (None, false) => X::Found,
    };
    let of_options = if args.dataid {
        Some(Format::LabelledValues)
    } else {
        // What a format of times and a domain say is of columns.
        (args.domain || args.timefmt.is_some()).then_some(Format::Columns)
    };
    let picture = &args.picture;
    Settings {
        base: name.map_or_else(fallback, |name| Base::Named(name.to_owned())),
        format: args.format.or(of_options),
        x,
        time_format: args.timefmt.clone(),
        names: args.names.clone(),
        has_decimal_comma: args.decimal_comma,
        is_monotonic: args.monotonic,
        style: if picture.points && !picture.lines { Style::Points } else { Style::Line },
        max_streams: usize::try_from(args.max_streams).unwrap_or(usize::MAX),
        capacity: args.capacity,
        channels: args.channels as usize,
        rate_hz: args.rate,
        is_file,
        is_datagrams: args.udp.is_some(),
        ..Settings::default()
    }
}

/// A window of this program's streams, in a process of its own. Why there is none is told, and the pipe goes on.
#[cfg(feature = "viewer")]
fn open_window(args: &PipeArgs, is_numbered: bool) {
    let args = args.picture.of_view(is_numbered);
    crate::stream::open_viewer(&crate::stream::ViewerOptions { args, ..Default::default() });
}

/// This program was built without a window.
#[cfg(not(feature = "viewer"))]
fn open_window(args: &PipeArgs, is_numbered: bool) {
    let _ = args.picture.of_view(is_numbered);
}

fn tell(summary: &Summary) -> anyhow::Result<()> {
    let left_out =
        if summary.left_out.is_empty() { String::new() } else { format!("; left out: {}", summary.left_out) };
    let Some(base) = &summary.base else {
        anyhow::ensure!(
            summary.lines == 0,
            "no value was found in {}{left_out}",
            plural(summary.lines, "line")
        );
        output::tell("the input was empty");
        return Ok(());
    };
    output::tell(&format!(
        "{base} has ended: {}, {}{left_out}",
        plural(summary.streams as u64, "stream"),
        plural(summary.values, "value"),
    ));
    Ok(())
}

fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What is wrong with the command line is told as that.
fn told(error: PipeError) -> anyhow::Error {
    match error {
        PipeError::Create(error) => error.into(),
        PipeError::NoColumn { .. } => values::ValueError(format!("--x: {error}")).into(),
        other => other.into(),
    }
}
