//! What is looked at before the parser sees a condition: the parser's stack must not be for the author to use up, and
//! the commonest slips deserve better words than it has.

use std::ops::Range;

use super::complaint::{Complaint, ComplaintCode};

/// The most characters of a condition. The parser uses stack in proportion to its source.
pub const MAX_SOURCE_CHARS: usize = 2_000;

/// How deeply brackets may be nested.
const MAX_NESTING: usize = 24;

/// How many prefix operators may stand in a row.
const MAX_PREFIXES: usize = 8;

/// A piece of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word,
    Number,
    Text,
    /// A text without its closing quotation mark.
    UnclosedText,
    Symbol(char),
}

/// Splits `source` as CEL does, comments and white space left out.
pub(super) fn tokens(source: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        let (token, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if rest.starts_with("//") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if let Some((token, length)) = text_token(rest) {
            (Some(token), length)
        } else if first.is_alphabetic() || first == '_' {
            (Some(Token::Word), length_while(rest, |c| c.is_alphanumeric() || c == '_'))
        } else if first.is_ascii_digit() {
            (Some(Token::Number), length_while(rest, |c| c.is_ascii_alphanumeric() || c == '.'))
        } else {
            (Some(Token::Symbol(first)), first.len_utf8())
        };
        if let Some(token) = token {
            tokens.push((token, at..at + length));
        }
        at += length;
    }
    tokens
}

fn length_while(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !is_part(c)).unwrap_or(text.len())
}

/// The text literal that `rest` begins with, prefix included, and its length.
fn text_token(rest: &str) -> Option<(Token, usize)> {
    let prefix = length_while(rest, |c| matches!(c, 'r' | 'R' | 'b' | 'B'));
    let body = rest.get(prefix..).filter(|_| prefix <= 2)?;
    let is_raw = rest.get(..prefix)?.contains(['r', 'R']);
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote))?;
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(quote.len()) {
        if escaped {
            escaped = false;
        } else if c == '\\' && !is_raw {
            escaped = true;
        } else if c == '\n' && quote.len() == 1 {
            return Some((Token::UnclosedText, prefix + at));
        } else if body.get(at..).is_some_and(|rest| rest.starts_with(quote)) {
            return Some((Token::Text, prefix + at + quote.len()));
        }
    }
    Some((Token::UnclosedText, rest.len()))
}

/// Refuses what the parser must not see, and says plainly what people often get wrong.
pub(super) fn check(source: &str) -> Result<(), Complaint> {
    if let Some((start, first)) = source.char_indices().nth(MAX_SOURCE_CHARS) {
        let message = format!("the condition has more than {MAX_SOURCE_CHARS} characters");
        return Err(Complaint::new(ComplaintCode::TooLong, start..start + first.len_utf8(), message)
            .hint("make several rules of it, or put words into the word list"));
    }
    let tokens = tokens(source);
    if tokens.is_empty() {
        return Err(Complaint::new(ComplaintCode::Empty, 0..source.len(), "there is no condition")
            .hint("write what must be true for the rule to fire, as in `text.links > 2`"));
    }
    let mut prefixes = 0;
    for (place, (token, span)) in tokens.iter().enumerate() {
        let next = tokens.get(place + 1).filter(|(_, next)| next.start == span.end).map(|(token, _)| *token);
        let before = place.checked_sub(1).and_then(|place| tokens.get(place));
        let touching = before.filter(|(_, before)| before.end == span.start).map(|(token, _)| *token);
        slip(source, *token, span, touching, next)?;
        let is_prefix = matches!(token, Token::Symbol('!' | '-'));
        prefixes = if is_prefix { prefixes + 1 } else { 0 };
        if prefixes > MAX_PREFIXES {
            return Err(Complaint::new(ComplaintCode::TooDeep, span.clone(), "too many `!` or `-` in a row"));
        }
    }
    nesting(&tokens)
}

