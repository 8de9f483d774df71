//! Single pushes, with the producer in three places: a local variable of the loop; a field of a struct whose method has the
//! loop; the same, with a call for each push. And after other work. Each limit is written like the push that it is
//! compared with, counter and slots and position in the place of the producer.

use std::hint::black_box;

use ringplot::ring::sync::{AtomicU64, Ordering};
use ringplot::ring::whole;
use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Point, Producer};

use super::ring_common::{Bare, median, quick, thread_secs};
use super::{INPUTS, Inputs, NAME, Way, timed, uniform, xy};

/// What is pushed.
pub(super) trait Kind {
    type Mode;
    const NAME: &'static str;
    /// Times the limit, at most, with nobody reading: in a local, and in a struct.
    const WANTED: [f64; 2];
    type Input: Copy;
    fn create(log2_capacity: u32) -> Producer<Self::Mode>;
    fn inputs(inputs: &Inputs) -> impl Iterator<Item = Self::Input>;
    /// The slot's word of an input, as the limit stores it.
    fn word(input: Self::Input) -> u64;
    fn push(producer: &mut Producer<Self::Mode>, input: Self::Input);
}

/// `push(point)`.
pub(super) struct Points;

impl Kind for Points {
    type Mode = Xy;
    type Input = Point;
    const NAME: &'static str = "push(point)";
    const WANTED: [f64; 2] = [1.1, 1.3];

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    #[inline(always)]
    fn inputs(inputs: &Inputs) -> impl Iterator<Item = Point> {
        inputs.points.iter().copied()
    }

    #[inline(always)]
    fn word(input: Point) -> u64 {
        input.to_bits()
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Xy>, input: Point) {
        producer.push(input);
    }
}

/// `push(t, y)`.
pub(super) struct Times;

impl Kind for Times {
    type Mode = Timed;
    type Input = (f64, f32);
    const NAME: &'static str = "push(t, y)";
    const WANTED: [f64; 2] = [1.4, 1.6];

    fn create(log2_capacity: u32) -> Producer<Timed> {
        timed(log2_capacity)
    }

    #[inline(always)]
    fn inputs(inputs: &Inputs) -> impl Iterator<Item = (f64, f32)> {
        inputs.t.iter().copied().zip(inputs.y.iter().copied())
    }

    #[inline(always)]
    fn word(input: (f64, f32)) -> u64 {
        Point::new(input.0 as f32, input.1).to_bits()
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Timed>, input: (f64, f32)) {
        producer.push(input.0, input.1);
    }
}

/// `push(y)`.
pub(super) struct Values;

impl Kind for Values {
    type Mode = Uniform;
    type Input = f32;
    const NAME: &'static str = "push(y)";
    const WANTED: [f64; 2] = [1.3, 1.3];

    fn create(log2_capacity: u32) -> Producer<Uniform> {
        uniform(log2_capacity)
    }

    #[inline(always)]
    fn inputs(inputs: &Inputs) -> impl Iterator<Item = f32> {
        inputs.y.iter().copied()
    }

    #[inline(always)]
    fn word(input: f32) -> u64 {
        Point::new(0.0, input).to_bits()
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Uniform>, input: f32) {
        producer.push(input);
    }
}

/// What stands in the place of a producer: one relaxed store, and one release store of the counter.
struct Limit<'b> {
    counter: &'b AtomicU64,
    slots: &'b [AtomicU64],
    position: u64,
}

impl<'b> Limit<'b> {
    fn new(bare: &'b Bare, position: u64) -> Self {
        Self { counter: bare.counter(), slots: bare.slots(), position }
    }

    #[inline(always)]
    #[expect(unsafe_code, reason = "no bounds check: this is the limit")]
    fn store(&mut self, word: u64) {
        // SAFETY: the slots are a power of two.
        let slot = unsafe { self.slots.get_unchecked(self.position as usize & (self.slots.len() - 1)) };
        slot.store(whole(word), Ordering::Relaxed);
        self.position += 1;
        self.counter.store(self.position, Ordering::Release);
    }
}

/// Every input once, `count / INPUTS` times.
#[inline(always)]
fn each<K: Kind>(inputs: &Inputs, count: u64, mut body: impl FnMut(K::Input)) {
    for _ in 0..count / INPUTS as u64 {
        for input in K::inputs(inputs) {
            body(input);
        }
    }
}

/// What has a producer, or a limit in its place.
struct Simulation<P> {
    output: P,
}

impl Simulation<Limit<'_>> {
    #[inline(never)]
    fn run<K: Kind>(&mut self, inputs: &Inputs, count: u64) {
        each::<K>(inputs, count, |input| self.output.store(K::word(input)));
    }

    #[inline(never)]
    fn step<K: Kind>(&mut self, input: K::Input) {
        self.output.store(K::word(input));
    }
}

impl<M> Simulation<Producer<M>> {
    #[inline(never)]
    fn run<K: Kind<Mode = M>>(&mut self, inputs: &Inputs, count: u64) {
        each::<K>(inputs, count, |input| K::push(&mut self.output, input));
    }

