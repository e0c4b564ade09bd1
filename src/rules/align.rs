//! Whether what was typed can be read as a word of a list, and how far one has to stretch.

use super::letters::{class, is_vowel, may_be, possible};

/// The longest stretch and the longest word that are compared.
pub(super) const MAX_LETTERS: usize = 48;

/// More than any reading costs.
const NEVER: u8 = u8::MAX;

/// A double letter written once.
const HALVED: u8 = 1;
/// A vowel left out.
const DROPPED: u8 = 2;
/// An e at the end left out.
const SILENT: u8 = 1;
/// Two neighbours changed over.
const SWAPPED: u8 = 3;

/// Spellings that sound alike, by the first letter of what is meant: what is typed, what is meant, and the cost.
const SOUNDS: &[Sound] = &[
    (b"ai", b"a", 2),
    (b"ay", b"a", 2),
    (b"ah", b"a", 1),
    (b"ah", b"ar", 1),
    (b"er", b"ar", 2),
    (b"ur", b"ar", 2),
    (b"u", b"ar", 2),
    (b"e", b"ar", 2),
    (b"a", b"ar", 2),
    (b"k", b"c", 1),
    (b"q", b"c", 2),
    (b"ck", b"c", 1),
    (b"s", b"c", 2),
    (b"ss", b"c", 2),
    (b"tch", b"ch", 1),
    (b"sh", b"ch", 2),
    (b"k", b"ck", 1),
    (b"c", b"ck", 1),
    (b"kc", b"ck", 1),
    (b"kk", b"ck", 1),
    (b"cc", b"ck", 1),
    (b"kh", b"ck", 2),
    (b"q", b"ck", 2),
    (b"qu", b"ck", 2),
    (b"x", b"ck", 2),
    (b"x", b"cks", 1),
    (b"xx", b"cks", 1),
    (b"ks", b"cks", 1),
    (b"ea", b"e", 2),
    (b"eh", b"e", 1),
    (b"e", b"ea", 1),
    (b"ee", b"ea", 2),
    (b"ed", b"ead", 1),
    (b"edd", b"ead", 1),
    (b"id", b"ead", 3),
    (b"a", b"er", 1),
    (b"ah", b"er", 1),
    (b"uh", b"er", 1),
    (b"ur", b"er", 1),
    (b"ar", b"er", 2),
    (b"or", b"er", 2),
    (b"y", b"ey", 1),
    (b"ph", b"f", 2),
    (b"q", b"g", 2),
    (b"gh", b"g", 1),
    (b"j", b"g", 2),
    (b"ed", b"head", 3),
    (b"l", b"i", 1),
    (b"y", b"i", 1),
    (b"e", b"i", 2),
    (b"ee", b"i", 2),
    (b"ea", b"i", 2),
    (b"ie", b"i", 2),
    (b"ei", b"i", 2),
    (b"ia", b"i", 2),
    (b"io", b"i", 2),
    (b"iya", b"i", 2),
    (b"ya", b"i", 2),
    (b"yo", b"i", 2),
    (b"eo", b"i", 2),
    (b"eeo", b"i", 2),
    (b"eyo", b"i", 2),
    (b"ih", b"i", 1),
    (b"i", b"ie", 1),
    (b"y", b"ie", 1),
    (b"in", b"ing", 1),
    (b"en", b"ing", 2),
    (b"n", b"ing", 3),
    (b"g", b"j", 2),
    (b"c", b"k", 1),
    (b"q", b"k", 2),
    (b"ck", b"k", 1),
    (b"n", b"kn", 1),
    (b"x", b"ks", 1),
    (b"i", b"l", 1),
    (b"el", b"le", 1),
    (b"ul", b"le", 1),
    (b"al", b"le", 2),
    (b"kn", b"n", 1),
    (b"oa", b"o", 2),
    (b"oh", b"o", 1),
    (b"ow", b"o", 2),
    (b"au", b"o", 2),
    (b"oe", b"o", 2),
    (b"u", b"oo", 2),
    (b"o", b"oo", 2),
    (b"ew", b"oo", 2),
    (b"a", b"or", 2),
    (b"or", b"ore", 1),
    (b"oar", b"ore", 2),
    (b"oor", b"ore", 2),
    (b"aw", b"ore", 2),
    (b"u", b"ou", 2),
    (b"f", b"ph", 2),
    (b"z", b"s", 1),
    (b"c", b"s", 2),
    (b"sch", b"sh", 1),
    (b"d", b"t", 3),
    (b"tsh", b"tch", 1),
    (b"ch", b"tch", 1),
    (b"sh", b"tch", 2),
    (b"oo", b"u", 2),
    (b"ou", b"u", 2),
    (b"uh", b"u", 1),
    (b"aw", b"u", 2),
    (b"wh", b"w", 2),
    (b"h", b"wh", 2),
    (b"w", b"wh", 2),
    (b"i", b"y", 1),
    (b"ie", b"y", 1),
    (b"ey", b"y", 1),
    (b"ee", b"y", 1),
    (b"ea", b"y", 2),
    (b"s", b"z", 1),
];

