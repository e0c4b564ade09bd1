//! What passes from the parser to the page: an allow-list of events, as pieces of our own.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::link::Target;
use super::neutral::as_typed;
use crate::rules::links_in;

/// Deeper emphasis is shown as typed.
const MAX_EMPHASIS_DEPTH: usize = 4;

/// An element that encloses others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Paragraph,
    Quote,
    Emphasis,
    Strong,
}

/// One piece of a comment, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Open(Element),
    Close(Element),
    Text(String),
    Break,
    OpenLink(String),
    CloseLink,
    /// The host that the link before leads to, as it is shown.
    Host(String),
}

impl Piece {
    /// The piece for the parser's own HTML writer, which escapes texts and addresses.
    pub(super) fn to_events(&self) -> Vec<Event<'_>> {
        match self {
            Self::Open(element) => vec![Event::Start(element.tag())],
            Self::Close(element) => vec![Event::End(element.tag().to_end())],
            Self::Text(text) => vec![Event::Text(text.as_str().into())],
            Self::Break => vec![Event::HardBreak],
            Self::OpenLink(href) => vec![Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url: href.as_str().into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            })],
            Self::CloseLink => vec![Event::End(TagEnd::Link)],
            Self::Host(text) => {
                let (space, host) = text.split_at(text.len() - text.trim_start().len());
                vec![
                    Event::Text(space.into()),
                    Event::InlineHtml(CowStr::Borrowed("<span class=\"host\">")),
                    Event::Text(host.into()),
                    Event::InlineHtml(CowStr::Borrowed("</span>")),
                ]
            }
        }
    }
}

impl Element {
    fn tag(self) -> Tag<'static> {
        match self {
            Self::Paragraph => Tag::Paragraph,
            Self::Quote => Tag::BlockQuote(None),
            Self::Emphasis => Tag::Emphasis,
            Self::Strong => Tag::Strong,
        }
    }
}

/// The pieces of a neutralised source.
pub(super) fn pieces(neutral: &str) -> Vec<Piece> {
    let mut reader =
        Reader { neutral, pieces: Vec::new(), text: String::new(), emphases: Vec::new(), link: None, read_to: 0 };
    for (event, range) in Parser::new_ext(neutral, Options::empty()).into_offset_iter() {
        reader.read(event, range);
    }
    reader.finish_text();
    reader.pieces
}

/// A link that is open. Links never contain each other.
struct OpenLink {
    /// Where it leads; `None` when it is shown as typed.
    target: Option<Target>,
    /// Where its text begins among the pieces.
    first_piece: usize,
}

struct Reader<'a> {
    neutral: &'a str,
    pieces: Vec<Piece>,
    text: String,
    /// For every emphasis that is open, what closes it: an element, or the marks that were typed.
    emphases: Vec<Result<Element, String>>,
    link: Option<OpenLink>,
    /// Up to where the source has been read.
    read_to: usize,
}

