//! `belowline classifier`: the model that judges comments by their words and letters, made, measured and explained.

mod eval;
mod files;
mod learn;
mod show;
mod train;

use super::Report;

/// Train, measure and explain the classifier.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Classifier {
    Train(train::Train),
    Eval(eval::Eval),
    Show(show::Show),
    Learn(learn::Learn),
}

pub(super) fn run(command: &Classifier) -> anyhow::Result<Report> {
    match command {
        Classifier::Train(args) => train::run(args),
        Classifier::Eval(args) => eval::run(args),
        Classifier::Show(args) => show::run(args),
        Classifier::Learn(args) => learn::run(args),
    }
}
