//! The `belowline` command: serve, and everything that whoever runs an installation does from a shell.
//!
//! Each command is a file: its arguments, one call of a use case, and what it says. What it did goes to standard
//! output, as words or as one JSON object; logs and complaints go to standard error. Passwords come from a file or from
//! standard input, never from arguments, which every user of the machine can read.

mod account;
mod audit;
mod ban;
mod classifier;
mod completions;
pub mod demo;
mod doctor;
mod global;
mod house_rules;
mod ladder;
mod migrate;
mod password;
mod report;
mod rules;
pub mod serve;
mod settings;
pub mod start;
mod story;
mod subscription;
mod title;
mod who;
mod word_list;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use global::Global;
pub use report::{Print, Report};

/// The comment section a newspaper can stand behind.
///
/// A settings file, the environment (BELOWLINE__SECTION__KEY) and flags say how Belowline runs, the later over the
/// earlier; `belowline settings show` prints what is in force and where each value came from.
#[derive(Debug, Parser)]
#[command(name = "belowline", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Example: to look around, with nothing to install beside it:\n  belowline demo\n\n\
    Example: to begin in earnest:\n  belowline title create harbour-post --name 'Harbour Post' \\\n    \
    --subscribe-url https://harbourpost.example/subscribe --contact editor@harbourpost.example\n  \
    belowline house-rules publish rules.toml --title harbour-post\n  \
    belowline account create --email mo@harbourpost.example --name 'Mo Hale' --role admin\n  belowline serve")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Demo(demo::DemoArgs),
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Title(title::Title),
    #[command(subcommand)]
    HouseRules(house_rules::HouseRules),
    #[command(subcommand)]
    WordList(word_list::WordList),
    #[command(subcommand)]
    Classifier(classifier::Classifier),
    #[command(subcommand)]
    Rules(rules::Rules),
    #[command(subcommand)]
    Story(story::Story),
    #[command(subcommand)]
    Account(account::Account),
    #[command(subcommand)]
    Subscription(subscription::Subscription),
    #[command(subcommand)]
    Ladder(ladder::Ladder),
    Ban(ban::Ban),
    Unban(ban::Unban),
    #[command(subcommand)]
    Audit(audit::Audit),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    Completions(completions::Completions),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("cannot start: {error}")),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => complain(&format!("{error:#}")),
    }
}

fn complain(what: &str) -> ExitCode {
    // With standard error gone the exit code has to say it alone.
    let _ = writeln!(std::io::stderr(), "belowline: {what}");
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let global = &cli.global;
    let report = match cli.command {
        Command::Serve(args) => return serve::run(global, &args).await,
        Command::Demo(args) => return demo::run(global, &args).await,
        Command::Doctor(_) => return doctor::run(global).await,
        Command::Completions(args) => return completions::run(&args),
        Command::Rules(args) => return rules::run(global, &args).await,
        Command::Subscription(args) => return subscription::run(global, args).await,
        Command::Migrate(_) => migrate::run(global).await?,
        Command::Title(args) => title::run(global, args).await?,
        Command::HouseRules(args) => house_rules::run(global, &args).await?,
        Command::WordList(args) => word_list::run(global, &args).await?,
        Command::Classifier(args) => classifier::run(global, &args).await?,
        Command::Story(args) => story::run(global, args).await?,
        Command::Account(args) => account::run(global, args).await?,
        Command::Ladder(args) => ladder::run(global, &args).await?,
        Command::Ban(args) => ban::run(global, args).await?,
        Command::Unban(args) => ban::unban(global, &args).await?,
        Command::Audit(args) => audit::run(global, &args).await?,
        Command::Settings(args) => settings::run(global, &args).await?,
    };
    report.print(global.print)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself_with_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no description");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path} does not explain {}", argument.get_id());
            }
            let children: Vec<_> = command.get_subcommands().filter(|child| child.get_name() != "help").collect();
            if children.is_empty() {
                let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                let call = format!("belowline{}", path.trim_start_matches(" belowline"));
                assert!(example.contains(&call), "{path} has no example that calls it: {example}");
            }
            for child in children {
                check(child, &path);
            }
        }
        check(&Cli::command(), "");
    }
}
