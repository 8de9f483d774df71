//! The macros themselves. With the feature `plot-off` they check their arguments' types and compile to nothing.

/// Plots a number, a point of the plane or a curve under a name, in any function of any thread.
///
/// ```no_run
/// ringplot::init(); // the first line of `main`: this program is its own viewer
/// let (t, energy, x, y, spectrum) = (0.5, 2.0, 1.0, -1.0, vec![0.0_f32; 512]);
/// ringplot::plot!("energy", t, energy); // y at a time of yours, in seconds
/// ringplot::plot!("load", 0.7); // y at the time since the program's first plot
/// ringplot::plot!("orbit", x => y); // a point of the plane
/// ringplot::plot!("spectrum", &spectrum); // a whole curve, over 0, 1, 2, …
/// ```
///
/// Numbers are of any of the language's types; t is used as f64, x and y as f32. The first use of a name creates its stream,
/// and the program's first use opens the window: of the program itself where its `main` begins with
/// [`ringplot::init()`](crate::init), else of an installed `ringplot`. `RINGPLOT_VIEW=0` and a missing display leave the
/// window out.
///
/// - **It never fails.** The first error of a name is a line on standard error; from then on nothing is plotted under it.
///   So it is with a name that another program plots at this moment, and with two forms under one name, such as
///   `name, t, y` and `name, x => y`.
/// - **Threads.** The call sites of a thread share the stream of a name. Another thread that plots the same name gets a
///   stream of its own, `energy/2`, which is told once.
/// - **The end.** A stream closes when its thread ends, and all close when the program ends, by `std::process::exit` too:
///   the window keeps the picture. A program that is killed, aborts or leaves by `_exit` shows as one that died. What other
///   threads plot while the program ends may be missing.
/// - **Cost** of a point whose name is a literal, after the first: a push, and a borrow in the thread's memory; no lock and no
///   hash. A name that is no literal is looked up at each call: `plot!(&format!("cell {i}"), t, y)`. Without a time each call
///   reads the clock, some 25 ns. A curve is copied once into points of 8 bytes; one that is longer than all before begins
///   a new run of its stream.
///
/// A builder says more of a stream (units, colour, capacity): see [`Producer::builder`](crate::Producer::builder), and
/// [`channels`](crate::channels()) for many of one clock. [`testing::capture`](crate::testing::capture) gives a test what was
/// plotted.
#[cfg(not(feature = "plot-off"))]
#[macro_export]
macro_rules! plot {
    ($name:literal, $x:expr => $y:expr $(,)?) => {
        $crate::plot!(@site Plane, $name, $crate::macros::Number::as_f32($x), $crate::macros::Number::as_f32($y))
    };
    ($name:expr, $x:expr => $y:expr $(,)?) => {
        $crate::plot!(@name Plane, $name, $crate::macros::Number::as_f32($x), $crate::macros::Number::as_f32($y))
    };
    ($name:literal, $t:expr, $y:expr $(,)?) => {
        $crate::plot!(@site Given, $name, $crate::macros::Number::as_f64($t), $crate::macros::Number::as_f32($y))
    };
    ($name:expr, $t:expr, $y:expr $(,)?) => {
        $crate::plot!(@name Given, $name, $crate::macros::Number::as_f64($t), $crate::macros::Number::as_f32($y))
    };
    ($name:literal, $value:expr $(,)?) => {{
        ::std::thread_local! {
            static SITE: $crate::macros::OneSite = const { $crate::macros::OneSite::new() };
        }
        let value = $value;
        let _ = SITE.try_with(|site| $crate::macros::Plotted::plot_at(value, site, $name));
    }};
    ($name:expr, $value:expr $(,)?) => {
        $crate::macros::Plotted::plot_by_name($value, $name)
    };
    (@site $form:ident, $name:literal, $x:expr, $y:expr) => {{
        ::std::thread_local! {
            static SITE: $crate::macros::Site<$crate::macros::$form> = const { $crate::macros::Site::new() };
        }
        // Outside the closure: they may return, or wait.
        let (x, y) = ($x, $y);
        let _ = SITE.try_with(|site| site.push($name, x, y));
    }};
    (@name $form:ident, $name:expr, $x:expr, $y:expr) => {
        $crate::macros::Site::<$crate::macros::$form>::new().push($name, $x, $y)
    };
}

/// Plots a text as an event, written as for `format!`: a flag on every plot of the program over the same time.
///
/// ```no_run
/// let (n, t) = (3, 0.5);
/// ringplot::plot_event!("step {n}"); // at the newest time that this thread plotted something at
/// ringplot::plot_event!(t => "step {}", n); // at a time of yours, in seconds
/// ```
///
/// The stream is called `events`. Where the thread gave no time to any plot, the time is that since the program's first plot.
/// A text has at most 4,096 bytes; the rest is cut. For the rest see [`plot!`](crate::plot!).
#[cfg(not(feature = "plot-off"))]
#[macro_export]
macro_rules! plot_event {
    ($t:expr => $format:literal $($args:tt)*) => {
        $crate::macros::event(Some($crate::macros::Number::as_f64($t)), ::std::format_args!($format $($args)*))
    };
    ($format:literal $($args:tt)*) => {
        $crate::macros::event(None, ::std::format_args!($format $($args)*))
    };
}

/// Compiles to nothing: the feature `plot-off` is on.
#[cfg(feature = "plot-off")]
#[macro_export]
macro_rules! plot {
    ($name:expr, $x:expr => $y:expr $(,)?) => {
        $crate::plot!(@off $name, $crate::macros::Number::as_f32($x), $crate::macros::Number::as_f32($y))
    };
    ($name:expr, $t:expr, $y:expr $(,)?) => {
        $crate::plot!(@off $name, $crate::macros::Number::as_f64($t), $crate::macros::Number::as_f32($y))
    };
    ($name:expr, $value:expr $(,)?) => {
        if false {
            $crate::macros::Plotted::plot_by_name($value, $name);
        }
    };
    (@off $name:expr, $x:expr, $y:expr) => {
        if false {
            let _: (&str, _, _) = ($name, $x, $y);
        }
    };
}

/// Compiles to nothing: the feature `plot-off` is on.
#[cfg(feature = "plot-off")]
#[macro_export]
macro_rules! plot_event {
    ($t:expr => $format:literal $($args:tt)*) => {
        if false {
            $crate::macros::event(Some($crate::macros::Number::as_f64($t)), ::std::format_args!($format $($args)*));
        }
    };
    ($format:literal $($args:tt)*) => {
        if false {
            $crate::macros::event(None, ::std::format_args!($format $($args)*));
        }
    };
}
