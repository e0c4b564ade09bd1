//! Reading the keys of a TOML table, with a complaint for each that is missing, strange or of another type.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rules::language::{Complaint, ComplaintCode, nearest};

/// A table while it is read.
pub(super) struct Table<'t, 'c> {
    pub(super) table: &'t DeTable<'t>,
    /// What a complaint about the table itself is about.
    pub(super) header: Range<usize>,
    pub(super) complaints: &'c mut Vec<Complaint>,
}

/// A value and where it is written.
pub(super) type Found<T> = (T, Range<usize>);

impl<'t> Table<'t, '_> {
    pub(super) fn complain(&mut self, code: ComplaintCode, span: &Range<usize>, message: String, hint: Option<String>) {
        self.complaints.push(Complaint { code, message, span: span.clone(), hint });
    }

    /// Complains about every key that is not in `known`.
    pub(super) fn only(&mut self, known: &[&str]) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let hint = nearest(name, known.iter().copied()).map_or_else(
                    || format!("there are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.complain(
                    ComplaintCode::UnknownKey,
                    &key.span(),
                    format!("`{name}` means nothing here"),
                    Some(hint),
                );
            }
        }
    }

    /// The value at `key`, whatever it is.
    pub(super) fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Complains that `key` is not there.
    pub(super) fn missing(&mut self, key: &str, hint: &str) {
        let header = self.header.clone();
        self.complain(ComplaintCode::MissingKey, &header, format!("`{key}` is missing"), Some(hint.to_owned()));
    }

    /// The text at `key`, of at most `max` characters; `None` when there is none, with a complaint when it is wrong.
    pub(super) fn text(&mut self, key: &str, max: usize) -> Option<Found<String>> {
        let value = self.value(key)?;
        let span = value.span();
        let Some(text) = value.get_ref().as_str().map(str::to_owned) else {
            self.wrong_type(key, "a text", &span);
            return None;
        };
        if text.chars().nth(max).is_some() {
            self.complain(ComplaintCode::BadValue, &span, format!("`{key}` has more than {max} characters"), None);
            return None;
        }
        if text.contains('\0') {
            self.complain(ComplaintCode::BadValue, &span, format!("`{key}` holds the character U+0000"), None);
            return None;
        }
        Some((text, span))
    }

    /// The text at `key`, read as a `T`; `what` says what it must be.
    pub(super) fn parsed<T: std::str::FromStr>(&mut self, key: &str, what: &str) -> Option<Found<T>> {
        let (text, span) = self.text(key, 200)?;
        let Ok(parsed) = text.parse() else {
            self.complain(ComplaintCode::BadValue, &span, format!("`{text}` is not {what}"), None);
            return None;
        };
        Some((parsed, span))
    }

    /// The whole number at `key`, within `bounds`.
    pub(super) fn number(&mut self, key: &str, bounds: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let value = self.value(key)?;
        let span = value.span();
        let Some(number) = whole(value.get_ref()) else {
            self.wrong_type(key, "a whole number", &span);
            return None;
        };
        if !bounds.contains(&number) {
            let message = format!("`{key}` is a number from {} to {}", bounds.start(), bounds.end());
            self.complain(ComplaintCode::BadValue, &span, message, None);
            return None;
        }
        Some(number)
    }

    /// A moment, written as TOML writes it or as a text.
    pub(super) fn moment(&mut self, key: &str) -> Option<crate::kernel::Timestamp> {
        let value = self.value(key)?;
        let span = value.span();
        let written = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Datetime(moment) => Some(moment.to_string()),
            _ => None,
        };
        let parsed = written.as_deref().and_then(|written| written.parse().ok());
        if parsed.is_none() {
            let hint = "write it as in `2026-09-01T00:00:00Z`".to_owned();
            self.complain(ComplaintCode::BadValue, &span, format!("`{key}` is not a moment"), Some(hint));
        }
        parsed
    }

    pub(super) fn wrong_type(&mut self, key: &str, what: &str, span: &Range<usize>) {
        self.complain(ComplaintCode::BadValue, span, format!("`{key}` must be {what}"), None);
    }
}

/// The whole number that a value is.
pub(super) fn whole(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

/// The number that a value is, whole or not.
pub(super) fn fraction(value: &DeValue<'_>) -> Option<f64> {
    let written = value.as_float().map(|number| number.as_str().replace('_', ""));
    match written {
        Some(written) => written.parse::<f64>().ok().filter(|number| number.is_finite()),
        None => whole(value).and_then(|number| number.to_string().parse().ok()),
    }
}
