//! Who is one person: links that bind and links that only suggest, joins, separations, and races between them.

use belowline::accounts::{self, LinkKey, NewAccount, ReorderError};
use belowline::kernel::{Actor, Ids, SubscriberId};
use belowline::secrets::Keys;

use crate::support::{TestApp, both_engines};

const JOB: Actor = Actor::Job("test");

async fn subscriber(app: &TestApp, name: &str) -> SubscriberId {
    app.account(name).await.subscriber
}

async fn link(app: &TestApp, subscriber: SubscriberId, keys: &[LinkKey]) {
    let mut work = app.write(JOB).await.unwrap();
    accounts::link(&mut work, subscriber, keys).await.unwrap();
    work.commit().await.unwrap();
}

async fn person(app: &TestApp, subscriber: SubscriberId) -> SubscriberId {
    accounts::find_person(&mut app.read(JOB).await.unwrap().tx, subscriber).await.unwrap().unwrap()
}

async fn are_one(app: &TestApp, one: SubscriberId, other: SubscriberId) -> bool {
    person(app, one).await == person(app, other).await
}

both_engines! {
    async fn a_binding_key_makes_two_subscribers_one_person_and_a_suggestive_one_does_not(app: TestApp) {
        let (ann, bob, cat) = (subscriber(&app, "Ann").await, subscriber(&app, "Bob").await, subscriber(&app, "Cat").await);
        let card = LinkKey::payment(&app.keys, "card-1");
        link(&app, ann, &[card.clone(), LinkKey::network(&app.keys, "192.0.2.9".parse().unwrap())]).await;
        link(&app, bob, &[LinkKey::network(&app.keys, "192.0.2.10".parse().unwrap())]).await;
        link(&app, cat, &[card.clone().suggestive()]).await;
        assert!(!are_one(&app, ann, bob).await && !are_one(&app, ann, cat).await);
        link(&app, bob, std::slice::from_ref(&card)).await;
        assert!(are_one(&app, ann, bob).await && !are_one(&app, ann, cat).await);
        // Whose card it is binds as soon as it is known to be theirs.
        link(&app, cat, &[card]).await;
        assert!(are_one(&app, ann, cat).await);
        let mut work = app.read(JOB).await.unwrap();
        let links = accounts::list_links(&mut work.tx, cat).await.unwrap();
        assert!(links.iter().any(|link| link.other == Some(ann) && link.is_binding && link.is_same_person), "{links:?}");
    }

    async fn a_login_is_of_one_subscriber_whoever_asks_first(app: TestApp) {
        let key = LinkKey::identity(&app.keys, "https://login.example", "7");
        let other = LinkKey::identity(&app.keys, "https://other.example", "7");
        let asked = (0..8).map(|_| {
            let (app, key) = (app.app.clone(), key.clone());
            tokio::spawn(async move {
                let mut work = app.write(JOB).await.unwrap();
                let found = accounts::subscriber_with(&mut work, &key).await.unwrap();
                work.commit().await.unwrap();
                found
            })
        });
        let mut found = Vec::new();
        for each in asked.collect::<Vec<_>>() {
            found.push(each.await.unwrap());
        }
        assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
        let mut work = app.write(JOB).await.unwrap();
        assert_ne!(accounts::subscriber_with(&mut work, &other).await.unwrap(), found[0]);
    }

    async fn links_made_at_once_leave_one_person(app: TestApp) {
        let mut people = Vec::new();
        for name in ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"] {
            people.push(subscriber(&app, name).await);
        }
        // A chain of cards, each shared by neighbours, linked all at once.
        let linking = people.iter().enumerate().map(|(at, subscriber)| {
            let (app, subscriber) = (app.app.clone(), *subscriber);
            let keys = [LinkKey::payment(&app.keys, &at.to_string()), LinkKey::payment(&app.keys, &(at + 1).to_string())];
            tokio::spawn(async move {
                for _ in 0..20 {
                    let mut work = app.write(JOB).await.unwrap();
                    // A deadlock is told, never silently half done; whoever is told tries again.
                    if accounts::link(&mut work, subscriber, &keys).await.is_ok() && work.commit().await.is_ok() {
                        return;
                    }
                }
                panic!("twenty deadlocks in a row");
            })
        });
        for each in linking.collect::<Vec<_>>() {
            each.await.unwrap();
        }
        people.sort_unstable();
        for one in &people {
            assert!(are_one(&app, people[0], *one).await);
        }
        let all = accounts::subscribers_of(&mut app.read(JOB).await.unwrap().tx, people[0]).await.unwrap();
        assert_eq!(all, people, "the oldest gives the person its id");
    }

    async fn a_moderator_separates_joins_and_takes_either_back(app: TestApp) {
        let (ann, bob, cat) = (subscriber(&app, "Ann").await, subscriber(&app, "Bob").await, subscriber(&app, "Cat").await);
        let card = LinkKey::payment(&app.keys, "card-1");
        for subscriber in [ann, bob, cat] {
            link(&app, subscriber, std::slice::from_ref(&card)).await;
        }
        let mut work = app.write(Actor::Operator).await.unwrap();
        let act = accounts::separate(&mut work, ann, "a family's card").await.unwrap();
        work.commit().await.unwrap();
        assert!(!are_one(&app, ann, bob).await && are_one(&app, bob, cat).await);
        // The same card again does not undo what a person found.
        link(&app, ann, std::slice::from_ref(&card)).await;
        assert!(!are_one(&app, ann, bob).await);
        let mut work = app.write(Actor::Operator).await.unwrap();
        assert!(matches!(accounts::separate(&mut work, ann, "again").await, Err(ReorderError::Unchanged)));
        accounts::undo_reorder(&mut work, act).await.unwrap();
        assert!(matches!(accounts::undo_reorder(&mut work, act).await, Err(ReorderError::Unchanged)));
        work.commit().await.unwrap();
        assert!(are_one(&app, ann, bob).await && are_one(&app, ann, cat).await);

        let dan = subscriber(&app, "Dan").await;
        let mut work = app.write(Actor::Operator).await.unwrap();
        let act = accounts::join(&mut work, dan, cat, "writes alike").await.unwrap();
        work.commit().await.unwrap();
        assert!(are_one(&app, dan, ann).await);
        let mut work = app.write(Actor::Operator).await.unwrap();
        accounts::undo_reorder(&mut work, act).await.unwrap();
        work.commit().await.unwrap();
        assert!(!are_one(&app, dan, ann).await && are_one(&app, ann, cat).await);
        assert_eq!(person(&app, dan).await, dan);
    }

    async fn a_lock_follows_whoever_became_somebody_else(app: TestApp) {
        let (ann, bob) = (subscriber(&app, "Ann").await, subscriber(&app, "Bob").await);
        let mut joining = app.write(Actor::Operator).await.unwrap();
        accounts::join(&mut joining, ann, bob, "the same").await.unwrap();
        let waiting = {
            let app = app.app.clone();
            tokio::spawn(async move {
                let mut work = app.write(JOB).await.unwrap();
                accounts::lock_subscriber(&mut work.tx, bob).await.unwrap();
                accounts::find_person(&mut work.tx, bob).await.unwrap()
            })
        };
        tokio::task::yield_now().await;
        joining.commit().await.unwrap();
        assert_eq!(waiting.await.unwrap(), Some(ann.min(bob)));
    }

    async fn a_new_key_serves_new_rows_and_the_former_one_still_compares(app: TestApp) {
        let ann = subscriber(&app, "Ann").await;
        let new = NewAccount {
            email: "ann.two@example.org".to_owned(),
            name: "Ann Two".to_owned(),
            password: None,
            is_confirmed: true,
            subscriber: None,
        };
        let two = accounts::create_account(&app, Actor::Operator, &new).await.unwrap().subscriber;
        let (old, other) = (Keys::drawn(&Ids::seeded(41)), Keys::drawn(&Ids::seeded(42)));
        link(&app, ann, &[LinkKey::payment(&old, "card")]).await;
        link(&app, two, &[LinkKey::payment(&other, "card")]).await;
        assert!(!are_one(&app, ann, two).await, "another key alone knows nobody again");
        link(&app, two, &[LinkKey::payment(&other.with_former(&old), "card")]).await;
        assert!(are_one(&app, ann, two).await);
    }
}
