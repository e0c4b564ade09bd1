//! The fuzz run of the tests for as long as one likes: `cargo bench --bench fuzz -- --seed 7 --seconds 1800`.
//!
//! It stops with a panic at the first case that breaks a promise; `--seed S --from N --cases 1` repeats that one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a fuzz run stops at what is wrong")]

#[path = "../tests/it/rules/disguise.rs"]
mod disguise;
#[path = "../tests/it/rules/fuzz/mod.rs"]
mod fuzz;

use std::time::{Duration, Instant};

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: u64| {
        let value = given.iter().position(|word| word == name).and_then(|at| given.get(at + 1));
        value.map_or(usual, |value| value.parse().unwrap())
    };
    let (seed, from) = (number("--seed", 1), number("--from", 0));
    let (seconds, cases) = (number("--seconds", 10), number("--cases", u64::MAX));
    let end = Instant::now() + Duration::from_secs(seconds);
    let report = fuzz::run(seed, from, |done| done >= cases || Instant::now() >= end);
    println!("seed {seed}, {} cases from {from}, nothing broke\n{report}", report.cases);
}
