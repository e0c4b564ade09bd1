//! The `belowline` command.

fn main() {}
