//! The tests that look at Belowline from outside, in one program.

mod http;
