//! Where a person may be sent after signing in: to one of our own pages, rebuilt from what it names.
//!
//! Nothing of what came in is passed on as text but plain words of a few known parameters, so no spelling of another
//! site's address can get through.

use std::fmt;
use std::str::FromStr;

use crate::kernel::{BanId, CommentId, StoryId, SubscriberId, TitleId};

/// The most characters of a parameter that is kept; the longest are cursors.
const MAX_VALUE_CHARS: usize = 64;

/// What can be done with a comment on a page of its own.
const ACTS: [&str; 4] = ["reply", "edit", "report", "withdraw"];

/// One of our own pages that can be come back to, with what its address says of order and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo {
    page: Page,
    parameters: Vec<(&'static str, String)>,
    at: Option<CommentId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Page {
    Home,
    Me,
    SecondFactor,
    Queue,
    Approvals,
    Bans,
    Title(TitleId),
    HouseRules(TitleId),
    Story(StoryId),
    Thread(StoryId),
    Comment(CommentId),
    Replies(CommentId),
    Act(CommentId, &'static str),
    Card(CommentId),
    Record(SubscriberId),
    Lift(BanId),
}

impl Page {
    fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        match *parts.as_slice() {
            [""] => Some(Self::Home),
            ["me"] => Some(Self::Me),
            ["me", "second-factor"] => Some(Self::SecondFactor),
            ["moderation", "approvals"] => Some(Self::Approvals),
            ["moderation", "queue"] => Some(Self::Queue),
            ["moderation", "bans"] => Some(Self::Bans),
            ["titles", title] => title.parse().ok().map(Self::Title),
            ["titles", title, "house-rules"] => title.parse().ok().map(Self::HouseRules),
            ["stories", story] => story.parse().ok().map(Self::Story),
            ["stories", story, "thread"] => story.parse().ok().map(Self::Thread),
            ["comments", comment] => comment.parse().ok().map(Self::Comment),
            ["comments", comment, "replies"] => comment.parse().ok().map(Self::Replies),
            ["comments", comment, act] => {
                let act = ACTS.into_iter().find(|known| *known == act)?;
                comment.parse().ok().map(|comment| Self::Act(comment, act))
            }
            ["moderation", "comments", comment] => comment.parse().ok().map(Self::Card),
            ["moderation", "subscribers", subscriber] => subscriber.parse().ok().map(Self::Record),
            ["moderation", "bans", ban, "lift"] => ban.parse().ok().map(Self::Lift),
            _ => None,
        }
    }

    /// The parameters that say which part of the page is shown.
    const fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::Story(_) => &["sort", "after"],
            Self::Me | Self::Title(_) | Self::Replies(_) => &["after"],
            Self::Queue => &["title", "after"],
            Self::Bans => &["title", "past", "after"],
            Self::Record(_) => &["title", "evidence"],
            _ => &[],
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("/"),
            Self::Me => f.write_str("/me"),
            Self::SecondFactor => f.write_str("/me/second-factor"),
            Self::Approvals => f.write_str("/moderation/approvals"),
            Self::Queue => f.write_str("/moderation/queue"),
            Self::Bans => f.write_str("/moderation/bans"),
            Self::Title(title) => write!(f, "/titles/{title}"),
            Self::HouseRules(title) => write!(f, "/titles/{title}/house-rules"),
            Self::Story(story) => write!(f, "/stories/{story}"),
            Self::Thread(story) => write!(f, "/stories/{story}/thread"),
            Self::Comment(comment) => write!(f, "/comments/{comment}"),
            Self::Replies(comment) => write!(f, "/comments/{comment}/replies"),
            Self::Act(comment, act) => write!(f, "/comments/{comment}/{act}"),
            Self::Card(comment) => write!(f, "/moderation/comments/{comment}"),
            Self::Record(subscriber) => write!(f, "/moderation/subscribers/{subscriber}"),
            Self::Lift(ban) => write!(f, "/moderation/bans/{ban}/lift"),
        }
    }
}

impl ReturnTo {
    /// The titles and their stories.
    pub const HOME: Self = Self { page: Page::Home, parameters: Vec::new(), at: None };

    /// The page that `asked` names; the front page when it names none of ours.
    #[must_use]
    pub fn or_home(asked: Option<&str>) -> Self {
        asked.and_then(|path| path.parse().ok()).unwrap_or(Self::HOME)
    }

