//! The `belowline` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    belowline::cli::main()
}
