//! Where a password comes from: a file, standard input, or chance.

use std::io::{BufRead as _, Read as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use crate::kernel::Ids;

/// The most bytes that are read for a password: far more than one may have.
const MAX_BYTES: u64 = 64 * 1024;

/// Thirty-two letters and digits that nobody mistakes for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// Where the password comes from. Unless told, one is drawn and shown once.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct PasswordFrom {
    /// Read the password from the first line of this file.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// A password, and whether we drew it.
pub(super) struct Given {
    pub(super) text: Zeroizing<String>,
    pub(super) is_drawn: bool,
}

impl PasswordFrom {
    pub(super) fn read(&self, ids: &Ids) -> anyhow::Result<Given> {
        let text = if let Some(path) = &self.password_file {
            let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            first_line(file).with_context(|| format!("{} cannot be read", path.display()))?
        } else if self.password_stdin {
            first_line(std::io::stdin().lock()).context("standard input cannot be read")?
        } else {
            return Ok(Given { text: drawn(ids), is_drawn: true });
        };
        if text.is_empty() {
            bail!("the password is empty: its first line has nothing in it");
        }
        Ok(Given { text, is_drawn: false })
    }
}

fn first_line(source: impl std::io::Read) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    std::io::BufReader::new(source.take(MAX_BYTES)).read_line(&mut line).context("it is not UTF-8")?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

/// Twenty-four letters of five random bits each, in groups that can be read aloud.
fn drawn(ids: &Ids) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 24]);
    ids.fill(bytes.as_mut());
    let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    let mut text = Zeroizing::new(String::with_capacity(29));
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % 6 == 0 {
            text.push('.');
        }
        text.push(char::from(*letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Policy;

    #[test]
    fn a_drawn_password_is_one_that_may_be_chosen() {
        for seed in 0..200 {
            let text = drawn(&Ids::seeded(seed));
            assert_eq!(text.chars().count(), 27);
            let policy = Policy { min_chars: 15, has_second_factor: false, known: &["Harbour Post"] };
            assert!(policy.check(&text).is_ok(), "{}", *text);
        }
    }

    #[test]
    fn only_the_end_of_the_line_is_left_out() {
        assert_eq!(*first_line(" spaces count \r\nnext".as_bytes()).unwrap(), " spaces count ");
        assert_eq!(*first_line("".as_bytes()).unwrap(), "");
        assert!(first_line(&[0xff, 0xfe][..]).is_err());
    }
}