impl Reader<'_> {
    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        let read_to = if matches!(event, Event::Start(_)) { range.start } else { range.end };
        self.read_event(event, range);
        self.read_to = read_to;
    }

    fn read_event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.push(Piece::Break),
            Event::Start(Tag::Paragraph) => self.push(Piece::Open(Element::Paragraph)),
            Event::End(TagEnd::Paragraph) => self.push(Piece::Close(Element::Paragraph)),
            Event::Start(Tag::BlockQuote(_)) => self.push(Piece::Open(Element::Quote)),
            Event::End(TagEnd::BlockQuote(_)) => self.push(Piece::Close(Element::Quote)),
            Event::Start(Tag::Emphasis) => self.open_emphasis(Element::Emphasis, range),
            Event::Start(Tag::Strong) => self.open_emphasis(Element::Strong, range),
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => self.close_emphasis(),
            Event::Start(Tag::Link { dest_url, title, .. }) => self.open_link(&dest_url, &title),
            Event::End(TagEnd::Link) => self.close_link(range),
            // Neutralised sources have no other block and no other inline; were the parser to find one, its text is
            // shown and its markup is not.
            Event::Start(_) | Event::End(_) => {}
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Rule
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {
                let typed = as_typed(self.neutral.get(range).unwrap_or_default());
                self.text.push_str(&typed);
            }
        }
    }

    fn push(&mut self, piece: Piece) {
        self.finish_text();
        self.pieces.push(piece);
    }

    fn open_emphasis(&mut self, element: Element, range: Range<usize>) {
        let is_too_deep = self.emphases.len() >= MAX_EMPHASIS_DEPTH;
        if is_too_deep {
            let length = if element == Element::Strong { 2 } else { 1 };
            let marks = self.neutral.get(range.start..range.start + length).unwrap_or_default().to_owned();
            self.text.push_str(&marks);
            self.emphases.push(Err(marks));
        } else {
            self.push(Piece::Open(element));
            self.emphases.push(Ok(element));
        }
    }

    fn close_emphasis(&mut self) {
        match self.emphases.pop() {
            Some(Ok(element)) => self.push(Piece::Close(element)),
            Some(Err(marks)) => self.text.push_str(&marks),
            None => {}
        }
    }

    fn open_link(&mut self, address: &str, title: &str) {
        // A title would be lost, since pages have no place for it.
        let target = Target::parse(address).filter(|_| title.is_empty());
        match &target {
            Some(target) => self.push(Piece::OpenLink(target.href.clone())),
            None => self.text.push('['),
        }
        self.link = Some(OpenLink { target, first_piece: self.pieces.len() });
    }

    fn close_link(&mut self, range: Range<usize>) {
        // Closed before the link is forgotten, so that an address in its text is not linked once more.
        let is_linked = self.link.as_ref().is_some_and(|link| link.target.is_some());
        if is_linked {
            self.push(Piece::CloseLink);
        }
        let Some(OpenLink { target, first_piece }) = self.link.take() else { return };
        let shown = shown_text(self.pieces.get(first_piece..).unwrap_or_default());
        match target {
            Some(target) if !shown.trim().is_empty() => self.push_host(&target, &shown),
            Some(_) => {
                // Nothing to click on: shown as typed.
                self.pieces.truncate(first_piece.saturating_sub(1));
                self.text.push_str(&as_typed(self.neutral.get(range).unwrap_or_default()));
            }
            None => {
                // From the bracket that closes the text on; a link without text has read nothing since its start.
                let from = self.read_to.max(range.start + 1);
                self.text.push_str(&as_typed(self.neutral.get(from..range.end).unwrap_or_default()));
            }
        }
    }

    fn push_host(&mut self, target: &Target, shown: &str) {
        if !target.is_shown_by(shown) {
            self.pieces.push(Piece::Host(format!(" ({})", target.host)));
        }
    }

    /// Passes on the text that has gathered, with the addresses in it linked, unless a link is open around it.
    fn finish_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let mut at = 0;
        let is_in_link = self.link.as_ref().is_some_and(|link| link.target.is_some());
        for span in if is_in_link { Vec::new() } else { links_in(&text) } {
            let address = text.get(span.start..span.end).unwrap_or_default();
            let Some(target) = Target::parse(address) else { continue };
            self.push_text(text.get(at..span.start));
            self.pieces.push(Piece::OpenLink(target.href.clone()));
            self.push_text(Some(address));
            self.pieces.push(Piece::CloseLink);
            self.push_host(&target, address);
            at = span.end;
        }
        self.push_text(text.get(at..));
    }

    fn push_text(&mut self, text: Option<&str>) {
        self.pieces.extend(text.filter(|text| !text.is_empty()).map(|text| Piece::Text(text.to_owned())));
    }
}

fn shown_text(pieces: &[Piece]) -> String {
    pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None }).collect()
}
