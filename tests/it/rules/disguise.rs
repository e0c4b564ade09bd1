//! How people hide a word: each disguise as a function of the word and of a number that picks among its forms.

/// A disguise. It answers `None` where it cannot be applied.
pub(super) type Disguise = fn(&str, usize) -> Option<String>;

/// Disguises that leave the word's letters in place: each is seen through nearly always.
pub(super) const PLAIN: [(&str, Disguise); 19] = [
    ("case", |word, n| letters(word, |at, c| if n == 0 || (at + n) % 2 == 0 { c.to_ascii_uppercase() } else { c })),
    ("leetspeak", |word, n| {
        swapped(word, if n % 2 == 0 { "aeiost" } else { "aios" }, if n % 2 == 0 { "431057" } else { "@!0$" })
    }),
    ("Cyrillic", |word, _| swapped(word, "aeopcxyikmths", "аеорсхуікмтһѕ")),
    ("Greek", |word, _| swapped(word, "aeioukptxn", "αειουκρτχη")),
    ("fullwidth", |word, _| shifted(word, 'ａ')),
    ("mathematical", |word, n| shifted(word, ['𝐚', '𝓪', '𝖆', '𝚊'][n % 4])),
    ("enclosed", |word, n| shifted(word, ['ⓐ', '🅐'][n % 2])),
    ("small capitals", |word, _| swapped(word, "abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")),
    ("regional indicators", |word, _| shifted(word, '🇦')),
    ("zero width", |word, n| joined(word, ["\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}"][n % 4])),
    ("bidi controls", |word, n| at(word, n, |head, tail| format!("{head}\u{202e}{tail}\u{202c}"))),
    ("soft hyphens", |word, _| joined(word, "\u{ad}")),
    ("signs between", |word, n| joined(word, [".", "-", "_", "/", "*", "~"][n % 6])),
    ("spaces between", |word, _| joined(word, " ")),
    ("line breaks", |word, _| joined(word, "\n")),
    ("emoji between", |word, n| joined(word, ["🔥", "💩", "🎉🎉", "❤️"][n % 4])),
    ("markup", |word, n| {
        let forms = [("<b>", "</b>"), ("**", "**"), ("_", "_"), ("<!-- x -->", ""), ("[i]", "[/i]"), ("", "&shy;")];
        let (open, close) = forms[n % forms.len()];
        at(word, n, |head, tail| format!("{head}{open}{}{close}{}", &tail[..1], &tail[1..]))
    }),
    ("repeated letters", |word, n| {
        Some(word.chars().enumerate().flat_map(|(at, c)| vec![c; 1 + (at + n) % 3]).collect())
    }),
    ("combining marks", |word, n| joined(word, ["\u{336}", "\u{301}\u{323}", "\u{35c}\u{304}\u{331}"][n % 3])),
];

/// Disguises that change the letters, with the share that has to be seen through in hundredths.
pub(super) const LETTERS: [(&str, Disguise, usize); 6] = [
    ("vowels dropped", |word, _| dropped(word), 95),
    ("letters swapped", turned, 95),
    ("masked", masked, 90),
    ("split by a space", |word, n| at(word, n, |head, tail| format!("{head} {tail}")), 85),
    ("by ear", by_ear, 85),
    (
        "grown together",
        |word, n| {
            let (before, after) =
                [("you", ""), ("", "idiot"), ("stupid", ""), ("that", "man"), ("", "face"), ("absolute", "")][n % 6];
            Some(format!("{before}{word}{after}"))
        },
        75,
    ),
];

fn letters(word: &str, change: impl Fn(usize, char) -> char) -> Option<String> {
    Some(word.chars().enumerate().map(|(at, c)| change(at, c)).collect())
}

fn swapped(word: &str, from: &str, to: &str) -> Option<String> {
    let swap = |c: char| from.chars().position(|from| from == c).and_then(|at| to.chars().nth(at)).unwrap_or(c);
    let hidden: String = word.chars().map(swap).collect();
    (hidden != word).then_some(hidden)
}

fn shifted(word: &str, first: char) -> Option<String> {
    let shift = |c: char| char::from_u32(first as u32 + (c as u32 - 'a' as u32));
    word.chars().map(|c| if c.is_ascii_lowercase() { shift(c) } else { Some(c) }).collect()
}

fn joined(word: &str, between: &str) -> Option<String> {
    Some(word.chars().map(String::from).collect::<Vec<_>>().join(between))
}

/// Cuts the word into two, somewhere inside.
fn at(word: &str, n: usize, join: impl Fn(&str, &str) -> String) -> Option<String> {
    let cut = 1 + n % (word.len() - 1);
    word.is_char_boundary(cut).then(|| join(&word[..cut], &word[cut..]))
}

fn is_vowel(c: char) -> bool {
    "aeiou".contains(c)
}

/// Without the vowels after its first letter; `None` where less than three different letters would remain.
fn dropped(word: &str) -> Option<String> {
    let rest: String = word.chars().enumerate().filter(|(at, c)| *at == 0 || !is_vowel(*c)).map(|(_, c)| c).collect();
    let mut different: Vec<char> = rest.chars().collect();
    different.dedup();
    (different.len() > 2 && rest != word).then_some(rest)
}

/// With two neighbours inside it changed over.
fn turned(word: &str, n: usize) -> Option<String> {
    let mut codes: Vec<char> = word.chars().collect();
    let places: Vec<usize> = (1..codes.len().saturating_sub(1)).filter(|at| codes[*at] != codes[at + 1]).collect();
    let place = *places.get(n % places.len().max(1))?;
    codes.swap(place, place + 1);
    (codes.len() > 3).then(|| codes.into_iter().collect())
}

fn masked(word: &str, n: usize) -> Option<String> {
    let vowel = (1..word.len() - 1).find(|at| word[*at..].starts_with(is_vowel))?;
    let one = |sign: &str| format!("{}{sign}{}", &word[..vowel], &word[vowel + 1..]);
    let inside = word.len() - 2;
    Some(match n % 5 {
        0 => one("*"),
        1 => format!("{}{}{}", &word[..1], "*".repeat(inside), &word[word.len() - 1..]),
        2 => one("@"),
        3 => one("_"),
        _ if word.len() == 4 => format!("{}---", &word[..1]),
        _ => one("#"),
    })
}

fn by_ear(word: &str, n: usize) -> Option<String> {
    let sounds = [
        ("f", "ph"),
        ("ck", "k"),
        ("c", "k"),
        ("er", "a"),
        ("s", "z"),
        ("u", "oo"),
        ("i", "ee"),
        ("y", "ie"),
        ("tch", "ch"),
        ("i", "y"),
        ("cks", "x"),
        ("ing", "in"),
    ];
    let fitting: Vec<_> = sounds.into_iter().filter(|(sound, _)| word.contains(sound)).collect();
    let (sound, spelled) = *fitting.get(n % fitting.len().max(1))?;
    Some(word.replacen(sound, spelled, 1))
}
