//! What a pixel changes by where a trace goes over from points to columns: the same data drawn both ways, with as many
//! points to a column as there are there.

use ringplot::Style;
use ringplot::history::Scale;

use crate::data::{Signal, stream};
use crate::ideal::Shown;
use crate::lines::{Way, draw};
use crate::reference::Random;
use crate::screen::{COLUMNS, ROWS, grid, keep, lit, screen};

/// Points to a column where the switch is.
const PER_COLUMN: f64 = 2.0;

/// How much pixels change that are lit in either picture, of 255.
struct Changes {
    counts: [u32; 256],
    light: [f64; 2],
}

impl Changes {
    fn most(&self) -> usize {
        self.counts.iter().rposition(|count| *count > 0).unwrap()
    }

    fn mean(&self) -> f64 {
        let sum: f64 = self.counts.iter().enumerate().map(|(by, count)| by as f64 * f64::from(*count)).sum();
        sum / f64::from(self.counts.iter().sum::<u32>())
    }

    /// The share that changes by more than this, in per cent.
    fn above(&self, by: usize) -> f64 {
        let above: u32 = self.counts[by + 1..].iter().sum();
        f64::from(above) / f64::from(self.counts.iter().sum::<u32>()) * 100.0
    }
}

#[test]
fn the_switch_from_points_to_columns_changes_little() {
    let Some(mut screen) = screen() else { return };
    for signal in Signal::ALL {
        let mut changes = Changes { counts: [0; 256], light: [0.0; 2] };
        for seed in 0..6 {
            let mut random = Random(seed);
            let count = (COLUMNS as f64 * PER_COLUMN) as usize;
            let feed = stream(signal, count + 20, seed % 2 == 0, &mut random);
            let grid = grid(5.3, 5.3 + count as f64);
            let shown = Shown { grid, y: [-1.1, 1.1], y_scale: Scale::Linear };
            let images = Way::BOTH.map(|way| screen.draw(draw(&feed, &shown, Style::Line, way)));
            for (way, image) in Way::BOTH.iter().zip(&images) {
                keep(&format!("switch-{signal:?}-{seed}-{way:?}"), image);
            }
            for (column, row) in (0..COLUMNS).flat_map(|column| (0..ROWS).map(move |row| (column, row))) {
                let [a, b] = [&images[0], &images[1]].map(|image| lit(image, column, row));
                if a > 0 || b > 0 {
                    changes.counts[usize::from(a.abs_diff(b))] += 1;
                    changes.light[0] += f64::from(a);
                    changes.light[1] += f64::from(b);
                }
            }
        }
        let light = changes.light[0] / changes.light[1];
        println!(
            "{signal:?}: mean {:.1}, most {}, above 64: {:.1} %, above 128: {:.2} %, light {light:.3}",
            changes.mean(),
            changes.most(),
            changes.above(64),
            changes.above(128),
        );
        assert!(changes.mean() <= 26.0, "{signal:?}: {}", changes.mean());
        assert!(changes.most() <= 192, "{signal:?}: {}", changes.most());
        assert!(changes.above(64) <= 7.0, "{signal:?}: {} %", changes.above(64));
        assert!(changes.above(128) <= 0.6, "{signal:?}: {} %", changes.above(128));
        assert!((0.94..=1.03).contains(&light), "{signal:?}: {light}");
    }
}