    #[inline(never)]
    fn step<K: Kind<Mode = M>>(&mut self, input: K::Input) {
        K::push(&mut self.output, input);
    }
}

/// In a local variable of the loop's function.
pub(super) struct Local<K>(K);

impl<K: Kind> Way for Local<K> {
    type Mode = K::Mode;
    const WANTED: Option<f64> = Some(K::WANTED[0]);

    fn name() -> String {
        format!("{} in a local", K::NAME)
    }

    fn create(log2_capacity: u32) -> Producer<K::Mode> {
        K::create(log2_capacity)
    }

    #[inline(never)]
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        let mut limit = Limit::new(bare, from);
        each::<K>(inputs, count, |input| limit.store(K::word(input)));
    }

    #[inline(never)]
    fn push(producer: Producer<K::Mode>, inputs: &Inputs, count: u64) -> Producer<K::Mode> {
        // An argument may stay in the caller's memory.
        let mut local = producer;
        each::<K>(inputs, count, |input| K::push(&mut local, input));
        local
    }
}

/// In a field of a struct: the loop is a method that is not inlined.
pub(super) struct Method<K>(K);

impl<K: Kind> Way for Method<K> {
    type Mode = K::Mode;
    const WANTED: Option<f64> = Some(K::WANTED[1]);
    const HAS_LOCAL: bool = true;

    fn name() -> String {
        format!("{} in a struct", K::NAME)
    }

    fn create(log2_capacity: u32) -> Producer<K::Mode> {
        K::create(log2_capacity)
    }

    fn limit_in_local(bare: &Bare, inputs: &Inputs, from: u64, count: u64) -> bool {
        Local::<K>::limit(bare, inputs, from, count, false);
        true
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        Simulation { output: Limit::new(bare, from) }.run::<K>(inputs, count);
    }

    fn push(producer: Producer<K::Mode>, inputs: &Inputs, count: u64) -> Producer<K::Mode> {
        let mut simulation = Simulation { output: producer };
        simulation.run::<K>(inputs, count);
        simulation.output
    }
}

/// In a field of a struct, and a call of a method for each push.
pub(super) struct Call<K>(K);

impl<K: Kind> Way for Call<K> {
    type Mode = K::Mode;
    const WANTED: Option<f64> = Some(2.0);
    const HAS_LOCAL: bool = true;

    fn name() -> String {
        format!("{} behind a call", K::NAME)
    }

    fn create(log2_capacity: u32) -> Producer<K::Mode> {
        K::create(log2_capacity)
    }

    fn limit_in_local(bare: &Bare, inputs: &Inputs, from: u64, count: u64) -> bool {
        Local::<K>::limit(bare, inputs, from, count, false);
        true
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        let mut simulation = Simulation { output: Limit::new(bare, from) };
        each::<K>(inputs, count, |input| simulation.step::<K>(input));
    }

    fn push(producer: Producer<K::Mode>, inputs: &Inputs, count: u64) -> Producer<K::Mode> {
        let mut simulation = Simulation { output: producer };
        each::<K>(inputs, count, |input| simulation.step::<K>(input));
        simulation.output
    }
}

/// Some 100 ns of a simulation: steps of the Lorenz system.
struct Lorenz([f64; 3]);

impl Lorenz {
    #[inline(always)]
    fn work(&mut self) {
        for _ in 0..24 {
            let [x, y, z] = self.0;
            let rate = [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
            self.0 = [x + 1e-3 * rate[0], y + 1e-3 * rate[1], z + 1e-3 * rate[2]];
        }
    }
}

/// What limit and push add to other work, in nanoseconds: rows of a table of their own.
pub(super) fn after_work<K: Kind>(inputs: &Inputs) {
    /// One and the same loop, with nothing, the limit or a push in it.
    #[inline(never)]
    fn run<K: Kind, P>(output: &mut P, inputs: &Inputs, mut push: impl FnMut(&mut P, K::Input)) -> Lorenz {
        let mut state = Lorenz([1.0, 1.0, 1.0]);
        for input in K::inputs(inputs) {
            state.work();
            push(output, input);
        }
        state
    }
    let mut producer = K::create(16);
    let bare = Bare::open(NAME);
    let mut limit = Limit::new(&bare, 0);
    let turns = if quick() { 1 } else { 301 };
    let time = |f: &mut dyn FnMut() -> Lorenz| {
        let begun = thread_secs();
        black_box(f().0);
        (thread_secs() - begun) * 1e9 / INPUTS as f64
    };
    let (mut work, mut limits, mut pushes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..turns {
        let inputs = black_box(inputs);
        let alone = time(&mut || run::<K, _>(&mut (), inputs, |(), _| {}));
        let with_limit =
            time(&mut || run::<K, _>(&mut limit, inputs, |limit, input| limit.store(K::word(input))));
        let with_push = time(&mut || run::<K, _>(&mut producer, inputs, K::push));
        work.push(alone);
        limits.push(with_limit - alone);
        pushes.push(with_push - alone);
    }
    if !quick() {
        println!(
            "| {} | {:.1} | {:+.2} | {:+.2} |",
            K::NAME,
            median(&mut work),
            median(&mut limits),
            median(&mut pushes)
        );
    }
}
