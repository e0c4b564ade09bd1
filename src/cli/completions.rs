//! `belowline completions`: what a shell needs to complete our commands.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print what a shell needs to complete these commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline completions bash > /etc/bash_completion.d/belowline")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Completions) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "belowline", &mut script);
    super::Report::new(String::from_utf8(script)?, serde_json::Value::Null).print(super::Print::Text)?;
    Ok(ExitCode::SUCCESS)
}
