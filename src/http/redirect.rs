//! Where a person may be sent after signing in: to one of our own pages, rebuilt from what it names.
//!
//! Nothing of what came in is passed on as text, so no spelling of another site's address can get through.

use std::fmt;
use std::str::FromStr;

use crate::kernel::{CommentId, StoryId, SubscriberId, TitleId};

/// One of our own pages that can be come back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// The titles and their stories.
    Home,
    /// One's own page.
    Me,
    /// The moderators' queue.
    Queue,
    /// One title.
    Title(TitleId),
    /// A story's thread, and the comment in it to look at.
    Story(StoryId, Option<CommentId>),
    /// A comment in its branch.
    Comment(CommentId),
    /// The form for doing something with a comment.
    Act(CommentId, &'static str),
    /// A moderator's card of a comment.
    Card(CommentId),
    /// A moderator's view of a subscriber.
    Record(SubscriberId),
}

const ACTS: [&str; 5] = ["reply", "edit", "report", "withdraw", "recommend"];

/// The text names no page that can be come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of our own pages")]
pub struct NotOurs;

impl FromStr for ReturnTo {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let (path, fragment) = text.split_once('#').map_or((text, None), |(path, at)| (path, Some(at)));
        let parts: Vec<&str> = path.strip_prefix('/').ok_or(NotOurs)?.split('/').collect();
        match (parts.as_slice(), fragment) {
            ([""], None) => Ok(Self::Home),
            (["me"], None) => Ok(Self::Me),
            (["moderation", "queue"], None) => Ok(Self::Queue),
            (["titles", title], None) => title.parse().map(Self::Title).map_err(|_| NotOurs),
            (["stories", story], at) => {
                let at = at.map(str::parse).transpose().map_err(|_| NotOurs)?;
                Ok(Self::Story(story.parse().map_err(|_| NotOurs)?, at))
            }
            (["comments", comment], None) => comment.parse().map(Self::Comment).map_err(|_| NotOurs),
            (["comments", comment, act], None) => {
                let act = ACTS.into_iter().find(|known| known == act).ok_or(NotOurs)?;
                Ok(Self::Act(comment.parse().map_err(|_| NotOurs)?, act))
            }
            (["moderation", "comments", comment], None) => comment.parse().map(Self::Card).map_err(|_| NotOurs),
            (["moderation", "subscribers", subscriber], None) => {
                subscriber.parse().map(Self::Record).map_err(|_| NotOurs)
            }
            _ => Err(NotOurs),
        }
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("/"),
            Self::Me => f.write_str("/me"),
            Self::Queue => f.write_str("/moderation/queue"),
            Self::Title(title) => write!(f, "/titles/{title}"),
            Self::Story(story, None) => write!(f, "/stories/{story}"),
            Self::Story(story, Some(comment)) => write!(f, "/stories/{story}#{comment}"),
            Self::Comment(comment) => write!(f, "/comments/{comment}"),
            Self::Act(comment, act) => write!(f, "/comments/{comment}/{act}"),
            Self::Card(comment) => write!(f, "/moderation/comments/{comment}"),
            Self::Record(subscriber) => write!(f, "/moderation/subscribers/{subscriber}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_come_back_as_they_were_written() {
        const STORY: &str = "stry_01h455vb4pex5vsknk084sn02q";
        const COMMENT: &str = "cmt_01h455vb4pex5vsknk084sn02q";
        for page in [
            "/".to_owned(),
            "/me".to_owned(),
            "/moderation/queue".to_owned(),
            "/titles/harbour-post".to_owned(),
            format!("/stories/{STORY}"),
            format!("/stories/{STORY}#{COMMENT}"),
            format!("/comments/{COMMENT}"),
            format!("/comments/{COMMENT}/report"),
            format!("/moderation/comments/{COMMENT}"),
            "/moderation/subscribers/subr_01h455vb4pex5vsknk084sn02q".to_owned(),
        ] {
            assert_eq!(page.parse::<ReturnTo>().map(|to| to.to_string()), Ok(page));
        }
    }

    #[test]
    fn vuln_c18_no_spelling_of_another_site_is_a_place_to_return_to() {
        for odd in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "/@evil.example",
            "@evil.example",
            "/titles/harbour-post@evil.example",
            "/titles//evil.example",
            "/titles/harbour-post/../../evil",
            "/me?next=//evil.example",
            "/me#x",
            "/\t/evil.example",
            "/\n/evil.example",
            "/me\r\nLocation: https://evil.example",
            "/%2f%2fevil.example",
            "/evil。example",
            "//evil。example",
            "/./me",
            "/stories/stry_01h455vb4pex5vsknk084sn02q#//evil.example",
            "/comments/cmt_01h455vb4pex5vsknk084sn02q/delete",
        ] {
            assert_eq!(odd.parse::<ReturnTo>(), Err(NotOurs), "{odd:?}");
        }
    }
}
