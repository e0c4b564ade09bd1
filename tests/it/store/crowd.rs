//! The crowd of demos and load tests.

use std::collections::HashSet;

use belowline::accounts::{self, Member};
use belowline::kernel::Actor;

use crate::support::{TestApp, both_engines};

async fn seed(app: &TestApp, count: usize) -> Vec<Member> {
    let mut work = app.write(Actor::Operator).await.unwrap();
    let crowd = accounts::seed_crowd(&mut work, count).await.unwrap();
    work.commit().await.unwrap();
    crowd
}

both_engines! {
    async fn the_crowd_is_the_same_on_every_start_and_grows_at_its_end(app: TestApp) {
        let first_name = seed(&TestApp::sqlite().await, 1).await[0].name.clone();
        app.account(&first_name).await;
        let few = seed(&app, 20).await;
        assert_ne!(few[0].name, first_name, "a name that somebody has is theirs");
        let many = seed(&app, 600).await;
        assert_eq!(few, many[..20]);
        assert_eq!(seed(&app, 600).await, many);
        assert_eq!(many.iter().map(|member| &member.name).collect::<HashSet<_>>().len(), 600);
        assert_eq!(many.iter().map(|member| member.subscriber).collect::<HashSet<_>>().len(), 600);
    }

    async fn a_member_is_signed_in_without_a_password(app: TestApp) {
        let crowd = seed(&app, 2).await;
        let (one, two) = (app.token_of(crowd[0].account).await, app.token_of(crowd[0].account).await);
        for token in [one, two] {
            let person = accounts::authenticate(&app, &token).await.unwrap().unwrap().person;
            assert_eq!((person.account, person.subscriber), (crowd[0].account, crowd[0].subscriber));
            assert!(person.is_confirmed);
        }
    }
}
