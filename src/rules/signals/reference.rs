//! The catalogue in words: the table of signals in `docs/rules.md`.

use std::fmt::Write as _;

use super::catalogue::{Read, SIGNALS};

/// Every signal with its type, help, example and, where it is read from the text, a sample.
#[must_use]
pub fn reference() -> String {
    let mut text = String::new();
    let mut group = "";
    for signal in SIGNALS.iter() {
        let (own, _) = signal.name.split_once('.').unwrap_or((signal.name, ""));
        // Writing to a string cannot fail.
        if own != group {
            let _ = writeln!(text, "\n### `{own}.*`\n\n| signal | type | what it says | example |\n|---|---|---|---|");
            group = own;
        }
        let cell = |words: &str| words.replace('|', "\\|").replace('\n', " ");
        let is_text = matches!(signal.read, Read::Text(_) | Read::Late);
        let sample = signal
            .samples
            .iter()
            .find(|(sample, said)| is_text && !sample.contains('\n') && !["0", "[]"].contains(said));
        let sample = sample.map_or(String::new(), |(sample, said)| format!(" Of “{sample}” it says `{said}`."));
        let _ = writeln!(
            text,
            "| `{}` | {} ({}) | {} | `{}` |",
            signal.name,
            signal.kind,
            cell(signal.unit),
            cell(&format!("{}{sample}", signal.help)),
            cell(signal.example)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- made from the catalogue: UPDATE_DOCS=1 cargo test --lib signals -->\n";
    const END: &str = "\n<!-- end of what is made -->\n";

    #[test]
    fn the_table_of_signals_in_the_editors_guide_is_true() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let (before, rest) = guide.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        let fresh = format!("{before}{BEGIN}{}{END}{after}", reference());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &fresh).unwrap();
        }
        assert!(guide == fresh || std::env::var_os("UPDATE_DOCS").is_some(), "docs/rules.md is stale: {BEGIN}");
    }
}
