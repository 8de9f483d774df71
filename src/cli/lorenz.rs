//! The Lorenz system, σ = 10, ρ = 28, β = 8/3, integrated by the classical Runge-Kutta method of fourth order.
//!
//! E. N. Lorenz, Deterministic Nonperiodic Flow, J. Atmos. Sci. 20 (1963), equations 25 to 27.

const SIGMA: f64 = 10.0;
const RHO: f64 = 28.0;
const BETA: f64 = 8.0 / 3.0;

/// Longest step that is taken at once: a longer one is cut up, as the method does not follow the system at some tenths.
const LONGEST_STEP: f64 = 2e-3;

/// A point that moves along the attractor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lorenz {
    /// x, y and z, dimensionless.
    pub(super) state: [f64; 3],
}

impl Lorenz {
    /// A point that has been drawn to the attractor already.
    pub(super) fn on_attractor() -> Self {
        let mut this = Self { state: [1.0, 1.0, 1.0] };
        this.advance(20.0);
        this
    }

    /// Moves on by `dt` Lorenz time units.
    pub(super) fn advance(&mut self, dt: f64) {
        let steps = (dt / LONGEST_STEP).ceil().max(1.0);
        for _ in 0..steps as u64 {
            self.state = step(self.state, dt / steps);
        }
    }
}

/// One Runge-Kutta step of length `dt`.
fn step(at: [f64; 3], dt: f64) -> [f64; 3] {
    let ahead = |slope: [f64; 3], by: f64| -> [f64; 3] { std::array::from_fn(|i| at[i] + slope[i] * by) };
    let k1 = slope(at);
    let k2 = slope(ahead(k1, dt / 2.0));
    let k3 = slope(ahead(k2, dt / 2.0));
    let k4 = slope(ahead(k3, dt));
    std::array::from_fn(|i| at[i] + dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

/// d/dt of (x, y, z).
fn slope([x, y, z]: [f64; 3]) -> [f64; 3] {
    [SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z]
}

#[cfg(test)]
mod tests {
    use super::{BETA, Lorenz, RHO, step};

    fn end_of(steps: u32) -> [f64; 3] {
        (0..steps).fold([1.0, 1.0, 1.0], |state, _| step(state, 1.0 / f64::from(steps)))
    }

    fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
        std::iter::zip(a, b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn the_method_is_of_fourth_order() {
        let exact = end_of(100_000);
        let ratio = distance(end_of(200), exact) / distance(end_of(400), exact);
        assert!((14.0..18.0).contains(&ratio), "half the step, a sixteenth of the error; got {ratio}");
    }

    #[test]
    fn a_fixed_point_stays() {
        let c = (BETA * (RHO - 1.0)).sqrt();
        let mut lorenz = Lorenz { state: [c, c, RHO - 1.0] };
        lorenz.advance(1.0);
        assert!(distance(lorenz.state, [c, c, RHO - 1.0]) < 1e-9, "{lorenz:?}");
    }

    #[test]
    fn long_steps_stay_on_the_attractor() {
        let mut lorenz = Lorenz::on_attractor();
        for _ in 0..100 {
            lorenz.advance(1.0);
            let [x, y, z] = lorenz.state;
            assert!(x.abs() < 25.0 && y.abs() < 35.0 && (0.0..55.0).contains(&z), "{lorenz:?}");
        }
    }
}
