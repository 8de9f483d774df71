//! The `ringplot` program. All of it is in the library: see `ringplot::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringplot::init();
    ringplot::cli::run()
}
