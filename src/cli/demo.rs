//! `belowline demo`: everything at once, to look around and to try things on.

use std::net::SocketAddr;
use std::process::ExitCode;

use super::Global;

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

pub(super) async fn run(_global: &Global, _args: &DemoArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this build has no demo in it")
}
