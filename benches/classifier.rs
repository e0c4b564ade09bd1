//! How long the classifier takes for a comment: `cargo bench --bench classifier`.

use belowline::rules::classifier::Classifier;

/// A comment of about 500 characters, as people write them; cut or repeated to the length asked for.
const COMMENT: &str = "I have lived on this street for thirty years and I've never seen the council repair a single \
pothole before an election, have you?? Now they want another two million for a bridge that nobody asked for! The \
last one took four years, closed half the shops on the quay and still shakes when a lorry goes over it. If the people \
in charge had to drive to work here every morning, like the rest of us, we would have had decent roads by now. Utterly \
useless, the lot of them, and I'd say so to their faces. See www.example.com/roads for pictures.";

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 500, 2_000, 10_000])]
fn score(bencher: divan::Bencher<'_, '_>, chars: usize) {
    let classifier = Classifier::shipped();
    let text: String = COMMENT.chars().cycle().take(chars).collect();
    bencher.counter(divan::counter::CharsCount::new(chars)).bench(|| classifier.score(divan::black_box(&text)));
}

#[divan::bench]
fn explain(bencher: divan::Bencher<'_, '_>) {
    let classifier = Classifier::shipped();
    let text: String = COMMENT.chars().take(500).collect();
    bencher.bench(|| classifier.explain(divan::black_box(&text)));
}
