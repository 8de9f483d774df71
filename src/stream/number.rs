//! The numbers that one line takes: what is pushed is f64 for a time and f32 for the rest.

/// A number that [`plot!`](crate::plot!) and [`show`](crate::show) take: of the language's types, or a reference to one.
///
/// ```
/// use ringplot::stream::Number;
///
/// assert_eq!((3_u8.as_f64(), (&0.5_f64).as_f32()), (3.0, 0.5));
/// ```
pub trait Number: Copy {
    /// The nearest f64.
    fn as_f64(self) -> f64;
    /// The nearest f32: what a stream holds.
    fn as_f32(self) -> f32;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Number for $number {
            #[inline]
            #[allow(clippy::cast_lossless, reason = "some of the types convert without loss, others do not")]
            fn as_f64(self) -> f64 {
                self as f64
            }

            #[inline]
            #[allow(clippy::cast_lossless, reason = "some of the types convert without loss, others do not")]
            fn as_f32(self) -> f32 {
                self as f32
            }
        }
    )*};
}

numbers!(f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl<N: Number> Number for &N {
    #[inline]
    fn as_f64(self) -> f64 {
        (*self).as_f64()
    }

    #[inline]
    fn as_f32(self) -> f32 {
        (*self).as_f32()
    }
}
