//! What the commands judge by: a title's rules, or what Belowline comes with.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::unusable;
use crate::cli::Global;
use crate::cli::house_rules::read;
use crate::cli::start::{begin_logging, open};
use crate::kernel::{Actor, TitleId};
use crate::rulebook;
use crate::rules::classifier::Classifier;
use crate::rules::{RuleBook, RuleSet, rule_file};
use crate::titles;

/// Which rules to judge by.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct By {
    /// Judge by this title's lists and rules, as they stand in the database; unless told, by those that Belowline comes
    /// with.
    #[arg(long, value_name = "SHORT-NAME")]
    title: Option<TitleId>,
    /// Judge by the rules in this file, instead of the title's.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Judge by this classifier, as `belowline classifier learn` writes it.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
}

impl By {
    /// The title that was named.
    pub(super) const fn title(&self) -> Option<&TitleId> {
        self.title.as_ref()
    }

    /// The rules asked for, checked and compiled.
    pub(super) async fn rule_set(&self, global: &Global) -> anyhow::Result<RuleSet> {
        let mut rules = match &self.title {
            Some(title) => of_title(global, title).await?,
            None => rulebook::shipped().context("what Belowline comes with is damaged")?,
        };
        if let Some(path) = &self.model {
            let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let model = Classifier::from_bytes(&bytes).with_context(|| format!("{} is no model", path.display()))?;
            rules = rules.with_classifier(model);
        }
        if let Some(path) = &self.rules {
            let source = read(path)?;
            let book = rule_file::read(&source).map_err(|complaints| unusable(path, &source, &complaints))?;
            let book = RuleBook::compile(book, self.title.as_ref());
            let book = book.with_context(|| format!("{} has mistakes", path.display()))?;
            rules = rules.with_rules(book, &source);
        }
        Ok(rules)
    }
}

async fn of_title(global: &Global, title: &TitleId) -> anyhow::Result<RuleSet> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    let found = titles::find(&mut work.tx, title).await?;
    drop(work);
    if found.is_none() {
        bail!("there is no title `{title}`");
    }
    let rules = rulebook::rule_set_of(&app, title).await?;
    app.db.close().await;
    Ok(rules)
}
