//! `belowline doctor`: is everything as it should be, and what to do where it is not.

mod database;
mod machine;

use std::process::ExitCode;

use serde_json::json;

use super::{Global, Report, start};
use crate::settings::{Faults, Settings};

/// Check settings, keys, database, clock, disk and mail, and say what to do.
///
/// Changes nothing. Exits with 1 when something stops Belowline from working; what only wants a look is marked with
/// an exclamation mark.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline doctor --settings /etc/belowline.toml")]
pub(super) struct Doctor {}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Fine,
    Look,
    Broken,
}

/// What was found of one thing.
#[derive(Clone, Debug)]
struct Finding {
    health: Health,
    what: &'static str,
    says: String,
    remedy: String,
}

/// Everything found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn fine(&mut self, what: &'static str, says: impl Into<String>) {
        self.add(Health::Fine, what, says, "");
    }

    fn look(&mut self, what: &'static str, says: impl Into<String>, remedy: impl Into<String>) {
        self.add(Health::Look, what, says, remedy);
    }

    fn broken(&mut self, what: &'static str, says: impl Into<String>, remedy: impl Into<String>) {
        self.add(Health::Broken, what, says, remedy);
    }

    fn add(&mut self, health: Health, what: &'static str, says: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Finding { health, what, says: says.into(), remedy: remedy.into() });
    }

    fn faults(&mut self, faults: &Faults) {
        for fault in &faults.0 {
            let place = if fault.key.is_empty() {
                fault.origin.to_string()
            } else {
                format!("{} ({})", fault.key, fault.origin)
            };
            self.broken("settings", format!("{place}: {}", fault.what), fault.remedy.clone());
        }
    }

    fn is_healthy(&self) -> bool {
        self.0.iter().all(|finding| finding.health != Health::Broken)
    }

    fn report(&self) -> Report {
        let mut lines = Vec::new();
        for finding in &self.0 {
            let mark = match finding.health {
                Health::Fine => '✓',
                Health::Look => '!',
                Health::Broken => '✗',
            };
            lines.push(format!("{mark} {}: {}", finding.what, finding.says));
            if !finding.remedy.is_empty() {
                lines.push(format!("    → {}", finding.remedy));
            }
        }
        let checks: Vec<_> = self
            .0
            .iter()
            .map(|finding| {
                let status = match finding.health {
                    Health::Fine => "fine",
                    Health::Look => "look",
                    Health::Broken => "broken",
                };
                json!({ "what": finding.what, "status": status, "says": finding.says, "remedy": finding.remedy })
            })
            .collect();
        Report::new(lines.join("\n"), json!({ "healthy": self.is_healthy(), "checks": checks }))
    }
}

pub(super) async fn run(global: &Global) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    match global.load() {
        Ok(settings) => examine(&settings, &mut findings).await,
        Err(error) => match error.downcast_ref::<Faults>() {
            Some(faults) => findings.faults(faults),
            None => findings.broken("settings", format!("{error:#}"), "correct the command line"),
        },
    }
    findings.report().print(global.print)?;
    Ok(if findings.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn examine(settings: &Settings, findings: &mut Findings) {
    start::install_tls();
    match settings.check_for_serve() {
        Ok(()) => findings.fine("settings", format!("may serve {}", settings.public_url().as_str())),
        Err(faults) => findings.faults(&faults),
    }
    machine::check_secrets(settings, findings);
    machine::check_shared_secrets(settings, findings);
    database::check(settings, findings).await;
    machine::check_disk(settings, findings);
    machine::check_mail(settings, findings).await;
}
