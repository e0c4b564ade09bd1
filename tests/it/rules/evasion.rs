//! How much abuse the shipped list sees through which disguise: floors, so that no change makes it blinder unnoticed.

use belowline::rules::{Outcome, RuleSet, Verdict, evaluate};

use super::disguise::{Disguise, LETTERS, PLAIN};
use super::{facts, shipped};

/// Words that no newspaper publishes unseen, chosen without a look at the list.
const WORDS: &str = "fuck fucking fucker fucked motherfucker cunt cunts shit shitty bullshit shithead bitch bitches bastard \
    bastards asshole assholes arsehole arseholes wanker wankers twat twats dickhead dickheads prick pricks tosser tossers \
    bollocks bellend knobhead cocksucker slut sluts whore whores slag nigger niggers nigga paki pakis faggot faggots chink \
    chinks spastic retard retarded tranny trannies kike kikes gook wetback pikey pikeys raghead towelhead dyke poofter mong \
    moron imbecile cretin scumbag fuckwit fuckhead dumbass jackass pussy douchebag blowjob dildo paedo skank gobshite shite \
    bawbag halfwit lowlife subhuman golliwog dipshit horseshit arsewipe asswipe dickface fuckface lesbo shemale libtard";

const FRAMES: [(&str, &str); 6] = [
    ("you are such a ", " and everyone knows it"),
    ("what a load of ", " from the council again"),
    ("He is a complete ", ", and always was."),
    ("typical ", " writing in this paper"),
    ("these ", " people should be ashamed"),
    ("go away ", " nobody wants you here"),
];

#[derive(Default)]
struct Tally {
    tried: usize,
    caught: usize,
    marked: usize,
    missed: Vec<String>,
}

impl Tally {
    fn count(&mut self, rules: &RuleSet, hidden: &str, n: usize) {
        let (before, after) = FRAMES[n % FRAMES.len()];
        let verdict = evaluate(rules, &facts(&format!("{before}{hidden}{after}")));
        self.tried += 1;
        if verdict.outcome == Outcome::Publish {
            self.missed.push(hidden.to_owned());
            return;
        }
        self.caught += 1;
        self.marked += usize::from(marks_half(&verdict, before.len(), before.len() + hidden.len()));
    }

    #[track_caller]
    fn assert(&self, what: &str, floor: usize) {
        let percent = self.caught * 100 / self.tried.max(1);
        println!("{what}: {percent} % of {}, not {:?}", self.tried, self.missed);
        assert!(self.tried > 40, "{what}: too few");
        assert!(self.caught * 100 >= floor * self.tried, "{what}: {percent} %, without {:?}", self.missed);
        assert!(self.marked * 100 >= 90 * self.caught, "{what}: {} of {} marked", self.marked, self.caught);
    }
}

fn marks_half(verdict: &Verdict, start: usize, end: usize) -> bool {
    let spans = verdict.findings.iter().flat_map(|finding| &finding.spans);
    spans.map(|span| span.end.min(end).saturating_sub(span.start.max(start))).any(|common| common * 2 >= end - start)
}

fn words() -> impl Iterator<Item = (usize, &'static str)> {
    WORDS.split_whitespace().enumerate()
}

fn tally(rules: &RuleSet, disguise: Disguise) -> Tally {
    let mut tally = Tally::default();
    for (at, word) in words() {
        for n in [at, at * 7 + 3] {
            if let Some(hidden) = disguise(word, n) {
                tally.count(rules, &hidden, at + n);
            }
        }
    }
    tally
}

#[test]
fn strong_words_are_not_published() {
    let rules = shipped();
    tally(&rules, |word, _| Some(word.to_owned())).assert("undisguised", 98);
}

#[test]
fn every_disguise_alone_is_seen_through() {
    let rules = shipped();
    for (name, disguise) in PLAIN {
        tally(&rules, disguise).assert(name, 95);
    }
    for (name, disguise, floor) in LETTERS {
        tally(&rules, disguise).assert(name, floor);
    }
}

#[test]
fn two_disguises_at_once_are_seen_through() {
    let rules = shipped();
    let mut all = Tally::default();
    let first = LETTERS.iter().take(3).map(|(_, disguise, _)| *disguise).chain([PLAIN[17].1, PLAIN[1].1]);
    for (which, first) in first.enumerate() {
        for (at, word) in words() {
            let second = PLAIN[(at * 5 + which) % PLAIN.len()].1;
            if let Some(hidden) = first(word, at).and_then(|hidden| second(&hidden, at)) {
                all.count(&rules, &hidden, at);
            }
        }
    }
    all.assert("two at once", 90);
}

#[test]
fn threats_and_phrases_are_seen_through_too() {
    let rules = shipped();
    for text in [
        "I will k1ll you",
        "go and k.i.l.l yourself",
        "kiII yourself",
        "kill yoursellllf now",
        "killyourself",
        "i know wh3re you l1ve",
        "you are a was te of space",
        "go back to where you c@me from",
        "fuсk оff",
        "f u c k   y o u",
        "send them аll back",
        "what a fuckfuck you are",
        "a wankerwanker if ever there was",
        "total $h!+ again",
        "he is a cun+",
        "you <twat>",
        "you [cunt] of a man",
        "<!-- wankers --> the lot",
    ] {
        let verdict = evaluate(&rules, &facts(text));
        assert_ne!(verdict.outcome, Outcome::Publish, "{text}");
    }
}

#[test]
fn a_text_full_of_disguises_is_held_and_what_stands_plainly_in_it_is_found_to_its_end() {
    let rules = shipped();
    let flood = "phuck shyte kunt ".repeat(200);
    let text = format!("{flood}you wanker");
    let verdict = evaluate(&rules, &facts(&text));
    assert_ne!(verdict.outcome, Outcome::Publish);
    let marked = |end: usize| verdict.findings.iter().flat_map(|finding| &finding.spans).any(|span| span.end == end);
    assert!(marked("phuck".len()) && marked(text.len()));
}
