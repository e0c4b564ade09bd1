//! One test, run on SQLite and on PostgreSQL.

/// Declares a test for both engines: `both_engines! { async fn a_promise(app: TestApp) { … } }`, any number of them.
/// They are called `a_promise::sqlite` and `a_promise::postgres`.
macro_rules! both_engines {
    ($( $(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block )+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::TestApp::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::support::TestApp::postgres().await).await;
            }
        }
    )+};
}
pub(crate) use both_engines;
