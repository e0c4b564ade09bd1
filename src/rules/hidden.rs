//! Words that are not whole: letters masked (`f**k`), or neighbours grown on (`youfuckingidiot`).

use std::cell::OnceCell;

use super::align::{MAX_LETTERS, cost};
use super::letters::{self, Key, class, is_word, likely, power};
use super::lexicon::Lexicon;
use super::search::{Effort, Found, Search, class_at};
use super::stretch::Stretch;
use super::vocabulary::Vocabulary;

/// The longest word that is looked for inside another.
const MAX_GLUED: usize = 16;
/// The shortest.
const MIN_GLUED: usize = 4;
/// The longest neighbour that may be grown on.
const MAX_NEIGHBOUR: usize = 14;
/// How many ways to take neighbours off are tried, and how many words of the list what is left is held against.
const MAX_WAYS: usize = 24;
const MAX_COMPARED: usize = 48;

impl Search<'_> {
    /// Finds a strong word with letters masked, and says whether it did.
    pub(super) fn masked(&mut self, stretch: &Stretch<'_>, words: (usize, usize)) -> bool {
        let mut codes = &*stretch.codes;
        // A mask hides letters; one before the word is its neighbour.
        let skipped = codes.iter().take_while(|code| !is_word(**code)).count();
        codes = codes.get(skipped..).unwrap_or_default();
        let known = codes.iter().filter(|code| is_word(**code)).count();
        let masks = codes.len() - known;
        if !(3..=MAX_GLUED).contains(&codes.len())
            || masks == 0
            || !codes.first().is_some_and(|code| letters::is_letter(*code))
        {
            return false;
        }
        if known == 1 && !is_drawn_mask(codes.get(1..).unwrap_or_default()) {
            return false;
        }
        let found = self.masked_word(codes).or_else(|| self.gap_word(codes));
        let Some(number) = found else { return false };
        let (from, to) = stretch.place(skipped, stretch.codes.len());
        self.add(Found { item: number, first: words.0, end: words.1, from, to, cost: 4 });
        true
    }

    fn masked_word(&self, codes: &[u8]) -> Option<u32> {
        let first = class_at(codes, 0);
        let last = codes.last().filter(|code| is_word(**code)).map_or(0, |code| class(*code));
        let fits = |letters: &[u8]| {
            letters.len() == codes.len()
                && codes.iter().zip(letters).all(|(typed, meant)| !is_word(*typed) || letters::may_be(*typed, *meant))
        };
        self.vocabulary
            .by_ends(first, codes.len(), last)
            .find(|number| self.strong(*number).is_some_and(|item| fits(&item.letters)))
    }

    /// A row of asterisks may hide more or fewer letters than it has.
    fn gap_word(&self, codes: &[u8]) -> Option<u32> {
        let start = codes.iter().position(|code| *code == b'*')?;
        let masks = codes.iter().skip(start).take_while(|code| **code == b'*').count();
        let (head, tail) = (codes.get(..start)?, codes.get(start + masks..)?);
        if !head.iter().chain(tail).all(|code| is_word(*code)) || head.len() + tail.len() < 3 {
            return None;
        }
        let last = tail.last().map_or(0, |code| class(*code));
        let may_be =
            |typed: &[u8], meant: &[u8]| typed.iter().zip(meant).all(|(typed, meant)| letters::may_be(*typed, *meant));
        (head.len() + tail.len() + 1..=codes.len() + 3).find_map(|length| {
            self.vocabulary.by_ends(class_at(codes, 0), length, last).find(|number| {
                self.strong(*number).is_some_and(|item| {
                    let meant = &item.letters;
                    meant.len() == length
                        && may_be(head, meant)
                        && may_be(tail, meant.get(length - tail.len()..).unwrap_or_default())
                })
            })
        })
    }

    /// Finds strong words that have grown together with their neighbours, and says whether it did.
    pub(super) fn glued(&mut self, stretch: &Stretch<'_>, first: usize, end: usize, effort: Effort) -> bool {
        if stretch.codes.iter().any(|code| *code >= 0x80) {
            return false;
        }
        let is_plain = stretch.codes.len() > MAX_LETTERS || effort == Effort::Glance;
        let mut from = 0;
        while from < stretch.codes.len() {
            let to = stretch.codes.len().min(from + MAX_LETTERS);
            let Some(codes) = stretch.codes.get(from..to) else { return false };
            let mut hit = self.plain_inside(codes);
            if hit.is_none() && !is_plain {
                let neighbours = Neighbours::of(self, codes);
                if !neighbours.is_all_known() {
                    hit = self.odd_inside(codes, &neighbours);
                }
            }
            if let Some((number, start, stop)) = hit {
                // Whoever reads it sees one word, and that is what is marked, unless it is endless.
                let is_short = stretch.codes.len() <= 2 * MAX_GLUED;
                let (start, stop) = if is_short {
                    stretch.place(0, stretch.codes.len())
                } else {
                    stretch.place(from + start, from + stop)
                };
                self.add(Found { item: number, first, end, from: start, to: stop, cost: 5 });
                return true;
            }
            from = if to == stretch.codes.len() { to } else { to - MAX_GLUED };
        }
        false
    }

    /// A word spelled in full, with repeats and stand-ins, between neighbours that are words or end the stretch.
    fn plain_inside(&self, codes: &[u8]) -> Option<(u32, usize, usize)> {
        let runs = Runs::of(codes);
        let mut best: Option<(u32, usize, usize)> = None;
        let mut neighbours = None;
        for from in 0..runs.count {
            for to in from + 2..=runs.count.min(from + MAX_GLUED) {
                let key = runs.key(from, to);
                if !self.vocabulary.may_begin(key, to - from) {
                    break;
                }
                if to - from < 3 {
                    continue;
                }
                for number in self.vocabulary.by_class(key) {
                    let Some(item) = self.strong(number).filter(|item| item.is_glued) else { continue };
                    let neighbours = neighbours.get_or_insert_with(|| Neighbours::of(self, codes));
                    for (start, stop) in borders(codes, &runs, from, to) {
                        let typed = codes.get(start..stop).unwrap_or_default();
                        let is_plainer = best.is_none_or(|(_, a, b)| b - a < stop - start);
                        if is_plainer && neighbours.allow(start, stop) && cost(typed, &item.letters, 0).is_some() {
                            best = Some((number, start, stop));
                        }
                    }
                }
            }
        }
        best
    }

    /// A word disguised, between neighbours that are words.
    fn odd_inside(&mut self, codes: &[u8], neighbours: &Neighbours<'_>) -> Option<(u32, usize, usize)> {
        let mut ways = 0;
        let before = self.compared;
        for start in neighbours.ends() {
            for stop in neighbours.starts() {
                let is_way = (start == 0 || start > 1)
                    && (stop == codes.len() || stop + 1 < codes.len())
                    && stop > start
                    && (MIN_GLUED - 1..=MAX_GLUED).contains(&(stop - start))
                    && stop - start < codes.len();
                if !is_way {
                    continue;
                }
                ways += 1;
                if ways > MAX_WAYS || self.compared - before > MAX_COMPARED {
                    return None;
                }
                let typed = codes.get(start..stop).unwrap_or_default();
                if self.is_known(typed) {
                    continue;
                }
                self.read(typed, Effort::Full);
                let most = if typed.len() > 4 { 3 } else { 2 };
                let hit = self
                    .readings()
                    .iter()
                    .find(|(number, cost)| *cost <= most && self.strong(*number).is_some_and(|item| item.is_glued));
                if let Some((number, _)) = hit {
                    return Some((*number, start, stop));
                }
            }
        }
        None
    }
}

