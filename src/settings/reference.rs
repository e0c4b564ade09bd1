//! The settings in words: what is in force, and `docs/settings.md`.

use std::fmt::Write as _;

use super::load::{variable, variable_of_file};
use super::sections::{InForce, KEYS, SECTIONS};

/// What is in force as a settings file; keys without a value are written as comments.
pub(super) fn show(in_force: &[InForce]) -> String {
    let mut text = String::new();
    for (section, _) in SECTIONS {
        let separator = if text.is_empty() { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{separator}[{section}]");
        for InForce { key, toml, origin } in in_force.iter().filter(|it| it.key.section == *section) {
            let _ = match toml {
                Some(toml) => writeln!(text, "{} = {toml} # {origin}", key.name),
                None => writeln!(text, "# {} is not set", key.name),
            };
        }
    }
    text
}

/// `docs/settings.md`: every setting with its help, default and names.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         A value comes from the default, then the settings file (TOML), then the environment, then the command line; \
         the later wins.\nWhatever is wrong is reported at once, and an unknown key is wrong. `belowline settings show` \
         prints what is in force, each value with where it came from.\n\n\
         In the environment a list is separated by commas. A secret may also lie in a file of its own, named by the \
         variable that ends in `_FILE`.\nThis page is made from the table in `src/settings/sections.rs`.\n",
    );
    for (section, help) in SECTIONS {
        let _ = write!(text, "\n## `[{section}]`\n\n{}\n", paragraph(help));
        for key in KEYS.iter().filter(|key| key.section == *section) {
            let _ = write!(text, "\n### `{}`\n\n{}\n\n", key.dotted, paragraph(key.help));
            let bounds = key.bounds.map_or(String::new(), |(least, most)| format!(", {least} to {most}"));
            let _ = writeln!(text, "- What: {}{bounds}", key.kind);
            let _ = match (key.default_toml)(key.default) {
                Some(default) => writeln!(text, "- Default: `{default}`"),
                None => writeln!(text, "- Default: none"),
            };
            let _ = match key.is_secret {
                true => writeln!(text, "- Environment: `{}` or `{}`", variable(key), variable_of_file(key)),
                false => writeln!(text, "- Environment: `{}`", variable(key)),
            };
        }
    }
    text
}

fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_about_settings_is_true() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == reference(), "docs/settings.md is stale: run UPDATE_DOCS=1 cargo test --lib settings");
    }
}
