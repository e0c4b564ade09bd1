//! Texts: of words of the list in every disguise, of what comments are made of, of any characters, and of all these in
//! pieces and over and over.

use super::super::disguise::{LETTERS, PLAIN};
use super::dice::Dice;

/// As long as the longest text that is judged.
const MAX_CHARS: usize = 20_000;

const PIECES: [&str; 40] = [
    " ",
    "\n",
    "\r\n",
    "> ",
    ". ",
    "!!!",
    "?",
    "'",
    "’",
    "\"",
    "-",
    "_",
    "*",
    "**",
    "#",
    "@",
    "$",
    "(",
    ")",
    "<b>",
    "</b>",
    "[i]",
    "[/url]",
    "<!-- x -->",
    "&amp;",
    "&#117;",
    "&#x1f595;",
    "&shy;",
    "https://a.example/x",
    "www.b.example",
    "\u{200b}",
    "\u{301}",
    "👩‍👩‍👧",
    "🇫🇷",
    "07700 900123",
    "a.b@c.example",
    "1",
    "12 Harbour Street",
    "EH1 1AA",
    "4111 1111 1111 1111",
];

const WORDS: [&str; 12] =
    ["the", "council", "I", "a", "you", "Essex", "assess", "naïve", "Scunthorpe", "killed", "Ferry", "they're"];

pub(super) fn text(dice: &mut Dice, words: &[String]) -> String {
    let mut text = match dice.below(8) {
        0 => (0..dice.length(2_000)).map(|_| dice.char()).collect(),
        1 => repeated(dice, words),
        _ => sentence(dice, words),
    };
    if dice.one_in(3) {
        mutate(dice, &mut text);
    }
    text.chars().take(MAX_CHARS).collect()
}

fn sentence(dice: &mut Dice, words: &[String]) -> String {
    let mut text = String::new();
    let is_parted = !dice.one_in(6);
    for _ in 0..dice.length(400) {
        match dice.below(8) {
            0 | 1 => text.push_str(&disguised(dice, words)),
            2 => text.push_str(dice.pick(&PIECES)),
            3 => text.push(dice.char()),
            4 => (0..dice.length(12)).for_each(|_| text.push(char::from(b'a' + u8::try_from(dice.below(26)).unwrap()))),
            _ => text.push_str(dice.pick(&WORDS)),
        }
        if is_parted && !dice.one_in(8) {
            text.push(' ');
        }
    }
    text
}

/// A word of the list under none to three disguises.
fn disguised(dice: &mut Dice, words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let mut word = words[dice.index(words.len())].clone();
    for _ in 0..dice.below(4) {
        let number = dice.index(64);
        let disguise = match dice.index(PLAIN.len() + LETTERS.len()) {
            at if at < PLAIN.len() => PLAIN[at].1,
            at => LETTERS[at - PLAIN.len()].1,
        };
        // A disguise is made for words of plain letters.
        if word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            word = disguise(&word, number).unwrap_or(word);
        } else {
            mutate(dice, &mut word);
        }
    }
    word
}

/// One piece, over and over.
fn repeated(dice: &mut Dice, words: &[String]) -> String {
    let mut unit = String::new();
    for _ in 0..dice.length(6) {
        match dice.below(4) {
            0 => unit.push_str(&disguised(dice, words)),
            1 => unit.push_str(dice.pick(&PIECES)),
            2 => unit.push(dice.char()),
            _ => unit.push(char::from(b' ' + u8::try_from(dice.below(95)).unwrap())),
        }
    }
    let length = dice.length(MAX_CHARS);
    unit.chars().cycle().take(length).collect()
}

/// Takes out, puts in, doubles or exchanges characters.
pub(super) fn mutate(dice: &mut Dice, text: &mut String) {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..dice.length(8) {
        let at = dice.index(chars.len());
        match dice.below(5) {
            0 => chars.insert(at, dice.char()),
            1 if !chars.is_empty() => drop(chars.remove(at)),
            2 if !chars.is_empty() => chars.insert(at, chars[at]),
            3 if at + 1 < chars.len() => chars.swap(at, at + 1),
            4 if !chars.is_empty() => chars.truncate(at + chars.len() / 2),
            _ => chars.extend(dice.pick(&PIECES).chars()),
        }
    }
    *text = chars.into_iter().collect();
}
