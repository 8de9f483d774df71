//! What a push in C costs beside the same push in Rust, in turns in one process: `include/ringplot.h` is to be as fast.
//!
//! `cargo bench --no-default-features --bench c`
//!
//! The loops of C are in `benches/c/push.c`, which gcc compiles with -O2 (`RINGPLOT_BENCH_CC` names another compiler). In C a
//! producer is behind a pointer, as it is in Rust in a struct: there the position goes to memory with each push. Both push
//! the same inputs, arrays of 4,096, each into a segment of its own; a row is the median over several segments of the ratios
//! of neighbours.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]

#[path = "../ring_common/mod.rs"]
mod ring_common;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;

use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

use ring_common::{median, quick, registry, tell_machine, thread_secs};

const INPUTS: usize = 4096;
const RUST: &str = "bench/rust";
const C: &CStr = c"bench/c";

struct Inputs {
    t: Vec<f64>,
    y: Vec<f32>,
    points: Vec<Point>,
}

/// The functions of `push.c`.
struct Library(*mut c_void);

impl Library {
    /// Compiles and loads them; `None` where there is no compiler.
    #[expect(unsafe_code, reason = "std loads no libraries")]
    fn new() -> Option<Self> {
        let compiler = std::env::var("RINGPLOT_BENCH_CC").unwrap_or_else(|_| "gcc".to_owned());
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ringplot-push.so");
        let mut command = Command::new(&compiler);
        command.args(["-std=gnu11", "-O2", "-shared", "-fPIC", "-I"]).arg(root.join("include"));
        let status = command.arg(root.join("benches/c/push.c")).arg("-o").arg(&out).status();
        if !status.is_ok_and(|status| status.success()) {
            println!("NOT MEASURED: {compiler} cannot be run here");
            return None;
        }
        let path = CString::new(out.into_os_string().into_encoded_bytes()).expect("a path");
        // SAFETY: what was just compiled runs nothing when it is loaded.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        assert!(!handle.is_null(), "what gcc made cannot be loaded");
        Some(Self(handle))
    }

    /// A function; `F` must be its type.
    #[expect(unsafe_code, reason = "std loads no libraries")]
    fn function<F: Copy>(&self, name: &CStr) -> F {
        // SAFETY: the handle is open, and the name ends with NUL.
        let address = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        assert!(!address.is_null() && size_of::<F>() == size_of_val(&address), "{name:?}");
        // SAFETY: the caller's: an address of a function, as `F` is.
        unsafe { std::mem::transmute_copy(&address) }
    }
}

/// So many rounds of the inputs, pushed by Rust, and by C.
type InRust<M> = Box<dyn Fn(&mut Producer<M>, &Inputs, usize)>;
type InC = Box<dyn Fn(*mut c_void, &Inputs, usize)>;

/// One way to hand points over, in both languages.
struct Row<M: 'static> {
    name: String,
    /// Times what Rust takes, at most.
    wanted: f64,
    /// Its number in C.
    kind: c_int,
    create: fn(u64) -> Producer<M>,
    rust: InRust<M>,
    c: InC,
}

/// Nanoseconds a point that `body` takes for so many rounds of the inputs.
fn nanos(rounds: usize, body: impl FnOnce()) -> f64 {
    let begun = thread_secs();
    body();
    (thread_secs() - begun) * 1e9 / (rounds * INPUTS) as f64
}

