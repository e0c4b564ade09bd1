//! Whether what was typed can be read as a word of a list, and how far one has to stretch.

use super::letters::{class, is_vowel, may_be};

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
const SOUNDS: &[(&[u8], &[u8], u8)] = &[
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

/// Where the sounds of each letter begin in [`SOUNDS`], and after the last of them.
static SOUNDS_OF: [usize; 27] = sounds_by_letter();

#[expect(clippy::indexing_slicing, reason = "runs while compiling, where a wrong index is an error")]
const fn sounds_by_letter() -> [usize; 27] {
    let mut first = [SOUNDS.len(); 27];
    let mut letter = 26;
    while letter > 0 {
        letter -= 1;
        first[letter] = first[letter + 1];
        let mut at = SOUNDS.len();
        while at > 0 {
            at -= 1;
            if SOUNDS[at].1[0] as usize == letter + b'a' as usize {
                first[letter] = at;
            }
        }
    }
    first
}

/// The sounds that begin with `letter`.
fn sounds_of(letter: u8) -> &'static [(&'static [u8], &'static [u8], u8)] {
    let at = usize::from(letter.wrapping_sub(b'a'));
    match (SOUNDS_OF.get(at), SOUNDS_OF.get(at + 1)) {
        (Some(from), Some(to)) => SOUNDS.get(*from..*to).unwrap_or_default(),
        _ => &[],
    }
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
    let mut table = Table::new(typed.len(), meant.len(), most);
    table.relax(0, 0, 0);
    for i in 0..=typed.len() {
        for j in 0..=meant.len() {
            let here = table.get(i, j);
            if here <= most {
                step(&mut table, typed, meant, (i, j), here);
            }
        }
    }
    let total = table.get(typed.len(), meant.len());
    (total <= most).then_some(Cost(total))
}

fn step(table: &mut Table, typed: &[u8], meant: &[u8], (i, j): (usize, usize), here: u8) {
    let (rest, goal) = (typed.get(i..).unwrap_or_default(), meant.get(j..).unwrap_or_default());
    let before = |codes: &[u8], at: usize| at.checked_sub(1).and_then(|at| codes.get(at)).copied();
    if let Some(c) = rest.first()
        && j > 0
        && before(typed, i).is_some_and(|last| class(last) == class(*c))
    {
        table.relax(i + 1, j, here);
    }
    let Some(wanted) = goal.first() else { return };
    if let Some(c) = rest.first()
        && may_be(*c, *wanted)
    {
        table.relax(i + 1, j + 1, here);
    }
    if before(meant, j) == Some(*wanted) {
        table.relax(i, j + 1, here + HALVED);
    }
    if j > 0 && is_vowel(*wanted) {
        let is_silent = goal.len() == 1 && *wanted == b'e';
        table.relax(i, j + 1, here + if is_silent { SILENT } else { DROPPED });
    }
    if let ([a, b, ..], [first, second, ..]) = (rest, goal)
        && first != second
        && (j > 0 || meant.len() > 4)
        && may_be(*a, *second)
        && may_be(*b, *first)
    {
        table.relax(i + 2, j + 2, here + SWAPPED);
    }
    if here < table.most {
        for (spelled, sound, price) in sounds_of(*wanted) {
            let fits = goal.starts_with(sound)
                && rest.len() >= spelled.len()
                && rest.iter().zip(*spelled).all(|(c, letter)| may_be(*c, *letter));
            if fits {
                table.relax(i + spelled.len(), j + sound.len(), here.saturating_add(*price));
            }
        }
    }
}

struct Table {
    costs: [u8; CELLS],
    width: usize,
    most: u8,
}

/// Enough for the longest stretch beside the longest word.
const CELLS: usize = (MAX_LETTERS + 1) * (MAX_LETTERS + 1);

impl Table {
    fn new(typed: usize, meant: usize, most: u8) -> Self {
        let mut table = Self { costs: [0; CELLS], width: meant + 1, most };
        if let Some(used) = table.costs.get_mut(..(typed + 1) * (meant + 1)) {
            used.fill(NEVER);
        }
        table
    }

    fn get(&self, i: usize, j: usize) -> u8 {
        self.costs.get(i * self.width + j).copied().unwrap_or(NEVER)
    }

    fn relax(&mut self, i: usize, j: usize, cost: u8) {
        if cost <= self.most
            && let Some(known) = self.costs.get_mut(i * self.width + j)
        {
            *known = cost.min(*known);
        }
    }
}
