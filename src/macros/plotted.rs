//! What `plot!(name, value)` takes.

use super::clock::now;
use super::form::{Clocked, Curves};
use super::site::{OneSite, Site};
use crate::stream::Number;

/// What `plot!(name, value)` takes: a number is a point at the present time, a slice is a whole curve.
pub trait Plotted {
    /// Plots it from a call site.
    fn plot_at(self, site: &OneSite, name: &str);
    /// Plots it under a name that is looked up.
    fn plot_by_name(self, name: &str);
}

macro_rules! plotted_by_clock {
    ($($number:ty),*) => {$(
        impl Plotted for $number {
            #[inline]
            fn plot_at(self, site: &OneSite, name: &str) {
                site.clocked.push(name, now(), self.as_f32());
            }

            fn plot_by_name(self, name: &str) {
                Site::<Clocked>::new().push(name, now(), self.as_f32());
            }
        }
    )*};
}

plotted_by_clock!(f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
plotted_by_clock!(&f32, &f64, &i8, &i16, &i32, &i64, &isize, &u8, &u16, &u32, &u64, &usize);

impl<N: Number> Plotted for &[N] {
    fn plot_at(self, site: &OneSite, name: &str) {
        site.curves.update(name, now(), self);
    }

    fn plot_by_name(self, name: &str) {
        Site::<Curves>::new().update(name, now(), self);
    }
}

macro_rules! plotted_as_slice {
    ($([$($generics:tt)*] $slice:ty),*) => {$(
        impl<N: Number, $($generics)*> Plotted for $slice {
            fn plot_at(self, site: &OneSite, name: &str) {
                self.as_slice().plot_at(site, name);
            }

            fn plot_by_name(self, name: &str) {
                self.as_slice().plot_by_name(name);
            }
        }
    )*};
}

plotted_as_slice!([const LENGTH: usize] &[N; LENGTH], [] &Vec<N>);
