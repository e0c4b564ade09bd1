//! The rulebook: lists by version, and what moved put in force.

use belowline::app::App;
use belowline::kernel::{Actor, Timestamp, TitleId};
use belowline::rulebook::{self, Publication, PublishWordListError};
use belowline::rules::{AuthorFacts, Facts, Outcome, StoryFacts, evaluate};
use belowline::titles::{self, Clause, HouseRulesFile, Title};
use belowline::{execute, fetch_all, jobs};
use tokio::sync::watch;

use crate::support::{both_engines, until};

const LIST: &str = "version = 1\n[[entry]]\ntext = \"numpty\"\noutcome = \"hold\"\nclause = \"no-abuse\"\n";

/// Makes a title whose house rules have the clauses that the starter list cites, or others.
pub(super) async fn make_title(app: &App, id: &str, clauses: &[&str]) -> TitleId {
    let title = Title {
        id: id.parse().unwrap(),
        name: "Harbour Post".to_owned(),
        language: "en-GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        subscribe_url: "https://harbourpost.example/subscribe".to_owned(),
        subscribe_text: String::new(),
        contact: "editor@harbourpost.example".to_owned(),
        closes_after_days: None,
        created_at: Timestamp::from_millis(0),
    };
    let clause = clauses
        .iter()
        .map(|id| Clause { id: id.parse().unwrap(), heading: format!("On {id}"), body: "Do not.".to_owned() })
        .collect();
    let mut work = app.write(Actor::Operator).await.unwrap();
    titles::create(&mut work, &title).await.unwrap();
    titles::publish(&mut work, &title.id, HouseRulesFile { introduction: String::new(), clause }).await.unwrap();
    work.commit().await.unwrap();
    title.id
}

const STARTER_CLAUSES: [&str; 5] = ["no-abuse", "no-threats", "no-hate", "no-spam", "to-the-point"];

async fn publish(app: &App, title: &TitleId, source: &str) -> Result<rulebook::Published, PublishWordListError> {
    rulebook::publish_word_list(app, Actor::Operator, Publication::new(title, source)).await
}

fn judged(app: &App, title: &TitleId, text: &str) -> Option<Outcome> {
    let facts = Facts {
        text: text.to_owned(),
        now: app.now(),
        author: AuthorFacts {
            published_count: 0,
            removed_count: 0,
            upheld_report_count: 0,
            is_staff: false,
            recent_texts: Vec::new(),
            ..AuthorFacts::default()
        },
        story: StoryFacts::default(),
        is_edit: false,
        velocity: None,
        similar: None,
    };
    Some(evaluate(&*app.rules.get(title)?, &facts).outcome)
}

async fn audited(app: &App) -> usize {
    let mut work = app.read(Actor::Operator).await.unwrap();
    let sql = "select action from audit_log where action = 'word_list.published'";
    fetch_all!(&mut work.tx, (String,), sql).unwrap().len()
}

both_engines! {
    async fn a_list_is_published_by_version_and_the_same_again_changes_nothing(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        let first = publish(&app, &title, LIST).await.unwrap();
        assert_eq!((first.version, first.entry_count, first.is_new), (1, 1, true));
        let again = publish(&app, &title, LIST).await.unwrap();
        assert_eq!((again.version, again.is_new), (1, false));
        let second = publish(&app, &title, &LIST.replace("numpty", "eejit")).await.unwrap();
        assert_eq!((second.version, second.is_new), (2, true));
        assert_eq!(audited(&app).await, 2);
        let mut work = app.read(Actor::Operator).await.unwrap();
        assert!(rulebook::find_word_list(&mut work.tx, &title).await.unwrap().unwrap().source.contains("eejit"));
    }

    async fn a_list_with_faults_is_refused_with_all_of_them(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        let source = format!("{LIST}[[entry]]\ntext = \"x\"\noutcome = \"hold\"\nclause = \"no-such\"\n");
        let Err(PublishWordListError::Invalid(faults)) = publish(&app, &title, &source).await else { panic!() };
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [Some(6), Some(6)]);
        let zero = LIST.replace("numpty", "a\\u0000b");
        assert!(matches!(publish(&app, &title, &zero).await, Err(PublishWordListError::Invalid(_))));
        let nowhere = publish(&app, &"gazette".parse().unwrap(), LIST).await;
        assert!(matches!(nowhere, Err(PublishWordListError::NoTitle(_))));
        assert_eq!(audited(&app).await, 0);
    }

    async fn what_was_published_judges_after_a_refresh_and_only_what_moved_is_read_again(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        assert_eq!(judged(&app, &title, "You numpty"), None);
        assert_eq!(rulebook::load_all(&app).await.unwrap(), 1);
        assert_eq!(judged(&app, &title, "You numpty"), Some(Outcome::Publish));
        publish(&app, &title, LIST).await.unwrap();
        assert_eq!(rulebook::refresh(&app).await.unwrap(), 1);
        assert_eq!(judged(&app, &title, "You numpty"), Some(Outcome::Hold));
        assert_eq!(rulebook::refresh(&app).await.unwrap(), 0);
    }

    async fn a_title_with_the_starter_lists_clauses_begins_with_that_list(app: TestApp) {
        let title = make_title(&app, "post", &STARTER_CLAUSES).await;
        let other = make_title(&app, "gazette", &["be-kind"]).await;
        rulebook::load_all(&app).await.unwrap();
        assert_eq!(judged(&app, &title, "You wanker"), Some(Outcome::Hold));
        assert_eq!(judged(&app, &other, "You wanker"), Some(Outcome::Publish));
    }

    async fn a_list_that_no_longer_compiles_leaves_the_former_rules_in_force(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        publish(&app, &title, LIST).await.unwrap();
        rulebook::load_all(&app).await.unwrap();
        let mut work = app.write(Actor::Operator).await.unwrap();
        let sql = "insert into word_lists (title, version, source, published_at) values ($1, 2, 'words = 1', 0)";
        execute!(&mut work.tx, sql, &title).unwrap();
        work.commit().await.unwrap();
        assert_eq!(rulebook::refresh(&app).await.unwrap(), 0);
        assert_eq!(judged(&app, &title, "You numpty"), Some(Outcome::Hold));
        assert!(rulebook::rule_set_of(&app, &title).await.is_err());
    }

    async fn the_settings_decide_lengths_and_links(app: TestApp) {
        let title = make_title(&app, "post", &["no-abuse"]).await;
        rulebook::load_all(&app).await.unwrap();
        assert_eq!(judged(&app, &title, &"a ".repeat(2_501)), Some(Outcome::Reject));
        assert_eq!(judged(&app, &title, &"https://a.example ".repeat(3)), Some(Outcome::Publish));
        assert_eq!(judged(&app, &title, &"https://a.example ".repeat(4)), Some(Outcome::Hold));
    }

    async fn a_title_that_another_process_makes_is_judged_while_jobs_run(app: TestApp) {
        let (stop, stopping) = watch::channel(false);
        let jobs = jobs::start(&app, &stopping);
        let title = make_title(&app, "post", &STARTER_CLAUSES).await;
        until("reading its rules", async || judged(&app, &title, "You wanker") == Some(Outcome::Hold)).await;
        stop.send(true).unwrap();
        jobs.await.unwrap();
    }
}