/// Whether the rest of a word with one letter left is drawn as a mask: `f***`, `f---`.
fn is_drawn_mask(rest: &[u8]) -> bool {
    let mut masks = rest.iter();
    let first = masks.next().copied().unwrap_or(b' ');
    rest.len() >= 3 && matches!(first, b'*' | b'-' | b'#' | b'_') && masks.all(|code| *code == first)
}

/// Where a stretch of runs may begin and end: a run at its border may belong to its neighbour but for one letter.
fn borders(codes: &[u8], runs: &Runs, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
    let place = |run: usize| if run < runs.count { at(&runs.starts, run) } else { codes.len() };
    let (start, late) = (place(from), place(from + 1) - 1);
    let (stop, early) = (place(to), place(to - 1) + 1);
    let all = [(start, stop), (start, early), (late, stop), (late, early)];
    all.into_iter()
        .enumerate()
        .filter(move |(at, _)| (at % 2 == 0 || early != stop) && (at / 2 == 0 || late != start))
        .map(|(_, pair)| pair)
}

/// The runs of equal letters in at most [`MAX_LETTERS`] codes.
struct Runs {
    count: usize,
    /// Where each begins.
    starts: [usize; MAX_LETTERS],
    /// The squeezed key up to each and to the end.
    keys: [Key; MAX_LETTERS + 1],
}

impl Runs {
    fn of(codes: &[u8]) -> Self {
        let mut runs = Self { count: 0, starts: [0; MAX_LETTERS], keys: [Key::EMPTY; MAX_LETTERS + 1] };
        let (mut last, mut key) = (0, Key::EMPTY);
        for (place, code) in codes.iter().enumerate().take(MAX_LETTERS) {
            let class = class(*code);
            if class != last {
                set(&mut runs.starts, runs.count, place);
                key = key.with(class);
                runs.count += 1;
                set(&mut runs.keys, runs.count, key);
                last = class;
            }
        }
        runs
    }

