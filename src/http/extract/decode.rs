//! Percent-encoding, strictly: what browsers write and nothing else.

/// The text that `encoded` stands for, `+` as a space; nothing for a broken escape, other than UTF-8, or U+0000.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                high << 4 | low
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| crate::kernel::is_storable(text))
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The pairs of `name=value&…`, decoded, in order; a name without `=` has an empty value.
pub(super) fn pairs(encoded: &str) -> Option<Vec<(String, String)>> {
    let parts = encoded.split('&').filter(|_| !encoded.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_write_is_read_and_nothing_else_is() {
        assert_eq!(decode("a+b%20c%C3%A9").as_deref(), Some("a b cé"));
        for odd in ["%", "%4", "%zz", "%+1", "%C3", "%00", "\0"] {
            assert_eq!(decode(odd), None, "{odd}");
        }
        assert_eq!(pairs(""), Some(vec![]));
        assert_eq!(pairs("a=1=2&b").unwrap().len(), 2);
    }
}
