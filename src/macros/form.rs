//! The forms of a plot: what its stream is created as, and what is kept beside the producer.

use std::fmt::{self, Write};

use super::clock::first_plot;
use crate::ring::Point;
use crate::stream::{Builder, CreateError, Ending, Events, Producer, Snapshot, Timed, Xy};

/// The least length that a stream of curves has room for, in points.
const LEAST_LONGEST: usize = 1024;

/// Which form it is; two of one name must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormName {
    /// y at times that the program gives.
    Given,
    /// y at the time of the call.
    Clocked,
    /// Points of the plane.
    Plane,
    /// Whole curves.
    Curves,
    /// Texts.
    Texts,
}

impl FormName {
    /// How it is written.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Given => "plot!(name, t, y)",
            Self::Clocked => "plot!(name, y)",
            Self::Plane => "plot!(name, x => y)",
            Self::Curves => "plot!(name, &curve)",
            Self::Texts => "plot_event!",
        }
    }
}

/// A form of plot, with its producer.
pub trait Form: Sized + 'static {
    /// Which one it is.
    const NAME: FormName;

    /// Creates the stream.
    ///
    /// # Errors
    /// See [`CreateError`].
    fn create(builder: Builder) -> Result<Self, CreateError>;

    /// What ends the stream from outside; `None` where there is none.
    fn ending(&self) -> Option<Ending>;

    /// The newest time that the program gave, in a form with such times.
    fn newest_given(&self) -> Option<f64> {
        None
    }
}

/// A form of points, one at a time.
pub trait PointForm: Form {
    /// A time, or a place of the plane.
    type X: Copy + Into<f64>;

    /// Publishes a point.
    fn push(&mut self, x: Self::X, y: f32);
}

/// y at times that the program gives.
#[derive(Debug)]
pub struct Given {
    producer: Producer<Timed>,
    newest: f64,
}

impl PointForm for Given {
    type X = f64;

    #[inline]
    fn push(&mut self, t: f64, y: f32) {
        self.newest = t;
        self.producer.push(t, y);
    }
}

impl Form for Given {
    const NAME: FormName = FormName::Given;

    fn create(builder: Builder) -> Result<Self, CreateError> {
        Ok(Self { producer: builder.timed()?, newest: f64::NAN })
    }

    fn ending(&self) -> Option<Ending> {
        Some(self.producer.ending())
    }

    fn newest_given(&self) -> Option<f64> {
        Some(self.newest).filter(|t| t.is_finite())
    }
}

/// y at the time of the call.
#[derive(Debug)]
pub(super) struct Clocked(Producer<Timed>);

impl PointForm for Clocked {
    type X = f64;

    #[inline]
    fn push(&mut self, t: f64, y: f32) {
        self.0.push(t, y);
    }
}

impl Form for Clocked {
    const NAME: FormName = FormName::Clocked;

    fn create(builder: Builder) -> Result<Self, CreateError> {
        Ok(Self(builder.origin(first_plot().1).units("s", "").timed()?))
    }

    fn ending(&self) -> Option<Ending> {
        Some(self.0.ending())
    }
}

/// Points of the plane.
#[derive(Debug)]
pub struct Plane(Producer<Xy>);

impl PointForm for Plane {
    type X = f32;

    #[inline]
    fn push(&mut self, x: f32, y: f32) {
        self.0.push(Point::new(x, y));
    }
}

impl Form for Plane {
    const NAME: FormName = FormName::Plane;

    fn create(builder: Builder) -> Result<Self, CreateError> {
        Ok(Self(builder.xy()?))
    }

    fn ending(&self) -> Option<Ending> {
        Some(self.0.ending())
    }
}

/// Whole curves. One that is longer than all before begins a new run of the stream, which has room for it.
#[derive(Debug)]
pub struct Curves {
    /// `None` where a new run could not be created.
    producer: Option<Producer<Snapshot>>,
    builder: Builder,
    longest: usize,
    points: Vec<Point>,
}

impl Curves {
    /// Publishes a curve of `y`, with the number of each as its x. Tells whether a new run began.
    pub(super) fn update(
        &mut self,
        t: f64,
        y: impl ExactSizeIterator<Item = f32>,
    ) -> Result<bool, CreateError> {
        let is_longer = y.len() > self.longest;
        if is_longer {
            let longest = y.len().next_power_of_two();
            // The name is free once the run before is closed.
            self.producer = None;
            let length = u32::try_from(longest).unwrap_or(u32::MAX);
            self.producer = Some(self.builder.clone().snapshot(length)?);
            self.longest = longest;
        }
        if let Some(producer) = &mut self.producer {
            self.points.clear();
            self.points.extend(y.enumerate().map(|(x, y)| Point::new(x as f32, y)));
            producer.update(t, &self.points);
        }
        Ok(is_longer)
    }
}

impl Form for Curves {
    const NAME: FormName = FormName::Curves;

    fn create(builder: Builder) -> Result<Self, CreateError> {
        let builder = builder.origin(first_plot().1);
        let producer = builder.clone().snapshot(LEAST_LONGEST as u32)?;
        Ok(Self { producer: Some(producer), builder, longest: LEAST_LONGEST, points: Vec::new() })
    }

    fn ending(&self) -> Option<Ending> {
        self.producer.as_ref().map(Producer::ending)
    }
}

/// Texts.
#[derive(Debug)]
pub(super) struct Texts {
    producer: Producer<Events>,
    text: String,
}

impl Texts {
    /// Publishes a text.
    pub(super) fn emit(&mut self, t: f64, text: fmt::Arguments<'_>) {
        self.text.clear();
        // A `Display` that fails leaves what it wrote before.
        let _ = self.text.write_fmt(text);
        self.producer.emit(t, &self.text);
    }
}

impl Form for Texts {
    const NAME: FormName = FormName::Texts;

    fn create(builder: Builder) -> Result<Self, CreateError> {
        Ok(Self { producer: builder.events()?, text: String::new() })
    }

    fn ending(&self) -> Option<Ending> {
        Some(self.producer.ending())
    }
}
