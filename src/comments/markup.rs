//! From what an author typed to what a page shows.
//!
//! Four steps, in this order and no other: everything outside of the subset is neutralised in the source
//! (`neutral`), the parser reads the rest, an allow-list passes the events on (and shows anything else as it was
//! typed), and the sanitiser comes **last**: nothing may edit its HTML.
//!
//! The subset: paragraphs, line breaks, `*emphasis*`, `**strong**`, `> quotes`, `[links](https://…)`, and bare
//! addresses. Every link shows the host it leads to. Linear in the text.

mod events;
mod link;
mod neutral;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use events::Piece;

/// The elements that a comment may consist of. Tests hold every output against this list.
pub(super) const ELEMENTS: [&str; 7] = ["p", "br", "em", "strong", "blockquote", "a", "span"];

/// The attributes that the elements of a comment may have: element and attribute.
#[cfg(test)]
pub(super) const ATTRIBUTES: [(&str, &str); 3] = [("a", "href"), ("a", "rel"), ("span", "class")];

/// What every link is: written by a reader, not vouched for, and blind to the page it opens from.
const LINK_REL: &str = "ugc nofollow noopener";

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(ELEMENTS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["host"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(LINK_REL));
    builder
});

/// The comment as HTML, safe to put on a page as it is.
#[must_use]
pub fn html(source: &str) -> String {
    let neutral = neutral::neutralised(source);
    let mut unsafe_html = String::with_capacity(neutral.len() + neutral.len() / 2);
    let pieces = events::pieces(&neutral);
    pulldown_cmark::html::push_html(&mut unsafe_html, pieces.iter().flat_map(Piece::to_events));
    SANITISER.clean(&unsafe_html).to_string()
}

/// The comment as plain text, for mail and for quoting: without emphasis, quotes marked by `> `, and a link as its
/// text with its host in brackets.
#[must_use]
pub fn plain_text(source: &str) -> String {
    let neutral = neutral::neutralised(source);
    let mut writer = PlainText::default();
    for piece in events::pieces(&neutral) {
        writer.write(&piece);
    }
    writer.out
}

/// Writes plain text line by line, each behind the marks of the quotes it stands in.
#[derive(Default)]
struct PlainText {
    out: String,
    depth: usize,
    /// Whether something stands above on the same level, so that a blank line is due.
    is_blank_line_due: bool,
}

impl PlainText {
    fn write(&mut self, piece: &Piece) {
        match piece {
            Piece::Open(events::Element::Quote) => {
                self.finish_block();
                self.depth += 1;
            }
            Piece::Close(events::Element::Quote) => {
                self.depth = self.depth.saturating_sub(1);
            }
            Piece::Open(events::Element::Paragraph) => {
                self.finish_block();
                self.start_line();
            }
            Piece::Close(events::Element::Paragraph) => self.is_blank_line_due = true,
            Piece::Text(text) | Piece::Host(text) => self.out.push_str(text),
            Piece::Break => {
                self.out.push('\n');
                self.start_line();
            }
            Piece::Open(_) | Piece::Close(_) | Piece::OpenLink(_) | Piece::CloseLink => {}
        }
    }

    fn finish_block(&mut self) {
        if std::mem::take(&mut self.is_blank_line_due) {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(">", self.depth.min(1)));
            self.out.extend(std::iter::repeat_n(" >", self.depth.saturating_sub(1)));
            self.out.push('\n');
        }
    }

    fn start_line(&mut self) {
        self.out.extend(std::iter::repeat_n("> ", self.depth));
    }
}

#[cfg(test)]
mod tests;
