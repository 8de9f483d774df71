//! Where the flags of markers go, so that none lies over another.

/// A flag that has a place: its row, its left edge, and the marks that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flag {
    pub(super) row: usize,
    pub(super) left: f32,
    pub(super) width: f32,
    /// Places in the list of marks; more than one share it.
    pub(super) marks: Vec<usize>,
}

/// Room between two flags, points.
const GAP: f32 = 4.0;

/// Places a flag for each mark, given as x and width in the order of x: right of its x, in the first row that is free
/// there. A mark that finds no room joins the flag before it.
///
/// Every flag is at least `least` wide, so that there is room to say how many share it.
pub(super) fn place(marks: &[[f32; 2]], rows: usize, [left, right]: [f32; 2], least: f32) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    let mut free_from = vec![f32::NEG_INFINITY; rows.max(1)];
    for (index, [x, width]) in marks.iter().enumerate() {
        let width = width.max(least).min((right - left).max(0.0));
        let at = x.min(right - width).max(left);
        match free_from.iter().position(|free| *free <= at) {
            Some(row) => {
                free_from[row] = at + width + GAP;
                flags.push(Flag { row, left: at, width, marks: vec![index] });
            }
            None => {
                if let Some(last) = flags.last_mut() {
                    last.marks.push(index);
                }
            }
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_flag_lies_over_another_and_every_mark_has_one(
            mut marks in prop::collection::vec([0f32..1000.0, 5f32..150.0], 1..80),
            rows in 1usize..4,
        ) {
            marks.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let flags = place(&marks, rows, [0.0, 1000.0], 60.0);
            for (i, a) in flags.iter().enumerate() {
                prop_assert!(a.row < rows && a.left >= 0.0 && a.left + a.width <= 1000.0 + 0.01);
                for b in &flags[i + 1..] {
                    prop_assert!(a.row != b.row || a.left + a.width <= b.left || b.left + b.width <= a.left);
                }
            }
            let mut all: Vec<usize> = flags.into_iter().flat_map(|flag| flag.marks).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..marks.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_plot_without_room_is_no_panic() {
        assert_eq!(place(&[[5.0, 100.0], [6.0, 100.0]], 0, [10.0, 0.0], 60.0).len(), 1);
    }
}
