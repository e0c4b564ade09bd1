//! Recognising a text that somebody has posted before.

use sha2::{Digest, Sha256};

use super::normalise::normalise;

/// A number that two texts share when they say the same in other clothes: case, spacing, punctuation, look-alikes.
///
/// Digits count as digits here, since "3 goals" and "e goals" are not the same news. A text without a letter or digit,
/// as of emoji alone, is taken as it stands.
#[must_use]
pub fn text_fingerprint(text: &str) -> u64 {
    let words = normalise(text).plain_words();
    if words.is_empty() { first_bytes(text.trim().as_bytes()) } else { first_bytes(&words) }
}

fn first_bytes(text: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_other_clothes_have_one_fingerprint() {
        let first = text_fingerprint("The council has lost the plot.");
        assert_eq!(first, text_fingerprint("  the COUNCIL\u{200b} has lost\nthe рlot!!!"));
        assert_ne!(first, text_fingerprint("The council has lost the plots."));
        assert_ne!(text_fingerprint("We won 3 to 0"), text_fingerprint("We won e to o"));
    }

    #[test]
    fn texts_without_words_are_told_apart() {
        assert_ne!(text_fingerprint("👍"), text_fingerprint("👎"));
        assert_eq!(text_fingerprint(" 👍"), text_fingerprint("👍\n"));
    }
}