/// Brackets must match, and not too many of them be open.
fn nesting(tokens: &[(Token, Range<usize>)]) -> Result<(), Complaint> {
    let mut open: Vec<(char, &Range<usize>)> = Vec::new();
    for (token, span) in tokens {
        match token {
            Token::Symbol(bracket @ ('(' | '[' | '{')) => open.push((*bracket, span)),
            Token::Symbol(bracket @ (')' | ']' | '}')) => {
                let wanted = match bracket {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                match open.pop() {
                    Some((opened, _)) if opened == wanted => {}
                    Some((opened, _)) => {
                        let message = format!("`{bracket}` does not close `{opened}`");
                        return Err(Complaint::new(ComplaintCode::UnclosedBracket, span.clone(), message));
                    }
                    None => {
                        let message = format!("`{bracket}` closes nothing");
                        return Err(Complaint::new(ComplaintCode::UnclosedBracket, span.clone(), message)
                            .hint(format!("take it away, or write the `{wanted}` that it belongs to")));
                    }
                }
            }
            _ => {}
        }
        if open.len() > MAX_NESTING {
            let message = format!("brackets are nested more than {MAX_NESTING} deep");
            return Err(Complaint::new(ComplaintCode::TooDeep, span.clone(), message)
                .hint("take brackets away that change nothing, or make several rules of it"));
        }
    }
    match open.pop() {
        Some((bracket, span)) => {
            let message = format!("`{bracket}` is never closed");
            Err(Complaint::new(ComplaintCode::UnclosedBracket, span.clone(), message))
        }
        None => Ok(()),
    }
}

/// One token that CEL does not have but other languages do.
fn slip(
    source: &str,
    token: Token,
    span: &Range<usize>,
    before: Option<Token>,
    next: Option<Token>,
) -> Result<(), Complaint> {
    let written = source.get(span.clone()).unwrap_or_default();
    let wrong =
        |message: String, hint: &str| Err(Complaint::new(ComplaintCode::Syntax, span.clone(), message).hint(hint));
    let touches = |symbol: char| next == Some(Token::Symbol(symbol));
    let follows = |symbols: &[char]| symbols.iter().any(|symbol| before == Some(Token::Symbol(*symbol)));
    match token {
        Token::UnclosedText => Err(Complaint::new(
            ComplaintCode::UnclosedString,
            span.start..span.start + 1,
            "this quotation mark is never closed",
        )),
        Token::Symbol('=') if !touches('=') && !follows(&['=', '!', '<', '>']) => {
            wrong("`=` is no operator".to_owned(), "write `==` to compare")
        }
        Token::Symbol('<') if touches('>') => wrong("`<>` is no operator".to_owned(), "write `!=`"),
        Token::Symbol('&') if !touches('&') && !follows(&['&']) => {
            wrong("`&` is no operator".to_owned(), "write `&&` for \"and\"")
        }
        Token::Symbol('|') if !touches('|') && !follows(&['|']) => {
            wrong("`|` is no operator".to_owned(), "write `||` for \"or\"")
        }
        Token::Symbol('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
            wrong(format!("`{written}` is not the quotation mark of the language"), "write \"…\" or '…'")
        }
        Token::Word => match written {
            "and" | "AND" => wrong(format!("`{written}` is no operator"), "write `&&`"),
            "or" | "OR" => wrong(format!("`{written}` is no operator"), "write `||`"),
            "not" | "NOT" => wrong(format!("`{written}` is no operator"), "write `!` before what must not be"),
            "True" | "TRUE" => wrong(format!("`{written}` is not known"), "write `true`"),
            "False" | "FALSE" => wrong(format!("`{written}` is not known"), "write `false`"),
            word if !word.is_ascii() => {
                wrong(format!("`{word}` stands outside of a text"), "put words that are looked for into \"…\"")
            }
            _ => Ok(()),
        },
        Token::Symbol(c) if !c.is_ascii() || matches!(c, ';' | '~' | '^' | '$' | '#' | '@' | '`' | '\\') => {
            wrong(format!("`{c}` means nothing here"), "put text that is looked for into \"…\"")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(source: &str) -> Vec<&str> {
        tokens(source).into_iter().map(|(_, span)| &source[span]).collect()
    }

    #[test]
    fn texts_are_one_piece_whatever_is_in_them() {
        assert_eq!(pieces(r#"a=="b\" && 'c" // d"#), ["a", "=", "=", r#""b\" && 'c""#]);
        assert_eq!(pieces(r#"r"\" + '''it's''' + 1.5"#), [r#"r"\""#, "+", "'''it's'''", "+", "1.5"]);
    }

    #[test]
    fn what_could_use_up_the_stack_never_reaches_the_parser() {
        for source in ["(".repeat(40), "!".repeat(40) + "true", "x".repeat(2_001), "é".repeat(2_001)] {
            assert!(check(&source).is_err(), "{source}");
        }
        assert!(check(&"é".repeat(1_990)).is_err_and(|complaint| complaint.code == ComplaintCode::Syntax));
    }

    #[test]
    fn operators_that_touch_are_not_slips() {
        for source in ["a == b", "a>=b", "a<=b&&c!=d||e", "!(-1 in [1])", "a ? b : c"] {
            assert_eq!(check(source), Ok(()), "{source}");
        }
    }
}
