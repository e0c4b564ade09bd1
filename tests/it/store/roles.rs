//! Roles: who gives them, and what a change brings.

use belowline::accounts::{self, Profile, SetRoleError};
use belowline::app::App;
use belowline::kernel::{AccountId, Actor, Role, Scope, TitleId};
use belowline::titles::{self, Title};

use crate::support::{TestApp, both_engines};

fn harbour() -> TitleId {
    "harbour-post".parse().unwrap()
}

async fn create_title(app: &TestApp) {
    let mut work = app.write(Actor::Operator).await.unwrap();
    let title = Title {
        id: harbour(),
        name: "The Harbour Post".into(),
        language: "en-GB".into(),
        time_zone: "Europe/London".into(),
        subscribe_url: "https://harbourpost.example/subscribe".into(),
        subscribe_text: "Comments are for subscribers.".into(),
        contact: "editor@harbourpost.example".into(),
        closes_after_days: None,
        created_at: work.now,
    };
    titles::create(&mut work, &title).await.unwrap();
    work.commit().await.unwrap();
}

async fn set(
    app: &App,
    actor: impl Into<Actor>,
    account: AccountId,
    scope: Scope,
    role: Role,
) -> Result<bool, SetRoleError> {
    let mut work = app.write(actor).await.unwrap();
    let is_changed = accounts::set_role(&mut work, account, &scope, role).await?;
    work.commit().await.unwrap();
    Ok(is_changed)
}

async fn role_of(app: &TestApp, profile: &Profile) -> Role {
    let mut work = app.read(Actor::Operator).await.unwrap();
    accounts::get_profile(&mut work.tx, profile.id).await.unwrap().unwrap().role()
}

both_engines! {
    async fn a_role_change_ends_every_session_of_the_account(app: TestApp) {
        create_title(&app).await;
        let mo = app.account("Mo Example").await;
        let token = app.token_of(mo.id).await;
        assert!(set(&app, Actor::Operator, mo.id, Scope::Title(harbour()), Role::Moderator).await.unwrap());
        assert_eq!(accounts::authenticate(&app, &token).await.unwrap(), None);

        let token = app.token_of(mo.id).await;
        assert!(!set(&app, Actor::Operator, mo.id, Scope::Title(harbour()), Role::Moderator).await.unwrap());
        let person = accounts::authenticate(&app, &token).await.unwrap().unwrap().person;
        assert!(person.roles.is_staff_in(&harbour()));
        assert!(!person.roles.is_staff_in(&"other".parse().unwrap()));

        set(&app, Actor::Operator, mo.id, Scope::Title(harbour()), Role::Reader).await.unwrap();
        assert_eq!(accounts::authenticate(&app, &token).await.unwrap(), None);
        assert_eq!(role_of(&app, &mo).await, Role::Reader);
    }

    async fn only_admins_give_roles_and_only_where_they_can_be(app: TestApp) {
        create_title(&app).await;
        let ada = app.staff("Ada Example", Role::Admin, &Scope::All).await;
        let ed = app.staff("Eddy Example", Role::Editor, &Scope::Title(harbour())).await;
        let ann = app.account("Ann Example").await;
        let (ada_here, ed_here) = (app.signed_in(ada.id).await, app.signed_in(ed.id).await);
        let give = async |actor: Actor, account, scope, role| set(&app, actor, account, scope, role).await;

        for actor in [Actor::Anonymous, Actor::Job("learning"), ed_here.into()] {
            let refused = give(actor, ann.id, Scope::Title(harbour()), Role::Moderator).await;
            assert!(matches!(refused, Err(SetRoleError::Forbidden)), "{refused:?}");
        }
        let in_a_title = give(ada_here.clone().into(), ann.id, Scope::Title(harbour()), Role::Admin).await;
        assert!(matches!(in_a_title, Err(SetRoleError::AdminIsEverywhere)));
        let nowhere = give(ada_here.clone().into(), ann.id, Scope::Title("nowhere".parse().unwrap()), Role::Editor).await;
        assert!(matches!(nowhere, Err(SetRoleError::UnknownTitle)));
        let nobody = give(ada_here.clone().into(), app.ids.mint(app.now()), Scope::All, Role::Editor).await;
        assert!(matches!(nobody, Err(SetRoleError::NotFound)));
        assert!(give(ada_here.clone().into(), ann.id, Scope::All, Role::Editor).await.unwrap());

        // Demoted a moment ago, an admin whose request is under way is none.
        give(Actor::Operator, ann.id, Scope::All, Role::Admin).await.unwrap();
        give(Actor::Operator, ada.id, Scope::All, Role::Reader).await.unwrap();
        let late = give(ada_here.into(), ada.id, Scope::All, Role::Admin).await;
        assert!(matches!(late, Err(SetRoleError::Forbidden)), "{late:?}");
    }

    async fn the_last_admin_cannot_be_demoted_not_even_by_two_at_once(app: TestApp) {
        let ada = app.staff("Ada Example", Role::Admin, &Scope::All).await;
        let last = set(&app, Actor::Operator, ada.id, Scope::All, Role::Moderator).await;
        assert!(matches!(last, Err(SetRoleError::LastAdmin)), "{last:?}");
        let bea = app.staff("Bea Example", Role::Admin, &Scope::All).await;

        for round in 0..10 {
            let demote = |account| {
                let app = app.app.clone();
                tokio::spawn(async move { set(&app, Actor::Operator, account, Scope::All, Role::Reader).await })
            };
            let both = tokio::join!(demote(ada.id), demote(bea.id));
            let both = [both.0.unwrap(), both.1.unwrap()];
            let refused = both.iter().filter(|result| matches!(result, Err(SetRoleError::LastAdmin))).count();
            assert_eq!(refused, 1, "round {round}: {both:?}");
            for profile in [&ada, &bea] {
                let _ = set(&app, Actor::Operator, profile.id, Scope::All, Role::Admin).await.unwrap();
            }
        }
    }

    async fn a_subscriber_is_staff_where_any_of_their_accounts_is(app: TestApp) {
        create_title(&app).await;
        let mo = app.staff("Mo Example", Role::Moderator, &Scope::Title(harbour())).await;
        let ada = app.staff("Ada Example", Role::Admin, &Scope::All).await;
        let ann = app.account("Ann Example").await;
        let mut work = app.read(Actor::Operator).await.unwrap();
        let tx = &mut work.tx;
        let (here, other) = (Scope::Title(harbour()), Scope::Title("other".parse().unwrap()));
        for (subscriber, expected) in
            [(mo.subscriber, [true, false, true]), (ada.subscriber, [true; 3]), (ann.subscriber, [false; 3])]
        {
            let found = [
                accounts::is_staff_within(tx, subscriber, &here).await.unwrap(),
                accounts::is_staff_within(tx, subscriber, &other).await.unwrap(),
                accounts::is_staff_anywhere(tx, subscriber).await.unwrap(),
            ];
            assert_eq!(found, expected);
        }
    }
}
