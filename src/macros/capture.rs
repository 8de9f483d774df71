//! What a block of code plots, kept for a test in place of streams.

use std::cell::RefCell;
use std::fmt;

use super::thread;

thread_local! {
    /// What the running `capture` of this thread has got.
    static RUNNING: RefCell<Option<Captured>> = const { RefCell::new(None) };
}

/// What was plotted under a name.
type Named<T> = (String, Vec<T>);

/// What a block of code plotted, by name, in the order of its calls.
///
/// ```
/// use ringplot::testing::capture;
///
/// let plotted = capture(|| ringplot::plot!("energy", 0.5, 2.0));
/// assert_eq!(plotted.names(), ["energy"]);
/// assert_eq!(plotted.points("energy"), [(0.5, 2.0)]);
/// assert!(plotted.points("momentum").is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captured {
    points: Vec<Named<(f64, f32)>>,
    curves: Vec<Named<(f64, Vec<f32>)>>,
    texts: Vec<(f64, String)>,
}

impl Captured {
    /// The names of points and curves, each once: first those of points, in the order of their first call.
    pub fn names(&self) -> Vec<&str> {
        let points = self.points.iter().map(|(name, _)| name.as_str());
        points.chain(self.curves.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// The points of a name: (t, y) in seconds and the unit of y, or (x, y) of the plane. y is the f32 that a stream would
    /// have. Empty where nothing was plotted.
    pub fn points(&self, name: &str) -> &[(f64, f32)] {
        of(&self.points, name)
    }

    /// The curves of a name, each with the time of its call in seconds since the program's first plot. Empty where nothing
    /// was plotted.
    pub fn curves(&self, name: &str) -> &[(f64, Vec<f32>)] {
        of(&self.curves, name)
    }

    /// The texts of `plot_event!`, each with its time in seconds.
    pub fn texts(&self) -> &[(f64, String)] {
        &self.texts
    }
}

fn of<'c, T>(named: &'c [Named<T>], name: &str) -> &'c [T] {
    named.iter().find(|(own, _)| own == name).map_or(&[], |(_, items)| items)
}

fn add<T>(named: &mut Vec<Named<T>>, name: &str, item: T) {
    match named.iter_mut().find(|(own, _)| own == name) {
        Some((_, items)) => items.push(item),
        None => named.push((name.to_owned(), vec![item])),
    }
}

/// Runs `block`, and gives what it plotted with [`plot!`](crate::plot!) and [`plot_event!`](crate::plot_event) on this
/// thread: no stream is created, no window opened. What other threads plot goes its usual way, and so does what is pushed
/// into a [`Producer`](crate::Producer). With the feature `plot-off` there is nothing to capture.
///
/// ```
/// use ringplot::testing::capture;
///
/// fn simulate(steps: u32) {
///     for step in 0..steps {
///         let t = f64::from(step) * 0.1;
///         ringplot::plot!("height", t, 5.0 * t * t);
///     }
///     ringplot::plot_event!("fell for {steps} steps");
/// }
///
/// let plotted = capture(|| simulate(3));
/// assert_eq!(plotted.points("height").len(), 3);
/// assert_eq!(plotted.texts()[0].1, "fell for 3 steps");
/// ```
pub fn capture(block: impl FnOnce()) -> Captured {
    /// Puts back what was there before, after a panic too.
    struct Before<P: FnOnce()>(Option<(Option<Captured>, P)>);
    impl<P: FnOnce()> Drop for Before<P> {
        fn drop(&mut self) {
            if let Some((before, put_back)) = self.0.take() {
                RUNNING.replace(before);
                put_back();
            }
        }
    }
    let put_back = thread::set_aside();
    let before = Before(Some((RUNNING.replace(Some(Captured::default())), put_back)));
    block();
    let captured = RUNNING.take().unwrap_or_default();
    drop(before);
    captured
}

/// Keeps something while a capture runs; whether one does.
fn keep(add: impl FnOnce(&mut Captured)) -> bool {
    let kept = |running: &RefCell<Option<Captured>>| {
        let Ok(mut running) = running.try_borrow_mut() else { return false };
        running.as_mut().map(add).is_some()
    };
    RUNNING.try_with(kept).unwrap_or(false)
}

pub(super) fn point(name: &str, x: f64, y: f32) -> bool {
    keep(|captured| add(&mut captured.points, name, (x, y)))
}

pub(super) fn curve<I: Iterator<Item = f32>>(name: &str, t: f64, y: impl FnOnce() -> I) -> bool {
    keep(|captured| add(&mut captured.curves, name, (t, y().collect())))
}

pub(super) fn text(t: f64, text: fmt::Arguments<'_>) -> bool {
    // Made before the capture is borrowed: a `Display` of the program's own may plot.
    let is_running = RUNNING.try_with(|running| running.borrow().is_some()).unwrap_or(false);
    is_running && {
        let text = text.to_string();
        keep(|captured| captured.texts.push((t, text)))
    }
}
