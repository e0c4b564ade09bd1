//! A value as it was given: text from the environment and the command line, or a typed value from a file.

use toml::de::DeValue;

/// A value that nobody has understood yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    /// From the environment, the command line or the table of defaults.
    Text(&'a str),
    /// From a settings file.
    Toml(&'a DeValue<'a>),
}

/// Why a value cannot be used, and what could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Complaint {
    pub(super) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl<'a> Given<'a> {
    /// The text; a file must put it in quotes.
    pub(super) fn text(&self) -> Result<&'a str, Complaint> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Toml(value) => value.as_str().ok_or_else(|| mismatch(value, "write text in quotes, as in \"text\"")),
        }
    }

    /// The whole number; a file must not put it in quotes. Anything below 0 is no number to a setting.
    pub(super) fn number(&self) -> Result<u64, Complaint> {
        let digits = match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Toml(value) => {
                let number = value
                    .as_integer()
                    .filter(|number| number.radix() == 10)
                    .ok_or_else(|| mismatch(value, "write a whole number without quotes"))?;
                number.as_str().trim_start_matches('+').to_owned()
            }
        };
        digits.parse().map_err(|_| Complaint::new(format!("{digits:?} is not a whole number from 0"), "write digits"))
    }

    /// Yes or no.
    pub(super) fn truth(&self) -> Result<bool, Complaint> {
        const REMEDY: &str = "write true or false";
        match self {
            Self::Text("true") => Ok(true),
            Self::Text("false") => Ok(false),
            Self::Text(text) => Err(Complaint::new(format!("{text:?} is neither true nor false"), REMEDY)),
            Self::Toml(value) => value.as_bool().ok_or_else(|| mismatch(value, REMEDY)),
        }
    }

    /// The items: an array in a file, else separated by commas.
    pub(super) fn list(&self) -> Result<Vec<&'a str>, Complaint> {
        const REMEDY: &str = "write a list of texts, as in [\"one\", \"two\"]";
        match self {
            Self::Text(text) => Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()),
            Self::Toml(value) => value
                .as_array()
                .ok_or_else(|| mismatch(value, REMEDY))?
                .iter()
                .map(|item| item.get_ref().as_str().ok_or_else(|| mismatch(item.get_ref(), REMEDY)))
                .collect(),
        }
    }

    /// Whether nothing stands there, as when a container passes on a variable that it was not given.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Toml(value) => value.as_str() == Some(""),
        }
    }
}

fn mismatch(value: &DeValue<'_>, remedy: &str) -> Complaint {
    let kind = match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Complaint::new(format!("{kind} does not belong here"), remedy)
}
