//! Belowline as the rest of the world meets it: one binary for all integration tests.

mod rules;
