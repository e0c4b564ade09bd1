//! What benchmarks judge by: comments as readers write them, a list of any length, and two hundred rules.

use std::fmt::Write as _;

use belowline::rules::{Severity, WordListEntry, WordListSource};

/// Comments of about five hundred characters: plain, angry, quoting, shouting, with links and with a disguised word.
pub(crate) const COMMENTS: [&str; 8] = [
    "The council says the ferry will run again by Easter, but we heard that last year too, and the year before. I don't \
     blame the crew: they do what they can with a boat from 1987. What I'd like to know is why Mr Henderson's committee \
     spent £2.3m on a new terminal (which nobody asked for!) when the old one only needed a roof... My neighbour, who has \
     to get to the hospital in Oban twice a week, now drives 140 miles each way. Is that \"value for money\"? Perhaps \
     somebody could ask the minister. Rant over, sorry.",
    "I have read the whole report, which is more than can be said for the council, and nowhere does it say that the harbour \
     wall is safe. It says \"no immediate concern\", twice, and then lists eleven places where the stone has moved. See \
     https://harbour.example/report.pdf, page 40! My father worked on that wall for thirty years; he would have told them \
     for NOTHING what they paid a consultant to leave out. When will somebody ask who decided this, and why the meeting was \
     held on a Tuesday morning?? We all know the answer.",
    "As somebody who actually lives on Essex Road I can tell you that the new crossing has made things worse, not better. \
     Cars queue back to the school gate from eight, the buses cannot get out of the stop, and yesterday an ambulance stood \
     there for four minutes with its lights on. The councillor who wanted it lives three miles away and has a drive. I wrote \
     to him in March, and in May, and again last week: not a word. Meanwhile the old lady opposite has given up going to the \
     shops altogether. Well done, everybody.",
    "What a load of rubbish. The writer has clearly never run a business in her life, or she would know that you cannot pay \
     people with money you do not have. We closed two of our three cafés since the rates went up, twenty-six jobs gone, and \
     I am supposed to be grateful for a \"recovery fund\" that takes nine months to answer a form? You lot in the capital \
     have no idea, none at all. Come up here for a week and try it, then write your clever columns about how small firms \
     should \"adapt\". Absolute joke of a paper sometimes.",
    "Lovely piece, thank you. I remember the Penistone line before they took the second track out: two trains an hour, a \
     buffet at Barnsley, and a stationmaster who knew every child by name. My grandad fired on it in the fifties, mostly \
     coal, some milk, and once a circus with an elephant that would not go through the tunnel. It would cost a fraction of \
     the big schemes to put it back, and people would use it, because the road over the top is shut by snow every winter. \
     Does anybody have photographs of the old signal box at Silkstone? I would love to see them.",
    "SO THE POLICE KNEW FOR SIX WEEKS AND DID NOTHING!!! Six weeks. Three people were shot in broad daylight, a boy was \
     killed outside his own school, and we are told that \"lessons will be learned\". They said that after the bombing, they \
     said it after the stabbings at the fair, and they will say it next time. Who resigns? Nobody. Who is even named in this \
     report? Nobody. I do not want a statement, I want somebody to stand up and say that was my decision and it was wrong. \
     Until then spare me the flowers and the candles, thanks very much indeed.",
    "You are a f.u.c.k.i.n.g disgrace, the lot of you, and so is whoever let this article through. Every word of it is what \
     the developer wanted to read. Did nobody think of ringing one single tenant? I would have talked to you, so would half \
     of the second floor: no lift since August, black mould in the baby's room, and a service charge that went up by a third. \
     But no, four quotes from the chairman and a nice picture of a roof garden that none of us has a key to. I have paid for \
     this paper for eleven years, and I am this close to stopping it. Shame on you.",
    "Bonjour à tous, as we say on this side of the water. A small correction to the article: the bridge was not \"abandoned\" \
     in 1998, it was handed over (see www.bridges.example and https://archive.example/1998/bridge?id=77) to the two councils, \
     who then argued for 22 years about who should paint it. I sat on the committee for five of those years, so I should \
     know. The steel is fine. The bearings are not: number 3 and number 7 have been seized since at least 2011, and that is \
     what closes it in hot weather. 👍 for the engineers who finally put that into writing. More soon.",
];

/// A list of `count` words that nobody ever wrote.
pub(crate) fn long_list(count: usize) -> WordListSource {
    let entries = (0..count).map(|number| WordListEntry::new(invented(number), Severity::Strong)).collect();
    WordListSource { version: 1, entries }
}

/// A word of four syllables.
pub(crate) fn invented(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ke", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "hu", "wa"];
    let number = number * 5 + 4_099;
    (0..4).filter_map(|place| SYLLABLES.get((number >> (4 * place)) % 16)).copied().collect()
}

/// Two hundred conditions as editors write them, over and over with other numbers.
pub(crate) fn conditions() -> Vec<String> {
    (0..200)
        .map(|n| match n % 10 {
            0 => format!("text.links > {} && author.published < {}", n % 4 + 1, n + 1),
            1 => format!("text.capitals > 0.{} && text.length > {}", n % 9 + 1, 600 + n),
            2 => format!("author.days_subscribed < {} && (text.links > {} || list.worst >= 2)", n + 1, n % 3),
            3 => format!("velocity.in_10_minutes >= {} || velocity.in_hour > {}", n % 5 + 3, n + 10),
            4 => format!("story.section in [\"Courts\", \"Section {n}\"] && classifier.abusive > 0.{}", n % 9 + 1),
            5 => format!("classifier.hateful > 0.{} && !author.is_staff && author.strikes >= {}", n % 9 + 1, n + 1),
            6 => format!("\"clause-{n}\" in list.clauses && list.hits > {}", n % 4),
            7 => format!("text.hosts.exists(host, host == \"host{n}.example\") || text.emoji > {n}"),
            8 => {
                format!("similar.others_count > {} && similar.others_best > 0.9 && text.words > {n}", n % 5 + 1)
            }
            _ => format!("author.removed * 4 > author.published + {n} || text.punctuation_run > {}", n % 5 + 4),
        })
        .collect()
}

/// The same as a file, each a draft under `clause`.
pub(crate) fn rule_file(clause: &str) -> String {
    let mut file = String::new();
    for (number, when) in conditions().iter().enumerate() {
        let _ = write!(
            file,
            "[[rule]]\nid = \"rule-{number}\"\nclause = \"{clause}\"\nwhen = '''{when}'''\nthen = \"hold\"\nmode = \"draft\"\n\n"
        );
    }
    file
}
