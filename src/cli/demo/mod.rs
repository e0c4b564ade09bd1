//! `belowline demo`: everything at once, to look around and to try things on.

mod chatter;
mod content;
mod crowd;
mod people;
mod reset;
mod seed;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use self::people::PARTS;
use self::seed::Cast;
use super::{Global, Print, Report, serve, start};
use crate::app::App;
use crate::kernel::{Actor, Clock, ManualClock, StoryId, SystemClock, Timestamp, TitleId};
use crate::secrets::Keys;
use crate::settings::{Origin, Settings};
use crate::storage::installation;
use crate::stories;

/// Try Belowline with a demo newspaper, its stories, threads and people.
///
/// Keeps everything in ./belowline-demo unless told otherwise, prints the address and sign-ins for every role, and goes
/// on with what it finds when started again. Not for production: the passwords are known.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline demo\n\nExample: a crowd and a long thread, for load tests:\n  \
    belowline demo --crowd 200 --comments 10000 --unlimited --print json")]
pub struct DemoArgs {
    /// Listen on this address and port of this machine.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Start afresh: everything that the demo kept is deleted.
    #[arg(long)]
    pub reset: bool,
    /// Add N active subscribers, the same on every start, each with a session.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub crowd: usize,
    /// Fill the first story with N generated comments by the crowd.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub comments: usize,
    /// Turn throttles, flood and repeat rules off, for load tests.
    #[arg(long)]
    pub unlimited: bool,
}

/// What was seeded, as it is told.
struct Seeded {
    title: TitleId,
    stories: Vec<stories::Story>,
    cast: Cast,
    crowd: Vec<Value>,
}

pub(super) async fn run(global: &Global, args: &DemoArgs) -> anyhow::Result<ExitCode> {
    let mut settings = load(global, args)?;
    start::begin_logging(&settings)?;
    let listener = serve::listen(settings.server.listen).await?;
    settings.server.listen = listener.local_addr()?;
    if args.reset {
        reset::reset(&settings).await?;
    }
    reset::mark(&settings).await?;
    let keys = start::demo_keys(&settings)?;
    let first_start = first_start(&settings, &keys).await?;
    let past = Arc::new(ManualClock::new(seed::beginning(first_start)));
    let seeding = start::open_at(settings.clone(), past.clone(), keys.clone(), true).await?;
    let app = start::open_at(settings, Arc::new(SystemClock), keys, args.unlimited).await?;
    let seeded = seed_all(&app, &seeding, &past, args, first_start).await?;
    crate::rulebook::load_all(&app).await?;
    seeding.db.close().await;
    let report = report(&app, &seeded);
    let how = global.print;
    serve::serve(app, listener, move || Ok(report.print(how)?)).await
}

fn load(global: &Global, args: &DemoArgs) -> anyhow::Result<Settings> {
    let mut own = Vec::new();
    if global.data_dir.is_none() {
        own.push(("data.dir", "./belowline-demo".to_owned()));
    }
    if let Some(listen) = args.listen {
        own.push(("server.listen", listen.to_string()));
    }
    if global.print == Print::Json {
        own.push(("log.level", "warn".to_owned()));
    }
    let mut settings = global.load_with(&own)?;
    // Who looks around has no authenticator app at hand, and the passwords are known anyway.
    if settings.origin("staff.second_factor_required") == Origin::Default {
        settings.staff.second_factor_required = false;
    }
    // Nor do they sign in anew before each ban of a long afternoon, or with the tokens that programs are told.
    if settings.origin("staff.reauthenticate_minutes") == Origin::Default {
        settings.staff.reauthenticate_minutes = 7 * 24 * 60;
    }
    Ok(settings)
}