    /// A place to look at `comment`: the page that `asked` names where that shows a thread, else the comment's own.
    #[must_use]
    pub fn to_comment(asked: Option<&str>, comment: CommentId) -> Self {
        let asked = asked.and_then(|path| path.parse::<Self>().ok());
        let shows_thread = |to: &Self| matches!(to.page, Page::Story(_) | Page::Comment(_) | Page::Replies(_));
        let own = Self { page: Page::Comment(comment), ..Self::HOME };
        Self { at: Some(comment), ..asked.filter(shows_thread).unwrap_or(own) }
    }
}

/// The text names no page that can be come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of our own pages")]
pub struct NotOurs;

impl FromStr for ReturnTo {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let (text, at) = text.split_once('#').map_or((text, None), |(text, at)| (text, Some(at)));
        let (path, query) = text.split_once('?').map_or((text, ""), |(path, query)| (path, query));
        let page = Page::parse(path).ok_or(NotOurs)?;
        let mut parameters = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(NotOurs)?;
            let name = page.parameters().iter().find(|known| **known == name).ok_or(NotOurs)?;
            if !is_plain(value) || parameters.iter().any(|(known, _)| known == name) {
                return Err(NotOurs);
            }
            parameters.push((*name, value.to_owned()));
        }
        let at = at.map(str::parse).transpose().map_err(|_| NotOurs)?;
        let has_comments = matches!(page, Page::Story(_) | Page::Comment(_) | Page::Replies(_));
        if at.is_some() && !has_comments { Err(NotOurs) } else { Ok(Self { page, parameters, at }) }
    }
}

fn is_plain(value: &str) -> bool {
    (1..=MAX_VALUE_CHARS).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.page)?;
        for (number, (name, value)) in self.parameters.iter().enumerate() {
            write!(f, "{}{name}={value}", if number == 0 { '?' } else { '&' })?;
        }
        self.at.map_or(Ok(()), |comment| write!(f, "#{comment}"))
    }
}

/// The path of the page `entrance` for people without a session, which leads on to `path` after signing in.
#[must_use]
pub fn entrance_href(entrance: &str, path: &str) -> String {
    if path == "/" {
        return entrance.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    format!("{entrance}?{query}")
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
            format!("/stories/{STORY}?sort=oldest&after=a-B_1#{COMMENT}"),
            format!("/stories/{STORY}/thread"),
            format!("/comments/{COMMENT}/replies?after=a-B_1"),
            "/titles/harbour-post/house-rules".to_owned(),
            "/moderation/queue?title=harbour-post&after=a-B_1".to_owned(),
            "/moderation/bans?title=harbour-post&past=yes".to_owned(),
            "/moderation/bans/ban_01h455vb4pex5vsknk084sn02q/lift".to_owned(),
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
            "/comments/cmt_01h455vb4pex5vsknk084sn02q/recommend",
            "/stories/stry_01h455vb4pex5vsknk084sn02q?sort=//evil.example",
            "/stories/stry_01h455vb4pex5vsknk084sn02q?sort=oldest&sort=newest",
            "/stories/stry_01h455vb4pex5vsknk084sn02q?sort",
            "/moderation/bans?past=%0d%0a",
        ] {
            assert_eq!(odd.parse::<ReturnTo>(), Err(NotOurs), "{odd:?}");
        }
    }

    #[test]
    fn vuln_c18_a_recommendation_leads_back_to_its_comment_on_our_own_pages_only() {
        let id: CommentId = "cmt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let story = "/stories/stry_01h455vb4pex5vsknk084sn02q?sort=recommended";
        let back = |asked| ReturnTo::to_comment(asked, id).to_string();
        assert_eq!(back(Some(story)), format!("{story}#{id}"));
        for odd in [None, Some("//evil.example"), Some("/me"), Some("/moderation/queue")] {
            assert_eq!(back(odd), format!("/comments/{id}#{id}"), "{odd:?}");
        }
    }

    #[test]
    fn an_entrance_says_where_it_leads_unless_that_is_the_front_page() {
        assert_eq!(entrance_href("/sign-in", "/"), "/sign-in");
        assert_eq!(entrance_href("/sign-up", "/me?after=a"), "/sign-up?return_to=%2Fme%3Fafter%3Da");
    }
}
