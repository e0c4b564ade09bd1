//! A comment before it is one.

use crate::kernel::{CommentId, StoryId, char_count, is_visible};

/// What somebody wants to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Under which story.
    pub story: StoryId,
    /// In answer to which comment.
    pub parent: Option<CommentId>,
    /// The text, as typed.
    pub body: String,
    /// The token of the nudge that the author has seen.
    pub nudge: Option<String>,
}

/// The text is empty or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a comment has 1 to {max} characters, this one {chars}")]
pub struct BodyLength {
    /// How long it may be.
    pub max: u32,
    /// How long it is; 0 when there is nothing to see in it.
    pub chars: usize,
}

/// Whether `body` is neither empty nor longer than `max` characters.
///
/// # Errors
/// When it is, with how long it is.
pub fn check_length(body: &str, max: u32) -> Result<(), BodyLength> {
    let chars = if is_visible(body) { char_count(body) } else { 0 };
    if chars == 0 || chars > max as usize { Err(BodyLength { max, chars }) } else { Ok(()) }
}
