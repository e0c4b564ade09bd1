//! Subscriptions, granted by hand.

use std::time::Duration;

use belowline::kernel::{Actor, Role, Scope, SubscriberId};
use belowline::subscriptions::{self, Entitlement, Policy, SetError, Status};

use crate::support::{TestApp, both_engines};

async fn entitlement(app: &TestApp, subscriber: SubscriberId) -> Entitlement {
    let mut work = app.read(Actor::Operator).await.unwrap();
    let now = work.now;
    subscriptions::entitlement_of(&mut work.tx, subscriber, &Policy::default(), now).await.unwrap()
}

both_engines! {
    async fn a_subscription_grants_until_it_ends_or_is_revoked(app: TestApp) {
        let ann = app.account("Ann Example").await.subscriber;
        assert_eq!(entitlement(&app, ann).await, Entitlement::None);

        let mut work = app.write(Actor::Operator).await.unwrap();
        assert_eq!(subscriptions::revoke(&mut work, ann).await.unwrap(), None);
        let end = work.now.plus(Duration::from_secs(60));
        let first = subscriptions::set(&mut work, ann, Status::Active, Some(end)).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(entitlement(&app, ann).await, Entitlement::Active);
        app.clock.advance(Duration::from_secs(60));
        assert_eq!(entitlement(&app, ann).await, Entitlement::Lapsed);

        let mut work = app.write(Actor::Operator).await.unwrap();
        let again = subscriptions::set(&mut work, ann, Status::Grace, None).await.unwrap();
        assert_eq!((again.id, again.created_at), (first.id, first.created_at));
        assert_eq!(again.updated_at, work.now);
        work.commit().await.unwrap();
        assert_eq!(entitlement(&app, ann).await, Entitlement::Grace);

        let mut work = app.write(Actor::Operator).await.unwrap();
        subscriptions::revoke(&mut work, ann).await.unwrap().unwrap();
        assert_eq!(subscriptions::list(&mut work.tx, ann).await.unwrap().len(), 1);
        work.commit().await.unwrap();
        assert_eq!(entitlement(&app, ann).await, Entitlement::Lapsed);
    }

    async fn every_status_reads_back(app: TestApp) {
        let ann = app.subscribing("Ann Example").await.subscriber;
        assert_eq!(entitlement(&app, ann).await, Entitlement::Active);
        for status in Status::ALL {
            let mut work = app.write(Actor::Operator).await.unwrap();
            subscriptions::set(&mut work, ann, status, None).await.unwrap();
            let stored = subscriptions::list(&mut work.tx, ann).await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(stored.iter().map(|one| one.status).collect::<Vec<_>>(), [status]);
            assert_eq!(entitlement(&app, ann).await.as_str(), status.as_str());
        }
    }

    async fn only_admins_say_what_somebody_has_paid_for(app: TestApp) {
        let ann = app.account("Ann Example").await;
        let ada = app.staff("Ada Example", Role::Admin, &Scope::All).await;
        let (ann_here, ada_here) = (app.signed_in(ann.id).await, app.signed_in(ada.id).await);
        for actor in [Actor::Anonymous, ann_here.into()] {
            let mut work = app.write(actor).await.unwrap();
            let refused = subscriptions::set(&mut work, ann.subscriber, Status::Active, None).await;
            assert!(matches!(refused, Err(SetError::Forbidden)));
        }
        let mut work = app.write(ada_here).await.unwrap();
        let nobody = work.mint();
        let unknown = subscriptions::set(&mut work, nobody, Status::Active, None).await;
        assert!(matches!(unknown, Err(SetError::NotFound)));
        subscriptions::set(&mut work, ann.subscriber, Status::Active, None).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(entitlement(&app, ann.subscriber).await, Entitlement::Active);
    }
}
