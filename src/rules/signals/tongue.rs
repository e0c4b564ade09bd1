//! Which language a text is written in, of the text's beginning and only when a rule gets as far as needing it.
//!
//! The little words tell it where one language has several and no other has half as many. Where they do not, and for
//! other scripts, runs of letters are compared, which costs more than everything else that is read from a text.

use std::collections::HashMap;
use std::sync::LazyLock;

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

/// Words that most sentences of a language have some of. What several languages have counts for each.
const LITTLE_WORDS: [(&str, &str); 11] = [
    (
        "en",
        "the of and to in is that it for was with on are you this have be not they at from his her but we what all there \
         would who will my so out about their if an has were been your more when which can by do how than them then only \
         also into could should or as had no he she its us did does i a",
    ),
    (
        "fr",
        "le la les de des du et un une est que qui dans pour pas sur au aux ce cette ces il elle nous vous je ne se sont \
         mais avec par plus ont sa son ses leur on ou où être fait tout comme même si bien sans en à",
    ),
    (
        "de",
        "der die das und ist nicht ein eine einen einem mit auf für von dem den des im zu sich auch es wir ich sie er war \
         wird sind haben hat aber wie so nach bei als noch nur was man oder kann schon mehr dass",
    ),
    (
        "es",
        "el la los las de que y en un una es por con para no se su del al lo más pero como ha son sus está este esta muy \
         ya hay todo sin sobre ni nos me si cuando porque",
    ),
    (
        "it",
        "il lo la i gli le di che e un una è per non con del della dei sono si da nel nella ma come più anche ha questo \
         questa ci mi se al alla tutto cosa perché",
    ),
    (
        "pt",
        "o a os as de que e um uma do da dos das em para não com por se no na nos mais mas foi como são seu sua isso ele \
         ela já está muito também ao",
    ),
    (
        "nl",
        "de het een en van is dat niet op te zijn voor met die er maar ook ik je we wat hij aan om dan nog wel naar bij \
         heeft deze geen door als in uit over",
    ),
    ("pl", "nie się jest na to że do w z i jak ale co po tak za ma są czy tylko o od jego jej przez już dla był było"),
    ("ro", "și de nu în la cu o un este pe care să din mai pentru sunt ce au dar că a se fi cum tot lui după"),
    ("lt", "ir kad yra ne su į tai bet iš kaip buvo per jau nuo o ar apie bei tik dar į mes jie"),
    ("tr", "ve bir bu için de da ne çok ile var gibi daha ama olarak değil ki en o mi her kadar sonra"),
];

/// How many little words there must be.
const MIN_LITTLE_WORDS: u32 = 3;

/// For each little word a bit for every language that has it, by its place in [`LITTLE_WORDS`].
static LANGUAGES_OF: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut languages: HashMap<&str, u16> = HashMap::new();
    for (place, (_, words)) in LITTLE_WORDS.iter().enumerate() {
        for word in words.split_ascii_whitespace() {
            *languages.entry(word).or_default() |= 1 << place;
        }
    }
    languages
});

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
    if let Some(code) = by_little_words(&own) {
        return code;
    }
    by_letters(&own)
}

/// The language whose runs of letters `text` is most like.
fn by_letters(text: &str) -> &'static str {
    let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect());
    let found = detector.detect(text).filter(|info| info.confidence() > 0.1).map(|info| info.lang());
    found.and_then(|found| LANGUAGES.iter().find(|(lang, _)| *lang == found)).map_or(UNDETERMINED, |(_, code)| code)
}

/// The language that `text` has enough little words of, and no other half as many.
fn by_little_words(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let mut counts = [0_u32; LITTLE_WORDS.len()];
    for word in lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let mut languages = LANGUAGES_OF.get(word).copied().unwrap_or(0);
        while languages != 0 {
            if let Some(count) = usize::try_from(languages.trailing_zeros()).ok().and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
            languages &= languages - 1;
        }
    }
    let (best, most) = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
    let is_alone = counts.iter().enumerate().all(|(at, count)| at == best || count * 2 < *most);
    LITTLE_WORDS.get(best).filter(|_| is_alone && *most >= MIN_LITTLE_WORDS).map(|(code, _)| *code)
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

    /// One sentence of each language that little words are known of.
    const SENTENCES: [(&str, &str); 11] = [
        ("en", "I would have thought that the people who decide about this had been to the harbour."),
        ("fr", "Il y a des gens dans cette ville qui ne sont pas contents de ce que le maire a fait."),
        ("de", "Ich glaube nicht, dass die Leute in der Stadt mit dem neuen Hafen und der Brücke zufrieden sind."),
        (
            "es",
            "No creo que los vecinos de la ciudad estén contentos con el puerto y lo que se ha hecho en las calles.",
        ),
        ("it", "Non credo che gli abitanti della città sono contenti di come il porto e la strada sono stati chiusi."),
        ("pt", "Não acho que os moradores da cidade estão contentes com o que foi feito no porto e na rua."),
        ("nl", "Ik denk niet dat de mensen in het dorp blij zijn met wat er van de haven is gemaakt."),
        ("pl", "Nie jest tak, że ludzie w mieście są zadowoleni z tego, co się stało na rynku i po drugiej stronie."),
        ("ro", "Nu cred că oamenii din oraș sunt mulțumiți de ce este în port și pe care nu l-au cerut pentru ei."),
        (
            "lt",
            "Nemanau, kad žmonės mieste yra patenkinti tuo, kas buvo padaryta, bet tai jau ne pirmas kartas ir ne tik čia.",
        ),
        ("tr", "Bu kadar çok insan için yeni bir liman var ama daha önce olduğu gibi değil ve bu bir sorun."),
    ];

    #[test]
    fn little_words_tell_what_runs_of_letters_tell() {
        for (code, sentence) in SENTENCES {
            assert_eq!(by_little_words(sentence), Some(code), "{sentence}");
            assert_eq!(by_letters(sentence), code, "{sentence}");
        }
    }

    #[test]
    fn a_mixture_and_words_without_grammar_are_left_to_the_letters() {
        for text in [
            "Nobody asked us, dans cette ville on ne nous a pas dit what they would do with the port.",
            "Harbour ferry timetable bridge lorries",
            "Никто не спросил жителей, чего они хотят на самом деле.",
        ] {
            assert_eq!(by_little_words(text), None, "{text}");
        }
    }
}
