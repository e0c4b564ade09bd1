//! Neutral words for groups of people: one sign to the classifier, so that naming a group is not held against anybody.
//!
//! No slurs: those say something. A word that is mostly used for other things (turkey, polish, scotch) stays as it is.

use std::sync::LazyLock;

use super::text::word_hash;

const NEUTRAL: &str = "
african africans american americans arab arabs arabic asian asians black blacks brown caucasian caucasians caribbean
chinese cuban cubans dutch english european europeans filipino filipinos french german germans greek greeks hispanic
hispanics indian indians indigenous irish italian italians jamaican jamaicans japanese korean koreans latin latina
latinas latino latinos latinx mexican mexicans moroccan moroccans nigerian nigerians pakistani pakistanis palestinian
palestinians polish puerto rican ricans romanian romanians roma romani russian russians scottish scot scots somali
somalis spanish swedish syrian syrians turkish turk turks ukrainian ukrainians vietnamese welsh white whites canadian
canadians british australian australians brazilian brazilians colombian colombians iranian iranians iraqi iraqis
israeli israelis lebanese aboriginal aborigine aborigines native natives eastern immigrant immigrants migrant
migrants refugee refugees foreigner foreigners asylum seeker seekers
atheist atheists buddhist buddhists catholic catholics christian christians hindu hindus islam islamic jew jews jewish
mormon mormons muslim muslims orthodox protestant protestants quaker quakers sikh sikhs taoist taoists judaism
christianity buddhism hinduism catholicism evangelical evangelicals
asexual bisexual bisexuals gay gays heterosexual heterosexuals homosexual homosexuals intersex lesbian lesbians lgbt
lgbtq lgbtqia nonbinary pansexual queer queers straight trans transgender transgenders transsexual transsexuals
transwoman transwomen transman transmen cisgender
boy boys female females girl girls lady ladies male males man men woman women feminist feminists
autistic blind deaf disabled disability dyslexic epileptic paralyzed paralysed paraplegic wheelchair
aged elderly middle millenial millennial millennials old older pensioner pensioners teen teenage teenager teenagers
teens young younger
";

#[derive(Debug)]
struct Words {
    /// A bit for each hash's low bits: most words are ruled out by it alone.
    filter: [u64; 128],
    hashes: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut hashes: Vec<u64> = NEUTRAL.split_whitespace().map(|word| word_hash(word.chars())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let mut filter = [0; 128];
    for hash in &hashes {
        let (at, bit) = place(*hash);
        if let Some(word) = filter.get_mut(at) {
            *word |= bit;
        }
    }
    Words { filter, hashes }
});

fn place(hash: u64) -> (usize, u64) {
    (usize::try_from((hash >> 6) & 127).unwrap_or_default(), 1 << (hash & 63))
}

fn is_listed(hash: u64) -> bool {
    let (at, bit) = place(hash);
    let may_be = WORDS.filter.get(at).is_some_and(|word| word & bit != 0);
    may_be && WORDS.hashes.binary_search(&hash).is_ok()
}

/// Whether a word is neutral, as it stands or before `'s`; `hash` is that of its characters.
pub(super) fn is_neutral(hash: u64, word: &[char]) -> bool {
    match word {
        [stem @ .., '\'', 's'] => is_listed(word_hash(stem.iter().copied())),
        _ => is_listed(hash),
    }
}

/// The groups of people that a text names by neutral words, lower case; words that stand together name one group.
#[must_use]
pub fn groups_named(text: &str) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    let mut goes_on = false;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        let is_group = is_listed(word_hash(word.chars()));
        match groups.last_mut() {
            Some(group) if is_group && goes_on => {
                group.push(' ');
                group.push_str(&word);
            }
            _ if is_group => groups.push(word),
            _ => {}
        }
        goes_on = is_group;
    }
    groups
}

/// The listed words, each once, as they are written.
#[cfg(test)]
pub(super) fn listed() -> impl Iterator<Item = &'static str> {
    NEUTRAL.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neutral(word: &str) -> bool {
        let chars: Vec<char> = word.chars().collect();
        is_neutral(word_hash(chars.iter().copied()), &chars)
    }

    #[test]
    fn every_listed_word_is_neutral_and_so_is_its_possessive() {
        for word in listed() {
            assert!(neutral(word), "{word}");
            assert!(neutral(&format!("{word}'s")), "{word}'s");
        }
    }

    #[test]
    fn a_group_is_named_by_words_that_stand_together() {
        assert_eq!(groups_named("Alex is Middle aged, and a Sikh."), ["middle aged", "sikh"]);
        assert!(groups_named("What a day!").is_empty());
    }

    #[test]
    fn other_words_are_themselves() {
        for word in ["dog", "idiot", "womanly", "whit", "", "'s"] {
            assert!(!neutral(word), "{word}");
        }
    }
}