fn measure<M>(library: &Library, row: &Row<M>, log2_capacity: u32, inputs: &Inputs) {
    let create: unsafe extern "C" fn(c_int, *const c_char, u64) -> *mut c_void = library.function(c"create");
    let end: unsafe extern "C" fn(*mut c_void) = library.function(c"end");
    let (segments, turns, rounds) =
        if quick() { (1, 1, 1) } else { (7, 15, (1 << log2_capacity.max(19)) / INPUTS) };
    let (mut in_rust, mut in_c, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..segments {
        let mut producer = (row.create)(1 << log2_capacity);
        #[expect(unsafe_code, reason = "a function of C")]
        // SAFETY: the name ends with NUL.
        let handle = unsafe { create(row.kind, C.as_ptr(), 1 << log2_capacity) };
        assert!(!handle.is_null(), "C cannot create its stream");
        // The first turn warms up.
        for turn in 0..=turns {
            let inputs = black_box(inputs);
            let rust = nanos(rounds, || (row.rust)(&mut producer, inputs, rounds));
            let c = nanos(rounds, || (row.c)(handle, inputs, rounds));
            if turn > 0 {
                in_rust.push(rust);
                in_c.push(c);
                ratios.push(c / rust);
            }
        }
        check(&producer);
        drop(producer);
        #[expect(unsafe_code, reason = "a function of C")]
        // SAFETY: a handle of C, which nobody uses any more.
        unsafe {
            end(handle);
        }
    }
    if quick() {
        return;
    }
    let (rust, c, ratio) = (median(&mut in_rust), median(&mut in_c), median(&mut ratios));
    let quartile = |n: usize| ratios[ratios.len() * n / 4];
    let (name, wanted) = (&row.name, row.wanted);
    let missed = if ratio > wanted { " MISSED" } else { "" };
    println!(
        "| {name} | 2^{log2_capacity} | {rust:.3} | {c:.3} | {ratio:.2} ({:.2} to {:.2}) | ≤ {wanted:.2}{missed} |",
        quartile(1),
        quartile(3)
    );
}

/// The newest points of both streams are the same, bit for bit.
fn check<M>(_: &Producer<M>) {
    let drain = |name: &str| {
        let mut batch = Batch::with_limit(512);
        let mut consumer = Consumer::attach(name, StartAt::Oldest).expect("a live stream");
        let mut last = Vec::new();
        while consumer.drain(&mut batch).count > 0 {
            last = batch.iter().map(|(position, x, y)| (position, x.to_bits(), y.to_bits())).collect();
        }
        last
    };
    let (rust, c) = (drain(RUST), drain(C.to_str().expect("UTF-8")));
    assert!(!rust.is_empty() && rust == c, "C and Rust have not pushed the same");
}

type OfTimes = unsafe extern "C" fn(*mut c_void, *const f64, *const f32, usize, usize);
type OfValues = unsafe extern "C" fn(*mut c_void, *const f32, usize, usize);
type OfPoints = unsafe extern "C" fn(*mut c_void, *const Point, usize, usize);
type OfSlices = unsafe extern "C" fn(*mut c_void, *const Point, usize, usize, usize);

/// A loop of C that is given times and values.
#[expect(unsafe_code, reason = "functions of C")]
fn of_times(function: OfTimes) -> InC {
    // SAFETY: the handle is one of C, and both arrays have that many inputs.
    Box::new(move |handle, inputs, rounds| unsafe {
        function(handle, inputs.t.as_ptr(), inputs.y.as_ptr(), INPUTS, rounds);
    })
}

/// A loop of C that is given values.
#[expect(unsafe_code, reason = "functions of C")]
fn of_values(function: OfValues) -> InC {
    // SAFETY: the handle is one of C, and the array has that many inputs.
    Box::new(move |handle, inputs, rounds| unsafe { function(handle, inputs.y.as_ptr(), INPUTS, rounds) })
}

fn timed(capacity: u64) -> Producer<Timed> {
    Producer::builder(RUST).capacity(capacity).timed().expect("a free name")
}

fn uniform(capacity: u64) -> Producer<Uniform> {
    Producer::builder(RUST).capacity(capacity).uniform(0.0, 1e6).expect("a free name")
}

fn xy(capacity: u64) -> Producer<Xy> {
    Producer::builder(RUST).capacity(capacity).xy().expect("a free name")
}

#[inline(never)]
fn push_times(producer: &mut Producer<Timed>, inputs: &Inputs, rounds: usize) {
    for _ in 0..rounds {
        for (t, y) in inputs.t.iter().zip(&inputs.y) {
            producer.push(*t, *y);
        }
    }
}

#[inline(never)]
fn push_values(producer: &mut Producer<Uniform>, inputs: &Inputs, rounds: usize) {
    for _ in 0..rounds {
        for y in &inputs.y {
            producer.push(*y);
        }
    }
}

#[inline(never)]
fn push_points(producer: &mut Producer<Xy>, inputs: &Inputs, rounds: usize) {
    for _ in 0..rounds {
        for point in &inputs.points {
            producer.push(*point);
        }
    }
}

#[inline(never)]
fn push_slices(producer: &mut Producer<Xy>, inputs: &Inputs, rounds: usize, batch: usize) {
    for _ in 0..rounds {
        for points in inputs.points.chunks(batch) {
            producer.push_slice(points);
        }
    }
}

fn table(library: &Library, log2_capacity: u32, inputs: &Inputs) {
    let row = Row {
        name: "push(t, y)".to_owned(),
        wanted: 1.15,
        kind: 0,
        create: timed,
        rust: Box::new(push_times),
        c: of_times(library.function(c"timed")),
    };
    measure(library, &row, log2_capacity, inputs);
    let row = Row {
        name: "push(y)".to_owned(),
        wanted: 1.15,
        kind: 1,
        create: uniform,
        rust: Box::new(push_values),
        c: of_values(library.function(c"uniform")),
    };
    measure(library, &row, log2_capacity, inputs);
    let points: OfPoints = library.function(c"xy");
    #[expect(unsafe_code, reason = "a function of C")]
    let row = Row {
        name: "push(point)".to_owned(),
        wanted: 1.15,
        kind: 2,
        create: xy,
        rust: Box::new(push_points),
        // SAFETY: the handle is one of C, and the array has that many inputs.
        c: Box::new(move |handle, inputs, rounds| unsafe {
            points(handle, inputs.points.as_ptr(), INPUTS, rounds);
        }),
    };
    measure(library, &row, log2_capacity, inputs);
    let slices: OfSlices = library.function(c"xy_slices");
    for batch in [16, 256, 4096] {
        #[expect(unsafe_code, reason = "a function of C")]
        let row = Row {
            name: format!("push_slice of {batch}"),
            wanted: 1.05,
            kind: 2,
            create: xy,
            rust: Box::new(move |producer, inputs, rounds| {
                push_slices(producer, inputs, rounds, black_box(batch));
            }),
            // SAFETY: the handle is one of C, and the array has that many inputs, a multiple of the batch.
            c: Box::new(move |handle, inputs, rounds| unsafe {
                slices(handle, inputs.points.as_ptr(), INPUTS, rounds, batch);
            }),
        };
        measure(library, &row, log2_capacity, inputs);
    }
    let row = Row {
        name: "push_slice(y) of 4096".to_owned(),
        wanted: 1.05,
        kind: 1,
        create: uniform,
        rust: Box::new(|producer, inputs, rounds| (0..rounds).for_each(|_| producer.push_slice(&inputs.y))),
        c: of_values(library.function(c"uniform_slices")),
    };
    measure(library, &row, log2_capacity, inputs);
    let row = Row {
        name: "push_slice(t, y) of 4096".to_owned(),
        wanted: 1.05,
        kind: 0,
        create: timed,
        rust: Box::new(|producer, inputs, rounds| {
            (0..rounds).for_each(|_| producer.push_slice(&inputs.t, &inputs.y));
        }),
        c: of_times(library.function(c"timed_slices")),
    };
    measure(library, &row, log2_capacity, inputs);
}

fn main() {
    let _registry = registry();
    let Some(library) = Library::new() else { return };
    let numbers = || (0..INPUTS).map(|i| i as f32);
    let inputs = Inputs {
        t: numbers().map(|i| f64::from(i) * 1e-6).collect(),
        y: numbers().collect(),
        points: numbers().map(|i| Point::new(i, -i)).collect(),
    };
    if !quick() {
        tell_machine("c");
        println!("| row | capacity | Rust, ns a point | C, ns a point | C / Rust | wanted |");
        println!("|---|---|---|---|---|---|");
    }
    for log2_capacity in if quick() { vec![16] } else { vec![16, 20] } {
        table(&library, log2_capacity, &inputs);
    }
}
