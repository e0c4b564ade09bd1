//! Making everything outside of the subset plain text, by escaping it in the source before the parser sees it.
//!
//! The parser knows all of CommonMark and would swallow what it means to render: the bars of a heading, the numbers
//! of a list, link definitions. Escaped, they are shown as they were typed. Block structure is decided here: the
//! parser is given one canonical form of quotes, so that both agree on what is inside of one.

use crate::rules::links_in;

/// Deeper quotes are shown as typed: nobody reads them, and nesting is what hostile input is made of.
const MAX_QUOTE_DEPTH: usize = 5;

/// Longer runs of `*` or `_` mean nothing and are shown as typed.
const MAX_EMPHASIS_RUN: usize = 3;

/// Escapes everything that the subset does not have.
pub(super) fn neutralised(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 4);
    let mut depth_above = 0;
    let source = source.replace("\r\n", "\n");
    for line in source.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let (depth, rest) = quote_prefix(line);
        if depth < depth_above {
            // Without a blank line the parser would take what follows a quote for its continuation.
            push_prefix(&mut out, depth);
            out.push('\n');
        }
        push_prefix(&mut out, depth);
        push_line(&mut out, rest);
        out.push('\n');
        depth_above = if rest.is_empty() { depth.min(depth_above) } else { depth };
    }
    out
}

fn push_prefix(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("> ", depth));
}

/// How many quotes a line stands in, and what it says there.
fn quote_prefix(line: &str) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = line.trim();
    while depth < MAX_QUOTE_DEPTH {
        let Some(inner) = rest.strip_prefix('>') else { break };
        rest = inner.trim_start();
        depth += 1;
    }
    (depth, rest)
}

fn push_line(out: &mut String, line: &str) {
    let mut at = block_start_len(line);
    for c in line.get(..at).unwrap_or_default().chars() {
        push_escaped(out, c);
    }
    for link in links_in(line) {
        if link.start < at {
            continue;
        }
        push_inline(out, line.get(at..link.start).unwrap_or_default());
        for c in line.get(link.start..link.end).unwrap_or_default().chars() {
            // Brackets stay, so that an address ends where the brackets around it do.
            if matches!(c, '*' | '_' | '&' | '~' | '!') { push_escaped(out, c) } else { out.push(c) }
        }
        at = link.end;
    }
    push_inline(out, line.get(at..).unwrap_or_default());
}

/// How many bytes at the start of a line would make it something else than part of a paragraph.
fn block_start_len(line: &str) -> usize {
    if is_rule(line) {
        return line.len();
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut chars = line.get(digits..).unwrap_or_default().chars();
    match (digits, chars.next(), chars.next()) {
        (1.., Some('.' | ')'), None | Some(' ' | '\t')) => digits + 1,
        (0, Some('#' | '+' | '-' | '=' | '~' | '|' | ':' | '>'), _) | (0, Some('*'), None | Some(' ' | '\t')) => 1,
        _ => 0,
    }
}

/// Whether a line is a drawn rule: `***`, `_ _ _`.
fn is_rule(line: &str) -> bool {
    !line.is_empty()
        && (line.chars().all(|c| matches!(c, '*' | ' ' | '\t')) || line.chars().all(|c| matches!(c, '_' | ' ' | '\t')))
}

fn push_inline(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' | '_' => {
                let mut count = 1;
                while chars.next_if_eq(&c).is_some() {
                    count += 1;
                }
                let push = if count > MAX_EMPHASIS_RUN { push_escaped } else { String::push };
                (0..count).for_each(|_| push(out, c));
            }
            '\\' => match chars.next_if(|next| matches!(next, '*' | '_' | '[' | ']' | '\\')) {
                Some(escaped) => push_escaped(out, escaped),
                None => push_escaped(out, '\\'),
            },
            '!' if chars.next_if_eq(&'[').is_some() => {
                push_escaped(out, '!');
                push_escaped(out, '[');
            }
            // A link definition would vanish from the text.
            ']' if chars.peek() == Some(&':') => push_escaped(out, ']'),
            '<' | '`' | '&' => push_escaped(out, c),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

fn push_escaped(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(if c == '\t' { ' ' } else { c });
}

/// What was typed, from a stretch of neutralised source.
pub(super) fn as_typed(neutral: &str) -> String {
    let mut out = String::with_capacity(neutral.len());
    let mut chars = neutral.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}