type Sound = (&'static [u8], &'static [u8], u8);

/// [`SOUNDS`] by the first letters of what is meant and of how it is spelled.
static SORTED: [Sound; SOUNDS.len()] = sorted();

/// Where the sounds of each pair of first letters begin in [`SORTED`].
static SOUNDS_OF: [usize; 26 * 26 + 1] = places();

/// For each letter, a bit for every letter that one of its sounds may be spelled with at first.
static SPELLED_FIRST: [u32; 26] = first_letters();

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn pair_of(sound: &Sound) -> usize {
    (sound.1[0] - b'a') as usize * 26 + (sound.0[0] - b'a') as usize
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn sorted() -> [Sound; SOUNDS.len()] {
    let mut sorted: [Sound; SOUNDS.len()] = [(b"", b"", 0); SOUNDS.len()];
    let (mut pair, mut filled) = (0, 0);
    while pair < 26 * 26 {
        let mut at = 0;
        while at < SOUNDS.len() {
            if pair_of(&SOUNDS[at]) == pair {
                sorted[filled] = SOUNDS[at];
                filled += 1;
            }
            at += 1;
        }
        pair += 1;
    }
    sorted
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn places() -> [usize; 26 * 26 + 1] {
    let mut places = [0; 26 * 26 + 1];
    let mut at = 0;
    while at < SOUNDS.len() {
        places[pair_of(&SOUNDS[at]) + 1] += 1;
        at += 1;
    }
    let mut pair = 0;
    while pair < 26 * 26 {
        places[pair + 1] += places[pair];
        pair += 1;
    }
    places
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn first_letters() -> [u32; 26] {
    let mut letters = [0; 26];
    let mut at = 0;
    while at < SOUNDS.len() {
        letters[(SOUNDS[at].1[0] - b'a') as usize] |= 1 << (SOUNDS[at].0[0] - b'a');
        at += 1;
    }
    letters
}

/// The sounds that begin with `letter` and may be spelled with `typed` at first.
fn sounds_of(letter: u8, typed: u8) -> impl Iterator<Item = &'static Sound> {
    let meant = usize::from(letter.wrapping_sub(b'a'));
    let mut firsts = SPELLED_FIRST.get(meant).map_or(0, |letters| letters & possible(typed));
    let spelled = std::iter::from_fn(move || {
        let next = usize::try_from(firsts.trailing_zeros()).ok().filter(|_| firsts != 0)?;
        firsts &= firsts - 1;
        Some(next)
    });
    spelled.flat_map(move |first| {
        let pair = meant * 26 + first;
        let range = SOUNDS_OF.get(pair).zip(SOUNDS_OF.get(pair + 1));
        range.and_then(|(from, to)| SORTED.get(*from..*to)).unwrap_or_default()
    })
}

/// What a reading cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost(pub(super) u8);

/// The most that a word of `letters` letters may be bent and still be itself.
pub(super) const fn limit(letters: usize) -> u8 {
    match letters {
        0..=3 => 2,
        4 => 4,
        5 => 5,
        6 => 6,
        7..=9 => 8,
        _ => 10,
    }
}

/// What it costs to read `typed` as `meant`: nothing for stand-ins and repeated letters, `None` where it cannot be.
///
/// Time grows with the product of the lengths, and both are at most [`MAX_LETTERS`].
pub(super) fn cost(typed: &[u8], meant: &[u8], most: u8) -> Option<Cost> {
    if typed == meant {
        return Some(Cost(0));
    }
    if typed.len() > MAX_LETTERS || meant.len() > MAX_LETTERS || typed.is_empty() || meant.is_empty() {
        return None;
    }
    if typed.len() == meant.len() && typed.iter().zip(meant).all(|(typed, meant)| may_be(*typed, *meant)) {
        return Some(Cost(0));
    }
    if most == 0 && typed.len() < meant.len() {
        return None;
    }
    let mut rows = Rows::new(most);
    rows.relax(0, 0, 0);
    for i in 0..=typed.len() {
        for j in 0..=meant.len() {
            let here = rows.get(i, j);
            if here <= most {
                step(&mut rows, typed, meant, (i, j), here);
            }
        }
        if i == rows.furthest {
            break;
        }
        rows.clear(i);
    }
    let is_reached = rows.furthest == typed.len();
    let total = rows.get(typed.len(), meant.len());
    (is_reached && total <= most).then_some(Cost(total))
}

fn step(rows: &mut Rows, typed: &[u8], meant: &[u8], (i, j): (usize, usize), here: u8) {
    let (rest, goal) = (typed.get(i..).unwrap_or_default(), meant.get(j..).unwrap_or_default());
    let before = |codes: &[u8], at: usize| at.checked_sub(1).and_then(|at| codes.get(at)).copied();
    if let Some(c) = rest.first()
        && j > 0
        && before(typed, i).is_some_and(|last| class(last) == class(*c))
    {
        rows.relax(i + 1, j, here);
    }
    let Some(wanted) = goal.first() else { return };
    if let Some(c) = rest.first()
        && may_be(*c, *wanted)
    {
        rows.relax(i + 1, j + 1, here);
    }
    if here == rows.most {
        return;
    }
    if before(meant, j) == Some(*wanted) {
        rows.relax(i, j + 1, here + HALVED);
    }
    if j > 0 && is_vowel(*wanted) {
        let is_silent = goal.len() == 1 && *wanted == b'e';
        rows.relax(i, j + 1, here + if is_silent { SILENT } else { DROPPED });
    }
    let Some(first_typed) = rest.first() else { return };
    if let ([a, b, ..], [first, second, ..]) = (rest, goal)
        && first != second
        && (j > 0 || meant.len() > 4)
        && may_be(*a, *second)
        && may_be(*b, *first)
    {
        rows.relax(i + 2, j + 2, here + SWAPPED);
    }
    for (spelled, sound, price) in sounds_of(*wanted, *first_typed) {
        let fits = here.saturating_add(*price) <= rows.most
            && goal.len() >= sound.len()
            && goal.iter().zip(*sound).all(|(meant, letter)| meant == letter)
            && rest.len() >= spelled.len()
            && rest.iter().zip(*spelled).all(|(c, letter)| may_be(*c, *letter));
        if fits {
            rows.relax(i + spelled.len(), j + sound.len(), here.saturating_add(*price));
        }
    }
}

/// How many rows one step reaches: the one it is in, and three letters further.
const REACH: usize = 4;

/// What it costs to have read so much of what was typed as so much of what is meant: the rows that may still change.
struct Rows {
    costs: [[u8; MAX_LETTERS + 1]; REACH],
    /// The last row that anything reaches.
    furthest: usize,
    most: u8,
}

impl Rows {
    const fn new(most: u8) -> Self {
        Self { costs: [[NEVER; MAX_LETTERS + 1]; REACH], furthest: 0, most }
    }

    fn get(&self, i: usize, j: usize) -> u8 {
        self.costs.get(i % REACH).and_then(|row| row.get(j)).copied().unwrap_or(NEVER)
    }

    fn relax(&mut self, i: usize, j: usize, cost: u8) {
        if cost <= self.most
            && let Some(known) = self.costs.get_mut(i % REACH).and_then(|row| row.get_mut(j))
        {
            *known = cost.min(*known);
            self.furthest = self.furthest.max(i);
        }
    }

    /// Makes room for the row that comes [`REACH`] after `i`.
    fn clear(&mut self, i: usize) {
        if let Some(row) = self.costs.get_mut(i % REACH) {
            row.fill(NEVER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sound_is_found_by_its_first_letters() {
        for sound in SOUNDS {
            let found: Vec<_> = sounds_of(sound.1[0], sound.0[0]).collect();
            assert!(found.contains(&sound), "{sound:?}");
            assert!(found.iter().all(|found| found.1[0] == sound.1[0]), "{sound:?}");
        }
        assert_eq!(
            sounds_of(b'i', b'1').count(),
            SOUNDS.iter().filter(|(l, i, _)| i[0] == b'i' && matches!(l[0], b'l' | b'i')).count()
        );
        assert_eq!(sounds_of(b'm', b'n').count() + sounds_of(b' ', b'a').count(), 0);
    }

    #[test]
    fn a_reading_costs_what_it_bends() {
        let bent = |typed: &str, meant: &str, most| cost(typed.as_bytes(), meant.as_bytes(), most).map(|cost| cost.0);
        for (typed, meant, price) in [
            ("fuck", "fuck", 0),
            ("fuuuck", "fuck", 0),
            ("fvck", "fuck", 0),
            ("fuk", "fuck", 1),
            ("phuck", "fuck", 2),
            ("fcuk", "fuck", SWAPPED),
            ("fck", "fuck", DROPPED),
            ("arshole", "arsehole", DROPPED),
            ("shyte", "shite", 1),
        ] {
            assert_eq!(bent(typed, meant, 10), Some(price), "{typed}");
            assert_eq!(bent(typed, meant, price), Some(price), "{typed}");
            assert!(price == 0 || bent(typed, meant, price - 1).is_none(), "{typed}");
        }
        for (typed, meant) in [("duck", "fuck"), ("fuc", "fuck"), ("fucks", "fuck"), ("", "fuck"), ("xfuck", "fuck")] {
            assert_eq!(bent(typed, meant, 0), None, "{typed}");
        }
        let longest = "ab".repeat(MAX_LETTERS / 2);
        assert_eq!(bent(&longest.replace("ab", "aab")[..MAX_LETTERS], &longest, 10), None);
        assert_eq!(bent(&longest, &longest.replace('b', "p"), 10), None);
    }
}
