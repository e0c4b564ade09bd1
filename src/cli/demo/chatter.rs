//! Generated comments for long threads: sentences put together by a seeded hand, so that every start says the same.

use crate::kernel::Ids;

const OPENINGS: [&str; 12] = [
    "I walked past this morning and",
    "My neighbour says that",
    "If you ask me,",
    "Not to be difficult, but",
    "For once I agree:",
    "I have lived here for thirty years and",
    "Somebody has to say it:",
    "As far as I can tell,",
    "Whatever the council thinks,",
    "Having read the plans twice,",
    "I may be wrong, yet",
    "The way I see it,",
];
const SUBJECTS: [&str; 14] = [
    "the ferry",
    "the old fish market",
    "the car park behind the chapel",
    "the bus to the hospital",
    "the sea wall",
    "the library",
    "the new roundabout",
    "the Saturday market",
    "the swimming pool",
    "the harbour office",
    "the footpath to the point",
    "the primary school roof",
    "the lifeboat house",
    "the bandstand",
];
const VERDICTS: [&str; 14] = [
    "needs more than a coat of paint",
    "has never worked on a Sunday",
    "would be missed by everyone under ten",
    "costs less than we are told",
    "costs a good deal more than we are told",
    "was better before they improved it",
    "could be saved by three people with a ladder",
    "ought to be open in the evening",
    "deserves a proper vote",
    "is the only reason that I still come into town",
    "makes no sense without a timetable",
    "should have been mended in the spring",
    "is somebody's livelihood and not a line in a table",
    "looks different from the other side of the water",
];
const ENDINGS: [&str; 12] = [
    "Who do we write to?",
    "I would pay for that.",
    "Has anybody asked the people who use it?",
    "That is all I ask.",
    "We said the same about the pier.",
    "I should like to see the figures.",
    "Prove me wrong.",
    "There, I have said it.",
    "Come and look at low tide.",
    "My grandchildren will ask us.",
    "It is not too late.",
    "Let us at least try.",
];
const REPLIES: [&str; 10] = [
    "That is a fair point, though",
    "I had not thought of that, but",
    "With respect, no:",
    "You are forgetting that",
    "Exactly, and",
    "I was there, and",
    "Perhaps so; still,",
    "Thank you for saying it:",
    "We tried that, and",
    "Half of that is right:",
];

fn pick<'a>(ids: &Ids, from: &[&'a str]) -> &'a str {
    let at = usize::try_from(ids.below(from.len() as u64)).unwrap_or(0);
    from.get(at).copied().unwrap_or_default()
}

/// One comment; `number` keeps any two of them apart.
pub(super) fn comment(ids: &Ids, is_reply: bool, number: usize) -> String {
    let opening = if is_reply { pick(ids, &REPLIES) } else { pick(ids, &OPENINGS) };
    let mut text = format!("{opening} {} {}.", pick(ids, &SUBJECTS), pick(ids, &VERDICTS));
    for _ in 0..ids.below(3) {
        let first = pick(ids, &SUBJECTS);
        let mut letters = first.chars();
        let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        text += &format!(" {capital}{} {}.", letters.as_str(), pick(ids, &VERDICTS));
    }
    text += &format!(" {} (That makes {} of us.)", pick(ids, &ENDINGS), number + 2);
    text
}
