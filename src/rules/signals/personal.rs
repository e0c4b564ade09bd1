//! Particulars of a person that do not belong under a story: telephone numbers, e-mail and postal addresses, cards.
//!
//! It is about their form alone, as British and Irish readers write them; nothing is looked up. What stands in the
//! address of a web page is left alone.

use crate::rules::verdict::Span;

/// Where particulars lie, each kind in the text's order.
#[derive(Debug, Default)]
pub(super) struct Personal {
    pub(super) phones: Vec<Span>,
    pub(super) emails: Vec<Span>,
    pub(super) addresses: Vec<Span>,
    pub(super) cards: Vec<Span>,
}

impl Personal {
    pub(super) fn all(&self) -> Vec<Span> {
        let mut all: Vec<Span> =
            [&self.phones, &self.emails, &self.addresses, &self.cards].into_iter().flatten().copied().collect();
        all.sort_unstable();
        all
    }
}

/// The most digits of anything that is looked for, and of a stretch that is read: a card's.
const MAX_DIGITS: usize = 19;

/// What the name of a street ends with.
const STREETS: [&str; 32] = [
    "avenue", "ave", "brae", "close", "court", "crescent", "cres", "drive", "gardens", "gdns", "green", "grove",
    "hill", "lane", "ln", "loan", "parade", "park", "place", "quay", "road", "rd", "row", "square", "sq", "street",
    "st", "terrace", "view", "walk", "way", "wynd",
];

/// How many words a street's name has at most, its last included.
const MAX_STREET_WORDS: usize = 4;

pub(super) fn personal_in(text: &str, links: &[Span]) -> Personal {
    let mut found = Personal::default();
    let mut from = 0;
    for link in links.iter().copied().chain([Span { start: text.len(), end: text.len() }]) {
        if let Some(stretch) = text.get(from..link.start) {
            emails(stretch, from, &mut found.emails);
            numbers(stretch, from, &mut found);
        }
        from = link.end;
    }
    found.addresses.sort_unstable();
    found.addresses.dedup_by(|later, earlier| later.start < earlier.end);
    found
}

fn emails(text: &str, offset: usize, found: &mut Vec<Span>) {
    let mut last_end = 0;
    for (at, _) in text.match_indices('@') {
        let (before, after) = (text.get(last_end..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
        let local = before.len() - before.trim_end_matches(is_local).len();
        let domain_end =
            after.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').unwrap_or(after.len());
        let domain = after.get(..domain_end).unwrap_or_default().trim_end_matches(['.', '-']);
        let has_ending = domain.rsplit_once('.').is_some_and(|(name, ending)| {
            !name.is_empty() && ending.len() >= 2 && ending.bytes().all(|b| b.is_ascii_alphabetic())
        });
        if local > 0 && has_ending {
            let end = at + 1 + domain.len();
            found.push(Span { start: offset + at - local, end: offset + end });
            last_end = end;
        } else {
            last_end = at + 1;
        }
    }
}

/// Everything that has a digit in it: telephone numbers, cards, postcodes, and house numbers with their street.
fn numbers(text: &str, offset: usize, found: &mut Personal) {
    let mut done = 0;
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) {
        let first = at + next;
        let place = |start: usize, end: usize| Span { start: offset + start, end: offset + end };
        let plus = text.get(..first).is_some_and(|before| before.ends_with('+') && first > done);
        let start = first - usize::from(plus);
        let (digits, end) = digit_stretch(text, first);
        let is_whole = !follows_word(text, start) && !precedes_word(text, end);
        if is_whole && is_card(text, first, end, &digits) {
            found.cards.push(place(start, end));
        } else if is_whole && is_phone(text, first, end, &digits, plus) {
            found.phones.push(place(start, end));
        } else if let Some((start, end)) = postcode(text, first) {
            found.addresses.push(place(start, end));
            (at, done) = (end, end);
            continue;
        } else if let Some(end) = street(text, first) {
            found.addresses.push(place(first, end));
        }
        // A long number is read once, however it ends.
        let own_end = first + text.get(first..).map_or(1, |rest| rest.len() - rest.trim_start_matches(is_digit).len());
        at = if is_whole && digits.len() >= 9 { end } else { own_end }.max(first + 1);
        done = at;
    }
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The digits from `first` on, read over single spaces and other separators, and where they end.
fn digit_stretch(text: &str, first: usize) -> (Vec<u8>, usize) {
    let mut digits = Vec::with_capacity(MAX_DIGITS);
    let mut end = first;
    let mut gap = 0;
    for (at, byte) in text.bytes().enumerate().skip(first) {
        match byte {
            b'0'..=b'9' if digits.len() <= MAX_DIGITS => {
                digits.push(byte - b'0');
                end = at + 1;
                gap = 0;
            }
            b' ' | b'-' | b'.' | b'(' | b')' if gap < 2 => gap += 1,
            _ => break,
        }
    }
    (digits, end)
}

fn follows_word(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(|c| c.is_alphanumeric() || c == '£')
}

fn precedes_word(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|after| after.chars().next()).is_some_and(char::is_alphanumeric)
}

/// 13 to 19 digits whose check digit is right, in groups of four or more or all together.
fn is_card(text: &str, first: usize, end: usize, digits: &[u8]) -> bool {
    let written = text.get(first..end).unwrap_or_default();
    let is_grouped =
        written.split([' ', '-']).all(|group| group.len() >= 3 && group.bytes().all(|b| b.is_ascii_digit()));
    let doubled = |digit: u8| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(if place % 2 == 1 { doubled(*digit) } else { *digit }))
        .sum();
    let is_issued = digits.first().is_some_and(|digit| (2..=6).contains(digit));
    (13..=MAX_DIGITS).contains(&digits.len()) && is_issued && is_grouped && sum.is_multiple_of(10)
}

