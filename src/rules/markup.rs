//! Markup that does not show between letters, and characters written by reference.

/// The longest tag that is taken for one; what is longer shows on the page.
const MAX_TAG_BYTES: usize = 64;

/// The elements that people write between letters.
const ELEMENTS: [&str; 52] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "br", "center", "cite", "code", "dd", "del", "dfn",
    "div", "dl", "dt", "em", "font", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "th", "tr", "tt", "u", "ul", "var",
    "wbr", "x", "y", "z",
];
/// The names that forums use in square brackets.
const FORUM_TAGS: [&str; 18] = [
    "b", "center", "code", "color", "colour", "email", "font", "i", "img", "left", "list", "quote", "right", "s",
    "size", "spoiler", "u", "url",
];
/// A note with more letters than this says something.
const MAX_NOTE_LETTERS: usize = 2;

/// How long the markup at the start of `text` is: `<b>`, `</i>`, `<!-- x -->`, `[b]`, `[/url]`. The page shows whatever stands in
/// brackets, so that only what its readers take for markup is seen through.
pub(super) fn markup_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (close, is_angle) = match bytes.first()? {
        b'<' => (b'>', true),
        b'[' => (b']', false),
        _ => return None,
    };
    let inner = bytes.get(1..bytes.len().min(MAX_TAG_BYTES))?;
    let end = inner.iter().position(|byte| *byte == close || matches!(byte, b'<' | b'[' | b'\n'))?;
    if inner.get(end) != Some(&close) {
        return None;
    }
    // The brackets are ASCII, so that what lies between them is whole.
    let inner = text.get(1..=end)?;
    let is_markup = match inner.strip_prefix('!') {
        Some(note) => is_angle && note.bytes().filter(u8::is_ascii_alphabetic).count() <= MAX_NOTE_LETTERS,
        None => is_tag(inner, if is_angle { &ELEMENTS } else { &FORUM_TAGS }, is_angle),
    };
    is_markup.then_some(end + 2)
}

/// Whether what stands in brackets is a name of `known`, with nothing behind it but attributes.
fn is_tag(inner: &str, known: &[&str], is_angle: bool) -> bool {
    let tag = inner.strip_prefix('/').unwrap_or(inner);
    let tag = tag.strip_suffix('/').unwrap_or(tag).trim_end();
    let name = tag.find(|c: char| !c.is_ascii_alphanumeric()).map_or(tag, |end| tag.split_at(end).0);
    let rest = tag.get(name.len()..).unwrap_or_default();
    if name.is_empty() {
        return is_angle && rest.is_empty();
    }
    let is_heading = matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6']);
    let is_known = is_heading || known.iter().any(|one| one.eq_ignore_ascii_case(name));
    // A word without a value is one that readers read.
    let has_values = if is_angle {
        rest.is_empty() || (rest.starts_with(' ') && rest.split_ascii_whitespace().all(|part| part.contains('=')))
    } else {
        rest.is_empty() || rest.starts_with('=')
    };
    is_known && has_values
}

/// The character that `text` begins to name by reference, and how long the reference is: `&#117;`, `&#x75;`, `&shy;`.
pub(super) fn reference(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('&')?;
    let end = rest.bytes().take(10).position(|byte| byte == b';')?;
    let name = rest.get(..end)?;
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code)?
    } else {
        match name {
            "shy" => '\u{ad}',
            "zwj" => '\u{200d}',
            "zwnj" => '\u{200c}',
            "nbsp" => ' ',
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "ast" => '*',
            "period" => '.',
            "lowbar" => '_',
            _ => return None,
        }
    };
    Some((c, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_readers_take_for_markup_is_markup() {
        for (text, length) in [
            ("<b>x", 3),
            ("</i>", 4),
            ("<!-- x -->y", 10),
            ("<!---->", 7),
            ("[b]o", 3),
            ("[/i]", 4),
            ("<>", 2),
            ("<br/>", 5),
            ("<BR />", 6),
            ("<span class=\"a\">", 16),
            ("<h2>", 4),
            ("[url=http://a.b]", 16),
            ("<wbr>", 5),
        ] {
            assert_eq!(markup_len(text), Some(length), "{text}");
        }
        for text in [
            "< 3",
            "<3",
            "[1] see",
            "[sic] [",
            "<b",
            "[really] so",
            "a<b",
            "",
            "<",
            "<fuck>",
            "[twat]",
            "<a fucking liar>",
            "<!-- wankers -->",
            "<all of you>",
            "[b is it]",
            "<a b=c twat>",
            "[]",
            "<ß>",
            "<b ß>",
        ] {
            assert_eq!(markup_len(text), None, "{text}");
        }
    }

    #[test]
    fn references_name_characters() {
        assert_eq!(reference("&#117;ck"), Some(('u', 6)));
        assert_eq!(reference("&#x75;ck"), Some(('u', 6)));
        assert_eq!(reference("&shy;"), Some(('\u{ad}', 5)));
        for text in ["&", "& so;", "&#xd800;", "&fish;", "&#;", "&averyverylong;"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
