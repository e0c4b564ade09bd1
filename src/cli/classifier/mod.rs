//! `belowline classifier`: the model that judges comments by their words and letters, made, measured and explained.

mod eval;
mod files;
mod learn;
mod show;
mod title;
mod train;

use super::{Global, Report};

/// Train, measure and explain the classifier.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Classifier {
    Train(train::Train),
    Eval(eval::Eval),
    Show(show::Show),
    Learn(learn::Learn),
    Report(title::ShowReport),
    Retrain(title::Retrain),
    Revert(title::Revert),
}

pub(super) async fn run(global: &Global, command: &Classifier) -> anyhow::Result<Report> {
    match command {
        Classifier::Train(args) => train::run(args),
        Classifier::Eval(args) => eval::run(args),
        Classifier::Show(args) => show::run(args),
        Classifier::Learn(args) => learn::run(args),
        Classifier::Report(args) => title::report(global, args).await,
        Classifier::Retrain(args) => title::retrain(global, args).await,
        Classifier::Revert(args) => title::revert(global, args).await,
    }
}