/// Ten or eleven digits that begin with 0, or up to fifteen after `+` or `00`.
fn is_phone(text: &str, first: usize, end: usize, digits: &[u8], plus: bool) -> bool {
    let written = text.get(first..end).unwrap_or_default();
    // "0.1234567891" is a share of something.
    if written.starts_with("0.") {
        return false;
    }
    let is_local = digits.first() == Some(&0) && digits.get(1).is_some_and(|digit| *digit != 0);
    let is_foreign = plus || digits.starts_with(&[0, 0]);
    (is_local && matches!(digits.len(), 10 | 11)) || (is_foreign && (9..=15).contains(&digits.len()))
}

/// A British postcode whose first digit stands at `first`: where it begins and ends.
fn postcode(text: &str, first: usize) -> Option<(usize, usize)> {
    let before = text.get(..first)?;
    let area = before.bytes().rev().take_while(u8::is_ascii_alphabetic).take(3).count();
    let start = first.checked_sub(area).filter(|start| matches!(area, 1 | 2) && !follows_word(text, *start))?;
    let mut rest = text.get(first + 1..)?.bytes().peekable();
    let mut end = first + 1;
    // The district may have a second digit or a letter; the space may be left out, so it is told by what follows.
    let tail: Vec<u8> = rest.by_ref().take(5).collect();
    let inward_at =
        [0_usize, 1].into_iter().flat_map(|extra| [(extra, extra), (extra, extra + 1)]).find(|(extra, at)| {
            let has_extra = tail.iter().take(*extra).all(u8::is_ascii_alphanumeric);
            let has_space = at == extra || tail.get(*extra) == Some(&b' ');
            has_extra && has_space && is_inward(tail.get(*at..at + 3).unwrap_or_default())
        })?;
    end += inward_at.1 + 3;
    let written = text.get(start..end)?;
    let letters = || written.bytes().filter(u8::is_ascii_alphabetic);
    let is_upper = letters().all(|b| b.is_ascii_uppercase());
    let is_lower = letters().all(|b| b.is_ascii_lowercase());
    let is_ordinal = is_lower && ["st", "nd", "rd", "th"].iter().any(|ending| written.ends_with(ending));
    ((is_upper || is_lower) && !is_ordinal && !precedes_word(text, end)).then_some((start, end))
}

/// A digit and two letters that postcodes use.
fn is_inward(bytes: &[u8]) -> bool {
    let [digit, first, second] = bytes else { return false };
    let is_used = |b: &u8| b.is_ascii_alphabetic() && !b"CIKMOV".contains(&b.to_ascii_uppercase());
    digit.is_ascii_digit() && is_used(first) && is_used(second)
}

