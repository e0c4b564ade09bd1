//! Which language a text is written in. It costs more than everything else that is read from a text, so it is asked
//! only when a rule gets as far as needing it, and of the text's beginning.

use whatlang::{Detector, Lang};

use super::reading::is_quoted;

/// How many characters are looked at: more change the answer rarely and cost in proportion.
const MAX_CHARS: usize = 160;

/// Fewer letters than these are no evidence.
const MIN_LETTERS: usize = 24;

/// The languages that are told apart, with their codes in ISO 639-1.
const LANGUAGES: [(Lang, &str); 20] = [
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Por, "pt"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Ron, "ro"),
    (Lang::Lit, "lt"),
    (Lang::Tur, "tr"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Ara, "ar"),
    (Lang::Urd, "ur"),
    (Lang::Hin, "hi"),
    (Lang::Ben, "bn"),
    (Lang::Pan, "pa"),
    (Lang::Cmn, "zh"),
    (Lang::Ell, "el"),
];

/// What is answered when nothing can be told.
pub(super) const UNDETERMINED: &str = "und";

/// The language of `text` by its code in ISO 639-1, or `und` when it is too short or too mixed to tell.
pub(super) fn language_of(text: &str) -> &'static str {
    let own: String = text
        .lines()
        .filter(|line| !is_quoted(line))
        .flat_map(|line| line.split_whitespace().filter(|word| !word.contains("://")))
        .flat_map(|word| word.chars().chain([' ']))
        .take(MAX_CHARS)
        .collect();
    if own.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return UNDETERMINED;
    }
    let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect());
    let found = detector.detect(&own).filter(|info| info.confidence() > 0.1).map(|info| info.lang());
    found.and_then(|found| LANGUAGES.iter().find(|(lang, _)| *lang == found)).map_or(UNDETERMINED, |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_tells_the_language_and_quotes_do_not() {
        assert_eq!(language_of("Nobody asked the people who live by the harbour what they wanted."), "en");
        assert_eq!(language_of("Personne n'a demandé aux habitants du port ce qu'ils voulaient."), "fr");
        assert_eq!(language_of("Никто не спросил жителей, чего они хотят на самом деле."), "ru");
        assert_eq!(language_of("> Personne n'a demandé aux habitants du port ce qu'ils voulaient."), UNDETERMINED);
        assert_eq!(language_of("Aye, right!"), UNDETERMINED);
    }
}