    /// The squeezed key of the runs from `from` to before `to`.
    fn key(&self, from: usize, to: usize) -> Key {
        at(&self.keys, to).after(at(&self.keys, from), power(to - from))
    }
}

/// No number of words.
const NONE: u8 = u8::MAX;

/// How a stretch falls into words that everybody knows, from either end.
struct Neighbours<'a> {
    lexicon: &'a Lexicon,
    vocabulary: &'a Vocabulary,
    length: usize,
    /// The keys of the most likely letters up to each place.
    keys: [Key; MAX_LETTERS + 1],
    /// Whether the first letter is a word by itself.
    begins_short: bool,
    /// For every place, of how few known words the codes before it are made.
    before: [u8; MAX_LETTERS + 1],
    /// The same for the codes after it, worked out when it is asked for.
    after: OnceCell<[u8; MAX_LETTERS + 1]>,
}

impl<'a> Neighbours<'a> {
    fn of(search: &Search<'a>, codes: &[u8]) -> Self {
        let length = codes.len().min(MAX_LETTERS);
        let mut keys = [Key::EMPTY; MAX_LETTERS + 1];
        let mut key = Key::EMPTY;
        for (place, code) in codes.iter().enumerate().take(length) {
            key = key.with(likely(*code));
            set(&mut keys, place + 1, key);
        }
        let begins_short = codes.first().is_some_and(|code| matches!(likely(*code), b'a' | b'i'));
        let (lexicon, vocabulary) = (search.lexicon, search.vocabulary);
        let before = [NONE; MAX_LETTERS + 1];
        let mut found = Self { lexicon, vocabulary, length, keys, begins_short, before, after: OnceCell::new() };
        set(&mut found.before, 0, 0);
        for from in 0..length {
            let words = at(&found.before, from).saturating_add(1);
            for to in from + 1..=length.min(from + MAX_NEIGHBOUR) {
                if words < at(&found.before, to) && found.is_word(from, to) {
                    set(&mut found.before, to, words);
                }
            }
        }
        found
    }

    fn is_word(&self, from: usize, to: usize) -> bool {
        if to - from < 2 {
            return self.begins_short && from == 0;
        }
        let key = at(&self.keys, to).after(at(&self.keys, from), power(to - from));
        let is_strong = self.vocabulary.is_strong_word(key);
        // Of two words of the list that grew together each is the other's neighbour.
        if to - from < MIN_GLUED {
            self.lexicon.is_common(key) && !is_strong
        } else {
            is_strong || self.lexicon.is_common(key)
        }
    }

    fn words_after(&self) -> [u8; MAX_LETTERS + 1] {
        let mut after = [NONE; MAX_LETTERS + 1];
        set(&mut after, self.length, 0);
        for to in (1..=self.length).rev() {
            let words = at(&after, to).saturating_add(1);
            for from in to.saturating_sub(MAX_NEIGHBOUR)..to {
                if words < at(&after, from) && self.is_word(from, to) {
                    set(&mut after, from, words);
                }
            }
        }
        after
    }

    fn before(&self, place: usize) -> Option<u8> {
        Some(at(&self.before, place)).filter(|words| *words != NONE)
    }

    fn after(&self, place: usize) -> Option<u8> {
        Some(at(self.after.get_or_init(|| self.words_after()), place)).filter(|words| *words != NONE)
    }

    /// Whether the whole is nothing but known words.
    fn is_all_known(&self) -> bool {
        self.before(self.length).is_some()
    }

    /// Where a row of known words from the beginning may end, the beginning itself first.
    fn ends(&self) -> impl Iterator<Item = usize> {
        (0..=self.length).filter(|place| self.before(*place).is_some())
    }

    /// Where a row of known words to the end may start, the end itself first.
    fn starts(&self) -> impl Iterator<Item = usize> {
        (0..=self.length).rev().filter(|place| self.after(*place).is_some())
    }

    /// Whether what is left and right of a stretch are words, or nothing, or a letter or two; and the whole is not more
    /// simply read as words alone.
    fn allow(&self, start: usize, stop: usize) -> bool {
        let (left, right) = (self.before(start), self.after(stop));
        if let (Some(left), Some(right)) = (left, right) {
            return self.before(self.length).is_none_or(|words| left + right < words);
        }
        !self.is_all_known()
            && stop - start > 4
            && (left.is_some() || start < 3)
            && (right.is_some() || self.length - stop < 3)
    }
}

fn at<T: Copy + Default>(places: &[T], place: usize) -> T {
    places.get(place).copied().unwrap_or_default()
}

fn set<T>(places: &mut [T], place: usize, value: T) {
    if let Some(held) = places.get_mut(place) {
        *held = value;
    }
}