/// A house number at `first` followed by a street's name: where that ends.
fn street(text: &str, first: usize) -> Option<usize> {
    if follows_word(text, first) {
        return None;
    }
    let rest = text.get(first..)?;
    let digits = rest.len() - rest.trim_start_matches(is_digit).len();
    let mut at = first + digits;
    // "12a Harbour Street"
    let letter = text.get(at..)?.chars().next().filter(|c| c.is_ascii_lowercase());
    at += usize::from(letter.is_some_and(|_| text.get(at + 1..).is_some_and(|rest| rest.starts_with([' ', ',']))));
    if digits > 4 {
        return None;
    }
    for count in 0..MAX_STREET_WORDS {
        let rest = text.get(at..)?;
        let gap = rest.len() - rest.trim_start_matches([' ', ',']).len();
        let word_start = rest.get(gap..)?;
        let length = word_start.find(|c: char| !c.is_alphabetic() && c != '\'' && c != '’').unwrap_or(word_start.len());
        let word = word_start.get(..length)?;
        let is_name = word.chars().next().is_some_and(char::is_uppercase);
        if !(1..=2).contains(&gap) || !is_name {
            return None;
        }
        at += gap + length;
        if count > 0 && STREETS.contains(&word.to_lowercase().as_str()) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::links::links_in;

    fn found(text: &str) -> [Vec<&str>; 4] {
        let personal = personal_in(text, &links_in(text));
        [&personal.phones, &personal.emails, &personal.addresses, &personal.cards]
            .map(|spans| spans.iter().map(|span| &text[span.start..span.end]).collect())
    }

    const NONE: [Vec<&str>; 4] = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];

    #[test]
    fn telephone_numbers_are_found_however_they_are_grouped() {
        for number in ["0131 496 0000", "01314960000", "(0131) 496-0000", "+44 131 496 0000", "0044 131 496 0000"] {
            let text = format!("Call me on {number}, any time.");
            assert_eq!(found(&text)[0], [number.trim_start_matches('(')], "{number}");
        }
    }

    #[test]
    fn e_mail_addresses_are_found_without_the_sentence_around_them() {
        assert_eq!(found("Write to ann.b+c@mail.example.org.")[1], ["ann.b+c@mail.example.org"]);
        assert_eq!(found("a@b @c d@ e@f. x@y.z1 @@ a@@b.org"), NONE);
    }

    #[test]
    fn postcodes_and_streets_are_addresses() {
        assert_eq!(found("He lives at 12 Harbour Street, EH99 1SP.")[2], ["12 Harbour Street", "EH99 1SP"]);
        assert_eq!(found("12a St Mary's Wynd")[2], ["12a St Mary's Wynd"]);
        for code in ["M1 1AA", "m1 1aa", "EC1A 1BB", "W1A0AX", "CR2 6XH", "dn55 1pt"] {
            assert_eq!(found(&format!("at {code}!"))[2], [code]);
        }
    }

    #[test]
    fn cards_are_told_by_their_check_digit() {
        assert_eq!(found("my card 4111 1111 1111 1111 ok")[3], ["4111 1111 1111 1111"]);
        assert_eq!(found("my card 4111 1111 1111 1112 no")[3], [""; 0]);
    }

    #[test]
    fn ordinary_numbers_are_nobodys() {
        for text in [
            "On the 1st of May 2026, at 10:30, 250 people came.",
            "It cost £1,250,000 in 2019-2020 and 0.1234567890 of it was lost.",
            "The A9 and the M8 are shut; the G20 1st met. B1 2nd, 7 days a week, 24 hours.",
            "3 Men in a Boat, 10 Green Bottles, 12 angry men on the street.",
            "Order 20260131123456789012345678901234567890 was never sent.",
            "https://example.org/01314960000?to=ann@example.org",
            "1939-1945 and 1914-1918, 100 000 000 of them",
        ] {
            assert_eq!(found(text), NONE, "{text}");
        }
    }

    #[test]
    fn hostile_texts_cost_no_more_than_their_length() {
        for text in ["1 ".repeat(10_000), "1".repeat(20_000), "A1 ".repeat(7_000), "@a.bc".repeat(4_000)] {
            personal_in(&text, &[]);
        }
    }
}
