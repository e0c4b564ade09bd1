//! A labelled comment to train on or to measure with, as one line of a collection says it.

use serde::Deserialize;

/// What a collection's label 0 promises.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Label 1 is toxic; label 0 was judged not to be.
    Toxicity,
    /// Label 1 is offensive; label 0 was judged not to be.
    Offence,
    /// Label 1 is hateful; label 0 is not, and may be rude all the same.
    Hate,
    /// Label 1 is sexist; label 0 is not, and may be rude all the same.
    Sexism,
    /// Label 1 is hostile or meant to provoke; label 0 was judged not to be.
    HostileOrAntagonise,
}

impl Scope {
    /// Whether label 0 says that a text is not abusive.
    #[must_use]
    pub fn judges_abuse(self) -> bool {
        !matches!(self, Self::Hate | Self::Sexism)
    }
}

/// One labelled comment.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// What was written.
    pub text: String,
    /// 1 or 0; `scope` says of what.
    pub label: u8,
    /// What kind of it, in the collection's own words.
    #[serde(default)]
    pub category: String,
    /// Which collection it is from.
    pub source: String,
    /// What the label means.
    pub scope: Scope,
}

/// One decision of a title's moderators.
#[derive(Clone, Debug, Deserialize)]
pub struct Decision {
    /// The comment.
    pub text: String,
    /// Whether it was removed.
    pub removed: bool,
}

/// Why a line cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no JSON object of the right shape.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// Its label is neither 0 nor 1.
    #[error("`label` is {0}, and only 0 and 1 mean something")]
    Label(u8),
}

impl Row {
    /// Reads a line of a collection.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let row: Self = serde_json::from_str(line)?;
        if row.label > 1 {
            return Err(LineError::Label(row.label));
        }
        Ok(row)
    }

    /// Whether label is 1.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.label == 1
    }
}

impl Decision {
    /// Reads a line of decisions.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        Ok(serde_json::from_str(line)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_its_label_means() {
        let row = Row::parse(r#"{"text":"hm","label":1,"source":"s","scope":"hostile-or-antagonise","more":0}"#);
        let row = row.expect("a row");
        assert!(row.is_positive() && row.scope.judges_abuse());
        assert!(!Scope::Sexism.judges_abuse());
    }

    #[test]
    fn a_line_that_cannot_be_used_says_why() {
        let say = |line| Row::parse(line).expect_err("a fault").to_string();
        assert!(say(r#"{"text":"hm","label":2,"source":"s","scope":"hate"}"#).contains("only 0 and 1"));
        assert!(say(r#"{"label":1,"source":"s","scope":"hate"}"#).contains("text"));
        assert!(say(r#"{"text":"hm","label":1,"source":"s","scope":"joy"}"#).contains("joy"));
        assert!(Decision::parse(r#"{"text":"hm","removed":1}"#).is_err());
    }
}
