//! `belowline serve`: the production entry.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{Global, Report, start};
use crate::accounts;
use crate::app::App;
use crate::http;
use crate::http::server::{self, Limits};
use crate::jobs;
use crate::kernel::Actor;
use crate::storage::StorageError;
use crate::titles;

/// Serve readers, subscribers and moderators.
///
/// Checks everything first: that passwords never cross a network in the clear, that the keys are this installation's
/// and the database's tables this program's. Stops cleanly on SIGTERM and Ctrl-C; requests in flight are answered.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: behind a proxy on this machine that ends HTTPS:\n  \
    BELOWLINE__SERVER__PUBLIC_URL=https://comments.example.org \\\n  \
    BELOWLINE__SERVER__TRUSTED_PROXIES=127.0.0.1/32 belowline serve --data-dir /var/lib/belowline")]
pub struct Serve {
    /// Listen on this address and port [setting: server.listen].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(global: &Global, args: &Serve) -> anyhow::Result<ExitCode> {
    let own: Vec<_> = args.listen.iter().map(|listen| ("server.listen", listen.to_string())).collect();
    let mut settings = global.load_with(&own)?;
    settings.check_for_serve()?;
    start::begin_logging(&settings)?;
    let listener = listen(settings.server.listen).await?;
    settings.server.listen = listener.local_addr()?;
    let app = start::open(settings, false).await?;
    check_contacts(&app).await?;
    let report = announcement(&app).await?;
    let how = global.print;
    serve(app, listener, move || Ok(report.print(how)?)).await
}

/// Takes the address before anything else is touched.
///
/// # Errors
/// When it is not to be had.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on; stop whatever uses it or choose another with --listen")
    })
}

/// Serves `app` on `listener` with its jobs until SIGTERM or SIGINT; calls `ready` once it does.
///
/// # Errors
/// When serving could not begin, or `ready` fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    start::install_tls();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stop, stopping) = watch::channel(false);
    let jobs = jobs::start(&app, &stopping);
    ready()?;
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    server::serve(listener, http::router(app.clone()), Limits::default(), shutdown).await?;
    // Only now: what the last requests wrote is still sealed and sent by the next start at the latest.
    let _ = stop.send(true);
    jobs.await?;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Where it serves, and what is still to be done before anybody can use it.
async fn announcement(app: &App) -> Result<Report, StorageError> {
    let (url, listen) = (app.settings.public_url(), app.settings.server.listen);
    let mut text = format!("Belowline serves {}", url.as_str());
    if url.as_str() != format!("http://{listen}") {
        text += &format!(", listening on {listen}");
    }
    text += ".";
    let next = next_steps(app).await?;
    if !next.is_empty() {
        text += "\n\nNext:";
    }
    for (what, command) in &next {
        text += &format!("\n  {what}\n    {command}");
    }
    if app.settings.mail.smtp_url.is_none() {
        let dir = app.settings.data.dir.join("mail");
        text += &format!("\n\nThere is no mail server (mail.smtp_url): mail is written to {}.", dir.display());
    }
    let commands: Vec<_> = next.iter().map(|(_, command)| *command).collect();
    Ok(Report::new(text, json!({ "url": url.as_str(), "listen": listen.to_string(), "next": commands })))
}

/// Refuses titles whose readers could not object to anything: every statement of reasons has to say where.
///
/// # Errors
/// When a title has no contact, or the database cannot be read.
pub(super) async fn check_contacts(app: &App) -> anyhow::Result<()> {
    let mut work = app.read(Actor::Operator).await?;
    let titles = titles::list(&mut work.tx).await?;
    let without: Vec<&str> =
        titles.iter().filter(|title| title.contact.trim().is_empty()).map(|title| title.id.as_str()).collect();
    if without.is_empty() {
        return Ok(());
    }
    anyhow::bail!("where to object to a decision is not said, so nothing may be decided, in: {}", without.join(", "))
}

/// The commands without which nobody can comment or moderate yet.
pub(super) async fn next_steps(app: &App) -> Result<Vec<(&'static str, &'static str)>, StorageError> {
    let mut work = app.read(Actor::Operator).await?;
    let titles = titles::list(&mut work.tx).await?;
    let mut next = Vec::new();
    if titles.is_empty() {
        next.push((
            "There is no title yet. Make one:",
            "belowline title create SHORT-NAME --name NAME --subscribe-url URL --contact ADDRESS",
        ));
    }
    let mut has_house_rules = !titles.is_empty();
    for title in &titles {
        has_house_rules &= titles::find_house_rules(&mut work.tx, &title.id).await?.is_some();
    }
    if !has_house_rules {
        next.push((
            "A title without house rules can neither report nor ban. Publish them:",
            "belowline house-rules publish FILE --title SHORT-NAME",
        ));
    }
    if accounts::count_admins(&mut work.tx).await? == 0 {
        next.push((
            "There is no admin yet. Make one:",
            "belowline account create --email ADDRESS --name NAME --role admin",
        ));
    }
    Ok(next)
}
