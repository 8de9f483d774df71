//! One stream of a pipe, and the values that wait to be pushed into it.

use crate::ring::Point;
use crate::stream::{Events, Producer, Timed, Uniform, Xy};

/// Points of a stream that wait to be pushed, at most.
pub(super) const BATCH: usize = 2048;

/// A stream's producer; in a dry run there is none.
pub(super) struct Out<M>(pub(super) Option<Producer<M>>);

/// Where values go.
pub(super) enum Line {
    /// With their times.
    Timed(Out<Timed>),
    /// One a row: x is the number of the row.
    Numbered(Out<Uniform>),
}

/// y at times that wait.
pub(super) struct Values {
    line: Line,
    t: Vec<f64>,
    y: Vec<f32>,
    pushed: u64,
}

impl Values {
    pub(super) fn new(line: Line) -> Self {
        Self { line, t: Vec::with_capacity(BATCH), y: Vec::with_capacity(BATCH), pushed: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, t: f64, y: f32) {
        if self.t.len() >= BATCH {
            self.flush();
        }
        self.t.push(t);
        self.y.push(y);
    }

    fn flush(&mut self) {
        match &mut self.line {
            Line::Timed(Out(Some(producer))) => producer.push_slice(&self.t, &self.y),
            Line::Numbered(Out(Some(producer))) => producer.push_slice(&self.y),
            Line::Timed(Out(None)) | Line::Numbered(Out(None)) => {}
        }
        self.pushed += self.t.len() as u64;
        self.t.clear();
        self.y.clear();
    }
}

/// What a column, key or label has become.
pub(super) enum Stored {
    /// No value has come yet.
    New,
    Timed(Values),
    Xy(Out<Xy>, Vec<Point>),
    Uniform(Out<Uniform>, u64),
    Events(Out<Events>),
    /// It could not be created.
    Refused,
}

impl Stored {
    pub(super) fn flush(&mut self) {
        match self {
            Self::Timed(values) if !values.t.is_empty() => values.flush(),
            Self::Xy(out, points) if !points.is_empty() => Self::push_points(out, points),
            _ => {}
        }
    }

    pub(super) fn push_points(out: &mut Out<Xy>, points: &mut Vec<Point>) {
        if let Some(producer) = &mut out.0 {
            producer.push_slice(points);
        }
        points.clear();
    }

    /// Forgets what is shown, and lifts the pen.
    pub(super) fn clear(&mut self) {
        self.flush();
        match self {
            Self::Timed(Values { line: Line::Timed(Out(Some(producer))), .. }) => {
                producer.clear();
                producer.push_break();
            }
            Self::Xy(Out(Some(producer)), _) => {
                producer.clear();
                producer.push_break();
            }
            Self::Events(Out(Some(producer))) => producer.clear(),
            _ => {}
        }
    }

    /// Values that it holds or held; `None` where there is no stream.
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::New | Self::Refused => None,
            Self::Timed(values) => Some(values.pushed + values.t.len() as u64),
            Self::Xy(out, points) => {
                Some(out.0.as_ref().map_or(0, |producer| producer.stats().written) + points.len() as u64)
            }
            Self::Uniform(_, count) => Some(*count),
            Self::Events(out) => Some(out.0.as_ref().map_or(0, |producer| producer.stats().written)),
        }
    }

    /// Ends the stream; a window whose streams have all ended so closes if `closes_windows`.
    pub(super) fn end(self, closes_windows: bool) {
        if !closes_windows {
            return;
        }
        match self {
            Self::Timed(Values { line: Line::Timed(Out(Some(producer))), .. }) => producer.finish(),
            Self::Xy(Out(Some(producer)), _) => producer.finish(),
            Self::Timed(Values { line: Line::Numbered(Out(Some(producer))), .. })
            | Self::Uniform(Out(Some(producer)), _) => producer.finish(),
            Self::Events(Out(Some(producer))) => producer.finish(),
            _ => {}
        }
    }
}
