//! Options that `view`, `render` and `demo` share.

use clap::Args;

use super::values;

/// How a picture looks, and how much it may remember.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Picture")]
pub(super) struct PlotArgs {
    /// Title of the picture or window
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Label of the x axis, in place of the streams' unit
    #[arg(long, value_name = "TEXT")]
    pub(super) xlabel: Option<String>,
    /// Label of the y axis, in place of the streams' unit
    #[arg(long, value_name = "TEXT")]
    pub(super) ylabel: Option<String>,
    /// Width of the x axis, in its unit: the newest so much is shown, 10 without it
    #[arg(long, value_name = "X", value_parser = positive)]
    pub(super) xlen: Option<f64>,
    /// Lower end of the y axis; it follows the data without it
    #[arg(long, value_name = "Y", value_parser = values::number32, allow_negative_numbers = true)]
    pub(super) ymin: Option<f32>,
    /// Upper end of the y axis; it follows the data without it
    #[arg(long, value_name = "Y", value_parser = values::number32, allow_negative_numbers = true)]
    pub(super) ymax: Option<f32>,
    /// Memory for the history of all streams together, such as 512MiB
    #[arg(long, value_name = "SIZE", value_parser = values::memory)]
    pub(super) memory: Option<u64>,
    /// How many of the newest points an XY plot draws; 20000 without it
    #[arg(long, value_name = "N", value_parser = values::positive_count)]
    pub(super) xy_points: Option<u64>,
}

impl PlotArgs {
    /// Checks what one option alone cannot tell.
    pub(super) fn check(&self) -> Result<(), values::ValueError> {
        match (self.ymin, self.ymax) {
            (Some(low), Some(high)) if low >= high => {
                Err(values::ValueError(format!("--ymin {low} is not below --ymax {high}")))
            }
            _ => Ok(()),
        }
    }
}

fn positive(text: &str) -> Result<f64, values::ValueError> {
    let value = values::number(text)?;
    if value > 0.0 { Ok(value) } else { Err(values::ValueError("it must be above 0".into())) }
}