/// When the demo was started for the first time, which everything in it is dated by. A demo's keys may change between
/// starts: nothing of it has to outlive them.
async fn first_start(settings: &Settings, keys: &Keys) -> anyhow::Result<Timestamp> {
    let db = start::open_db(settings).await?;
    db.migrate().await?;
    let mut tx = db.write().await?;
    let now = SystemClock.now().to_string();
    let stored = installation::get_or_insert(&mut tx, "demo.first_start", &now).await?;
    for (name, fingerprint) in keys.fingerprints() {
        installation::set(&mut tx, &start::fingerprint_key(name), &fingerprint).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(stored.parse()?)
}

async fn seed_all(
    app: &App,
    seeding: &App,
    past: &Arc<ManualClock>,
    args: &DemoArgs,
    first_start: Timestamp,
) -> anyhow::Result<Seeded> {
    let title = seed::ensure_title(seeding).await?;
    let ids = seed::ensure_stories(seeding, &title).await?;
    let cast = seed::ensure_cast(seeding, &title).await?;
    let mut work = seeding.read(Actor::Operator).await?;
    let is_played = installation::find(&mut work.tx, "demo.played").await?.is_some();
    drop(work);
    if !is_played {
        seed::play(seeding, past, &cast, &ids).await?;
        let mut work = seeding.write(Actor::Operator).await?;
        installation::set(&mut work.tx, "demo.played", "yes").await?;
        work.commit().await?;
    }
    past.set(seed::beginning(first_start));
    let members = crowd::ensure(seeding, args.crowd).await?;
    if let Some(first) = ids.first() {
        crowd::chat(seeding, *first, &members, args.comments, first_start).await?;
    }
    Ok(Seeded { title, stories: in_order(app, &ids).await?, cast, crowd: crowd::with_tokens(app, &members).await? })
}

async fn in_order(app: &App, ids: &[StoryId]) -> anyhow::Result<Vec<stories::Story>> {
    let mut work = app.read(Actor::Operator).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(stories::find(&mut work.tx, *id).await?);
    }
    Ok(found)
}

fn report(app: &App, seeded: &Seeded) -> Report {
    let url = app.settings.public_url().as_str().to_owned();
    let stories: Vec<Value> =
        seeded.stories.iter().map(|story| json!({ "id": story.id, "key": story.key, "url": story.url })).collect();
    let mut accounts = Map::new();
    for part in &PARTS {
        if let Some(profile) = seeded.cast.get(part.key) {
            accounts.insert(part.key.to_owned(), part.told(profile));
        }
    }
    let line = json!({
        "url": url,
        "title": seeded.title,
        "stories": stories,
        "accounts": accounts,
        "crowd": seeded.crowd,
    });
    Report::new(text(app, &url, seeded), line)
}

fn text(app: &App, url: &str, seeded: &Seeded) -> String {
    let rows: Vec<[String; 3]> = PARTS.iter().map(people::Part::row).collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let mut text = format!("The Harbour Post is open: {url}\n\nStories");
    for story in &seeded.stories {
        text += &format!("\n  {url}/stories/{}\n    {} ({} comments)", story.id, story.headline, story.comment_count);
    }
    text += "\n\nSign in as";
    for [key, email, password] in &rows {
        text += &format!("\n  {key:<first$}  {email:<second$}  {password}");
    }
    let mail = app.settings.data.dir.join("mail");
    text += &format!("\n\nMail is written to {}.", mail.display());
    text += if app.settings.staff.second_factor_required {
        "\nWho moderates needs a second factor: they are asked to set one up (staff.second_factor_required)."
    } else {
        "\nWho moderates needs no second factor here, and is not asked again before bans; with serve they are (staff.*)."
    };
    if !seeded.crowd.is_empty() {
        text += &format!("\nA crowd of {} subscribers is there; --print json lists their tokens.", seeded.crowd.len());
    }
    text += "\nTry: read a story, sign in, answer somebody, report a comment; then open the queue as the moderator.\n\
             Stop with Ctrl-C. The next start goes on from here; --reset begins afresh.";
    text
}
