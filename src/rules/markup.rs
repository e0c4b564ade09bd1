//! Markup that does not show between letters, and characters written by reference.

/// The longest tag that is taken for one; what is longer shows on the page.
const MAX_TAG_BYTES: usize = 64;

/// How long the markup at the start of `text` is: `<b>`, `</i>`, `<!-- x -->`, `[b]`, `[/url]`.
pub(super) fn markup_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (close, is_angle) = match bytes.first()? {
        b'<' => (b'>', true),
        b'[' => (b']', false),
        _ => return None,
    };
    let is_name = |byte: &u8| byte.is_ascii_alphabetic();
    let starts_well = match bytes.get(1)? {
        b'/' => bytes.get(2).is_some_and(|byte| is_name(byte) || *byte == close),
        b'!' => is_angle,
        byte => is_name(byte) || (is_angle && *byte == close),
    };
    if !starts_well {
        return None;
    }
    let inner = bytes.get(1..bytes.len().min(MAX_TAG_BYTES))?;
    let end = inner.iter().position(|byte| *byte == close || matches!(byte, b'<' | b'[' | b'\n'))?;
    if inner.get(end) != Some(&close) {
        return None;
    }
    // In square brackets a reader sees every word but the few that forums use for markup.
    let is_markup = is_angle || (inner.get(..end)?.iter().filter(|byte| is_name(byte)).count() < 6 && end < 8);
    is_markup.then_some(end + 2)
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
    fn only_what_a_page_hides_is_markup() {
        for (text, length) in [("<b>x", 3), ("</i>", 4), ("<!-- x -->y", 10), ("[b]o", 3), ("[/i]", 4), ("<>", 2)] {
            assert_eq!(markup_len(text), Some(length), "{text}");
        }
        for text in ["< 3", "<3", "[1] see", "[sic] [", "<b", "[really] so", "a<b", "", "<"] {
            assert!(markup_len(text).is_none_or(|length| length == 5), "{text}");
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
