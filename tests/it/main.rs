//! Belowline as the rest of the world meets it: one binary for all integration tests.

// `cfg(test)` is always on here; naming it tells the lints that helpers may unwrap, too.
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod http;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod ladder;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod store;
#[cfg(test)]
mod support;
