//! `belowline rules explain`: one text, with the words underlined that rules saw.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::engine::By;
use super::judge::as_json;
use super::marked::underlined;
use crate::app::Work;
use crate::cli::start::open;
use crate::cli::{Global, Report};
use crate::kernel::{AccountId, Actor, Clock as _, Id as _, Proof, SessionId, SignedIn, StoryId, SystemClock, Words};
use crate::rules::{Facts, FaultCode, evaluate};
use crate::{accounts, comments, stories};

/// Judge one text and show what each rule saw in it.
///
/// Without --title no database is needed: it is judged by what Belowline comes with.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules explain \"What a f.u.c.k.i.n.g disgrace\"")]
pub(in crate::cli) struct Explain {
    /// The text.
    text: String,
    #[command(flatten)]
    by: By,
    /// As if this account wrote it: acct_…, or its e-mail address.
    #[arg(long, value_name = "ACCOUNT", requires = "title")]
    author: Option<String>,
    /// As if it were written on this story, stry_….
    #[arg(long, value_name = "STORY", requires = "title")]
    story: Option<StoryId>,
}

pub(super) async fn run(global: &Global, args: &Explain) -> anyhow::Result<Report> {
    let rules = args.by.rule_set(global).await?;
    let facts = facts_of(global, args).await?;
    let verdict = evaluate(&rules, &facts);
    let words = Words::british();
    let mut text = format!("Outcome: {}\n", verdict.outcome.as_str());
    if let Some(scores) = verdict.probabilities {
        let _ = writeln!(text, "Classifier: abusive {:.3}, hateful {:.3}", scores.abusive, scores.hateful);
    }
    for finding in &verdict.findings {
        let clause = finding.clause.as_ref().map(|clause| format!(", clause {clause}")).unwrap_or_default();
        let said = words.with(&finding.moderator_key(), &finding.arguments());
        let _ = writeln!(
            text,
            "\n{}@{} → {}{clause}, weight {}\n  {said}",
            finding.rule,
            finding.version,
            finding.outcome.as_str(),
            finding.weight
        );
        text += &underlined(&args.text, &finding.spans);
    }
    for fault in &verdict.faults {
        let _ = writeln!(text, "\n{} could not be evaluated: {:?}", fault.rule, fault.code);
    }
    if verdict.faults.iter().any(|fault| fault.code == FaultCode::MissingSignal) {
        text += "  What a rule asks is not known: tell who writes with --author, and where with --story.\n";
    }
    if verdict.findings.is_empty() && verdict.faults.is_empty() {
        text += "No rule saw anything.\n";
    }
    let _ = write!(text, "\nEngine {}, rules {}", verdict.engine_version, verdict.rule_set_version);
    for finding in &verdict.shadow {
        let _ = write!(
            text,
            "\n\n{}@{} is on trial: it would have led to {}",
            finding.rule,
            finding.version,
            finding.outcome.as_str()
        );
    }
    Ok(Report::new(text, as_json(&Value::String("text".to_owned()), &verdict)))
}

/// The text with what is known of its author and story.
async fn facts_of(global: &Global, args: &Explain) -> anyhow::Result<Facts> {
    let Some(title) = args.by.title().filter(|_| args.author.is_some() || args.story.is_some()) else {
        return Ok(Facts { text: args.text.clone(), ..Facts::nobody(SystemClock.now()) });
    };
    let app = open(global.load()?, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    let person = match &args.author {
        Some(author) => Some(person(&mut work, author).await?),
        None => None,
    };
    let story = match args.story {
        Some(id) => Some(stories::find(&mut work.tx, id).await?.with_context(|| format!("there is no story {id}"))?),
        None => None,
    };
    if let Some(story) = story.as_ref().filter(|story| story.title != *title) {
        bail!("{} is a story of {}", story.id, story.title);
    }
    let facts = comments::facts_now(&mut work, title, person.as_ref(), story.as_ref(), &args.text).await?;
    drop(work);
    app.db.close().await;
    Ok(facts)
}

/// The account called `author`, as if it had signed in.
async fn person(work: &mut Work, author: &str) -> anyhow::Result<SignedIn> {
    let account = match author.parse::<AccountId>() {
        Ok(account) => Some(account),
        Err(_) => accounts::find_by_email(&mut work.tx, author).await?,
    };
    let nobody = || format!("there is no account {author}");
    let account = account.with_context(nobody)?;
    let profile = accounts::get_profile(&mut work.tx, account).await?.with_context(nobody)?;
    Ok(SignedIn {
        account: profile.id,
        subscriber: profile.subscriber,
        session: SessionId::from_uuid(uuid::Uuid::nil()),
        name: profile.name,
        is_confirmed: profile.is_confirmed,
        roles: profile.roles,
        proof: Proof::whole(work.now),
    })
}
