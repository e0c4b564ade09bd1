//! Comments: what subscribers say under a story.
//!
//! The source an author typed is what is stored; [`markup`] turns it into HTML, and is the only place that does.

pub mod markup;
