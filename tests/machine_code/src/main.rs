//! Pushes as a simulation calls them, each in a function of its own: the test looks at its machine code. y comes in
//! a register for integers, and x out of one for floats: of such words a compiler is tempted to store the halves.

use std::error::Error;
use std::hint::black_box;

use ringplot::{Point, Producer, Timed, Uniform, Xy};

#[inline(never)]
fn pushes_xy(producer: &mut Producer<Xy>, x: f64, y_bits: u32) {
    producer.push(Point::new(x as f32, f32::from_bits(y_bits)));
}

#[inline(never)]
fn pushes_timed(producer: &mut Producer<Timed>, t: f64, y_bits: u32) {
    producer.push(t, f32::from_bits(y_bits));
}

#[inline(never)]
fn pushes_uniform(producer: &mut Producer<Uniform>, y_bits: u32) {
    producer.push(f32::from_bits(y_bits));
}

#[inline(never)]
fn pushes_times(producer: &mut Producer<Timed>, t: &[f64], y: &[f32]) {
    producer.push_slice(t, y);
}

#[inline(never)]
fn pushes_values(producer: &mut Producer<Uniform>, y: &[f32]) {
    producer.push_slice(y);
}

#[inline(never)]
fn pushes_chunk(producer: &mut Producer<Xy>, x: f64, y_bits: u32) {
    if let Some(mut chunk) = producer.reserve(4) {
        chunk.push(Point::new(x as f32, f32::from_bits(y_bits)));
        chunk.commit();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let small = |name: &str| Producer::builder(name).capacity(1024);
    let (mut xy, mut timed, mut uniform) =
        (small("xy").xy()?, small("timed").timed()?, small("uniform").uniform(0.0, 1e3)?);
    for i in 0..black_box(10u8) {
        let (t, y) = (f64::from(i), black_box(1.5f32));
        pushes_xy(&mut xy, t, y.to_bits());
        pushes_timed(&mut timed, t, y.to_bits());
        pushes_uniform(&mut uniform, y.to_bits());
        pushes_times(&mut timed, black_box(&[t, t]), black_box(&[y, y]));
        pushes_values(&mut uniform, black_box(&[y, y]));
        pushes_chunk(&mut xy, t, y.to_bits());
    }
    Ok(())
}
