//! The moderators' desk in a browser, on both engines: pages in process, with cookie, token and key as a form has them.

use std::time::Duration;

use belowline::accounts::{self, LinkKey};
use belowline::kernel::Actor;
use serde_json::{Value, json};

use super::browser::{Browser, Page};
use crate::support::{Caller, World, both_engines};

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// Posts what the word list holds.
async fn held(world: &World, caller: &Caller, body: &str) -> String {
    id(&caller.post(&world.thread(), json!({ "body": body })).await.is(202)["comment"])
}

async fn reported(world: &World, body: &str, note: &str) -> String {
    let comment = id(&world.comment(&world.ann, body).await);
    let report = json!({ "clause": "harbour-abuse", "note": note });
    world.reader.post(&format!("/api/v1/comments/{comment}/reports"), report).await.is(201);
    comment
}

both_engines! {
    async fn who_is_one_person_is_said_on_the_subscribers_page(app: TestApp) {
        let world = World::new(app).await;
        let (ann, bob) = (world.ann.profile.clone().unwrap(), world.bob.profile.clone().unwrap());
        let mut work = world.app.write(Actor::Operator).await.unwrap();
        let card = LinkKey::payment(&world.app.keys, "card").suggestive();
        for subscriber in [ann.subscriber, bob.subscriber] {
            accounts::link(&mut work, subscriber, std::slice::from_ref(&card)).await.unwrap();
        }
        work.commit().await.unwrap();
        let browser = Browser::of(&world, &world.mo).await;
        let path = format!("/moderation/subscribers/{}", ann.subscriber);
        let page = browser.get(&path).await.is(200);
        page.has("Known by").has("Card").has("suggests").has("Also seen with:").has("Bob").lacks("This one is somebody else");
        let form = format!("{path}/person");
        let bob = bob.subscriber.to_string();
        browser.fill(&browser.get(&path).await, &form, &[("with", "nobody"), ("reason", ""), ("step", "join")]).await.is(422).has("which begins with subr_");
        let fields = [("with", bob.as_str()), ("reason", "One card."), ("step", "join")];
        browser.fill(&browser.get(&path).await, &form, &fields).await.is(303);
        browser.get(&path).await.is(200).has("The same person:").has("This one is somebody else");
        browser.fill(&browser.get(&path).await, &form, &fields).await.is(422).has("They are that already.");
        browser.fill(&browser.get(&path).await, &form, &[("with", ""), ("reason", "A family."), ("step", "separate")]).await.is(303);
        browser.get(&path).await.is(200).has("Also seen with:").lacks("The same person:");
    }

    async fn a_moderator_reminds_and_warns_on_the_subscribers_page(app: TestApp) {
        let world = World::new(app).await;
        let ann = world.ann.profile.clone().unwrap().subscriber;
        let browser = Browser::of(&world, &world.mo).await;
        let path = format!("/moderation/subscribers/{ann}");
        let form = format!("{path}/warnings");
        browser.get(&path).await.is(200).has("None so far.").has("Remind or warn");
        let nothing = [("warn_clause", ""), ("warn_kind", ""), ("warn_note", "Kept as typed.")];
        let page = browser.fill(&browser.get(&path).await, &form, &nothing).await.is(422);
        page.has("Please choose one of the two.").has("Kept as typed.");
        let unknown = [("warn_clause", "no-such"), ("warn_kind", "warning"), ("warn_note", "")];
        browser.fill(&browser.get(&path).await, &form, &unknown).await.is(422);
        let remind = [("warn_clause", "harbour-abuse"), ("warn_kind", "reminder"), ("warn_note", "")];
        browser.fill(&browser.get(&path).await, &form, &remind).await.is(303);
        world.comment(&world.ann, "A reminder closes nothing.").await;
        let warn = [("warn_clause", "harbour-abuse"), ("warn_kind", "warning"), ("warn_note", "Twice this week.")];
        browser.fill(&browser.get(&path).await, &form, &warn).await.is(303);
        let refused = world.ann.post(&world.thread(), json!({ "body": "A warning does." })).await;
        refused.refused(403, "warning_unacknowledged");
        browser.get(&path).await.is(200).has("Not acknowledged yet").has("Twice this week.").has("Reminder");
        let own = Browser::of(&world, &world.ann).await;
        let page = own.get("/me").await.is(200);
        let acknowledge = page.html.split("action=\"/me/warnings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        own.fill(&page, &format!("/me/warnings/{acknowledge}"), &[]).await.is(303);
        browser.get(&path).await.is(200).has("Acknowledged").lacks("Not acknowledged yet");
        world.comment(&world.ann, "And it opens again.").await;
    }

    async fn a_moderator_undoes_the_newest_decision_on_the_card(app: TestApp) {
        let world = World::new(app).await;
        let comment = reported(&world, "Something about the harbour.", "Rude.").await;
        let browser = Browser::of(&world, &world.mo).await;
        let card = format!("/moderation/comments/{comment}");
        let remove = json!({ "action": "remove", "clause": "harbour-abuse", "revision": 1 });
        let decisions = format!("/api/v1/comments/{comment}/decisions");
        let decision = id(&world.mo.post(&decisions, remove).await.is(201)["decision"]);
        let page = browser.get(&card).await.is(200);
        page.has("Removed").has(">Undo<");
        let undo = format!("/moderation/decisions/{decision}/undo");
        browser.fill(&page, &undo, &[]).await.is(303);
        browser.get(&card).await.is(200).has("Undone").lacks(">Undo<").has("Rude.");
        assert_eq!(world.ann.get(&format!("/api/v1/comments/{comment}")).await.is(200)["status"], "published");
        // The same form once more: it was done already.
        browser.fill(&page, &undo, &[]).await.is(303);
        // What its author changed since is not taken back over their head.
        let remove = json!({ "action": "approve", "revision": 3 });
        world.mo.post(&decisions, remove).await.is(201);
        let revision = world.ann.get(&format!("/api/v1/comments/{comment}")).await.is(200)["revision"].clone();
        let change = json!({ "body": "Something else about it.", "revision": revision });
        world.ann.patch(&format!("/api/v1/comments/{comment}"), change).await.is(200);
        browser.get(&card).await.is(200).lacks(">Undo<");
    }

    async fn lifting_a_ban_may_put_its_comments_back(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "Goes and comes back.").await);
        let ban = json!({ "privileges": ["comment"], "clause": "harbour-abuse", "until": null, "comments": "remove" });
        let bans = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let ban = id(&world.mo.post(&bans, ban).await.is(201)["ban"]);
        let browser = Browser::of(&world, &world.mo).await;
        let lift = format!("/moderation/bans/{ban}/lift");
        let page = browser.get(&lift).await.is(200);
        page.has("Put the comment back");
        let page = browser.fill(&page, &lift, &[("reason", ""), ("restore", "yes")]).await.is(422);
        page.has("value=\"yes\" checked");
        browser.fill(&page, &lift, &[("reason", "Mistaken."), ("restore", "yes")]).await.is(303);
        assert_eq!(world.ann.get(&format!("/api/v1/comments/{comment}")).await.is(200)["status"], "published");
    }

    async fn one_renames_and_deletes_ones_account_on_ones_own_page(app: TestApp) {
        let world = World::new(app).await;
        let browser = Browser::of(&world, &world.ann).await;
        browser.fill(&browser.get("/me").await, "/me/name", &[("new_name", "Bob")]).await.is(422).has("Somebody has this name already");
        browser.fill(&browser.get("/me").await, "/me/name", &[("new_name", "Annabel Lee")]).await.is(303);
        browser.get("/me").await.is(200).has("Annabel Lee").has("once in 30 days");
        browser.fill(&browser.get("/me").await, "/me/name", &[("new_name", "Ann Again")]).await.is(429).has("a short while ago");
        browser.fill(&browser.get("/me").await, "/me/delete", &[]).await.is(422);
        browser.fill(&browser.get("/me").await, "/me/delete", &[("sure", "on")]).await.is(303);
        browser.get("/me").await.lacks("Annabel Lee");
    }

    async fn the_queue_shows_the_report_beside_the_comment_and_the_record(app: TestApp) {
        let world = World::new(app).await;
        let comment = reported(&world, "The pier is yours, is it?", "He means me.").await;
        world.app.clock.advance(Duration::from_secs(60));
        held(&world, &world.bob, "What a numpty you are").await;
        let queue = Browser::of(&world, &world.mo).await.get("/moderation/queue").await.is(200);
        queue.has("The pier is yours, is it?").has("He means me.").has("Rita Reads").has("No abuse");
        queue.has("<b>1</b> published").has("What a <mark>numpty</mark> you are").has("2 comments wait");
        queue.has(&format!("/moderation/comments/{comment}"));
        let other = Browser::of(&world, &world.moor_mo).await;
        other.get("/moderation/queue").await.is(200).lacks("The pier is yours");
        other.get("/moderation/queue?title=harbour").await.is(403);
        other.get(&format!("/moderation/comments/{comment}")).await.is(403);
    }

    async fn a_card_explains_the_whole_verdict_and_the_author_reads_it_in_plain_words(app: TestApp) {
        let world = World::new(app).await;
        let rules = "[[rule]]\nid = 'piers'\nclause = 'harbour-spam'\nwhen = \"text.content.contains('pier') && text.links > 0\"\nthen = 'hold'\n\
                     mode = 'live'\nmessage = 'Piers are discussed elsewhere.'\n\n[[rule]]\nid = 'boats'\nclause = 'harbour-abuse'\n\
                     when = \"text.content.contains('boat')\"\nthen = 'reject'\nmode = 'shadow'\n";
        let title = "harbour".parse().unwrap();
        belowline::rulebook::publish_rules(&world.app, belowline::kernel::Actor::Operator, belowline::rulebook::Publication::new(&title, rules)).await.unwrap();
        belowline::rulebook::refresh(&world.app).await.unwrap();
        let comment = held(&world, &world.ann, "A boat at the pier: https://pier.example/now").await;
        let card = Browser::of(&world, &world.mo).await.get(&format!("/moderation/comments/{comment}")).await.is(200);
        card.has("verdict:").has("piers@1").has("weight").has("<mark>https://pier.example/now</mark>");
        card.has("On trial: these rules decided nothing").has("boats@1").has("Abusive").has("<meter").has("engine");
        let queue = world.mo.get("/api/v1/moderation/queue?title=harbour").await.is(200);
        let verdict = &queue["items"][0]["verdict"];
        assert_eq!((verdict["outcome"].clone(), verdict["shadow"][0]["rule"].clone()), (json!("hold"), json!("boats")));
        assert_eq!(verdict["findings"], queue["items"][0]["findings"]);
        assert!(verdict["probabilities"]["abusive"].is_number() && verdict["engine_version"].is_number(), "{verdict}");
        let own = Browser::of(&world, &world.ann).await.get(&format!("/comments/{comment}")).await.is(200);
        own.has("Piers are discussed elsewhere.").has("It is about:").has("<mark>https://pier.example/now</mark>");
        own.lacks("boats").lacks("piers@1");
    }

    async fn removing_cites_a_clause_keeps_the_note_and_leads_to_the_next(app: TestApp) {
        let world = World::new(app).await;
        let first = held(&world, &world.ann, "A numpty indeed").await;
        world.app.clock.advance(Duration::from_secs(60));
        let second = held(&world, &world.bob, "Another numpty").await;
        let mo = Browser::of(&world, &world.mo).await;
        let queue = mo.get("/moderation/queue").await.is(200);
        let (csrf, key) = (queue.token(), queue.hidden("key", &format!("-remove-{first}")));
        let path = format!("/moderation/comments/{first}");
        let base = [("csrf", csrf.as_str()), ("revision", "1"), ("action", "remove"), ("return_to", "/moderation/queue?done=banned")];
        let mut without = base.to_vec();
        without.extend([("key", key.as_str()), ("clause", ""), ("note", "Third time.")]);
        let refused = mo.post_fields(&path, &without).await.is(422);
        refused.has("Choose the clause").has("Third time.");

        let key = refused.hidden("key", &format!("-remove-{first}"));
        let mut whole = base.to_vec();
        whole.extend([("key", key.as_str()), ("clause", "harbour-abuse"), ("note", "Third time.")]);
        let next = format!("/moderation/queue?done=removed#{second}");
        assert_eq!(mo.post_fields(&path, &whole).await.leads_to(), next);
        // A double click does it once, and answers the same.
        assert!(mo.post_fields(&path, &whole).await.leads_to().starts_with("/moderation/queue?done=removed"));
        let card = mo.get(&path).await.is(200);
        card.has("Third time.").has("Mo").has("No abuse").has("value=\"restore\"");
        let told = world.ann.get("/api/v1/me/decisions").await.is(200)["items"].clone();
        let removed = told.as_array().unwrap().iter().filter(|statement| statement["kind"] == "removed");
        assert_eq!(removed.count(), 1);
        mo.get("/moderation/queue").await.is(200).lacks(&first).has(&second);
        let elsewhere = [("csrf", csrf.as_str()), ("key", "k-1"), ("revision", "2"), ("action", "restore"), ("return_to", "//evil.example/moderation/queue")];
        assert!(mo.post_fields(&path, &elsewhere).await.leads_to().starts_with("/moderation/queue?done=restored"));
    }

    async fn the_slower_of_two_moderators_is_told_who_was_faster(app: TestApp) {
        let world = World::new(app).await;
        let comment = held(&world, &world.ann, "A numpty indeed").await;
        let path = format!("/moderation/comments/{comment}");
        let (mo, max) = (Browser::of(&world, &world.mo).await, Browser::of(&world, &world.max).await);
        let (seen_by_mo, seen_by_max) = (mo.get(&path).await.is(200), max.get(&path).await.is(200));
        let decide = |page: &Page, action: &str| {
            [("csrf", page.token()), ("key", page.hidden("key", &format!("-{action}-{comment}"))), ("revision", "1".to_owned()),
             ("action", action.to_owned()), ("clause", "harbour-abuse".to_owned()), ("note", String::new())]
        };
        let fields = decide(&seen_by_mo, "approve");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        mo.post_fields(&path, &fields).await.leads_to();
        let fields = decide(&seen_by_max, "remove");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let late = max.post_fields(&path, &fields).await.is(409);
        late.has("Mo was faster").has("state is-published").has("name=\"revision\" value=\"2\"");
    }

    async fn a_ban_is_looked_over_then_sent_and_lifted(app: TestApp) {
        let world = World::new(app).await;
        let comment = id(&world.comment(&world.ann, "Borderline, this.").await);
        let path = format!("/moderation/subscribers/{}", world.ann.subscriber());
        let mo = Browser::of(&world, &world.mo).await;
        let form = mo.get(&format!("{path}?evidence={comment}")).await.is(200);
        form.has("Borderline, this.").has(&format!("value=\"{comment}\" checked")).lacks("value=\"all\"");
        let csrf = form.token();
        let (review_key, day) = (form.hidden("key", "-review"), "2026-03-28");
        let mut fields = vec![("csrf", csrf.as_str()), ("key", review_key.as_str()), ("step", "review"), ("rules", "harbour"), ("title", "harbour"), ("note", "Enough.")];
        let refused = mo.post_fields(&path, &fields).await.is(422);
        refused.has("Choose at least one privilege.").has("Choose the clause").has("Choose how long").has("Enough.");
        fields.extend([("privileges", "comment"), ("privileges", "reply"), ("clause", "harbour-abuse"), ("until", "date"), ("until_day", day), ("evidence", comment.as_str())]);
        let review = mo.post_fields(&path, &fields).await.is(200);
        review.has("It binds one account").has("Ann").has("29 March 2026, 00:00").has("Borderline, this.").has("No ban is in force.");
        world.comment(&world.ann, "Not banned yet.").await;

        let key = review.hidden("key", "-ban");
        fields.retain(|(name, _)| !["key", "step"].contains(name));
        fields.extend([("key", key.as_str()), ("step", "send")]);
        let there = mo.post_fields(&path, &fields).await.leads_to().to_owned();
        assert!(there.starts_with(&format!("{path}?title=harbour&done=banned#ban_")), "{there}");
        assert_eq!(mo.post_fields(&path, &fields).await.leads_to(), there);
        let refused = world.ann.post(&world.thread(), json!({ "body": "Let me speak." })).await.refused(403, "banned");
        assert_eq!(refused["until"], "2026-03-29T00:00:00Z");
        let bans = mo.get("/moderation/bans").await.is(200);
        bans.has("Enough.").has("Ann").has("Borderline, this.");

        let ban = there.split_once('#').unwrap().1;
        let lift = format!("/moderation/bans/{ban}/lift");
        let ask = mo.get(&lift).await.is(200);
        let key = ask.hidden("key", "-lift");
        mo.post_fields(&lift, &[("csrf", &csrf), ("key", &key), ("reason", " ")]).await.is(422).has("Say why");
        let lifted = mo.post_fields(&lift, &[("csrf", &csrf), ("key", "k-lift"), ("reason", "A second look.")]).await.leads_to().to_owned();
        assert_eq!(lifted, format!("{path}?done=lifted"));
        mo.get(&lifted).await.is(200).has("A second look.").has("Lifted");
        mo.get("/moderation/bans").await.is(200).lacks("A second look.");
        mo.get("/moderation/bans?past=yes").await.is(200).has("A second look.");
        mo.get(&lift).await.is(409);
        world.comment(&world.ann, "Thank you.").await;
    }

    async fn only_admins_ban_everywhere_and_staff_are_not_banned(app: TestApp) {
        let world = World::new(app).await;
        let path = format!("/moderation/subscribers/{}", world.ann.subscriber());
        let (mo, admin) = (Browser::of(&world, &world.mo).await, Browser::of(&world, &world.admin).await);
        admin.get(&path).await.is(200).has("value=\"all\"");
        let csrf = mo.get(&path).await.is(200).token();
        let all = [("csrf", csrf.as_str()), ("key", "k-1"), ("step", "send"), ("rules", "harbour"), ("title", "all"),
                   ("privileges", "comment"), ("clause", "harbour-abuse"), ("until", "never")];
        mo.post_fields(&path, &all).await.is(422).has("Choose a place where you may ban.");
        let moor = all.map(|(name, value)| if name == "rules" { (name, "moor") } else { (name, value) });
        mo.post_fields(&path, &moor).await.is(403);
        let staff = format!("/moderation/subscribers/{}", world.max.subscriber());
        mo.get(&staff).await.is(200).has("Staff cannot be banned").lacks("name=\"privileges\"");
        let own = format!("/moderation/subscribers/{}", world.mo.subscriber());
        mo.get(&own).await.is(200).has("Nobody bans themselves").lacks("name=\"privileges\"");
        world.comment(&world.ann, "Still here.").await;
    }

    async fn nobody_decides_on_their_own_comment_and_the_card_says_so(app: TestApp) {
        let world = World::new(app).await;
        let own = id(&world.comment(&world.mo, "My own words.").await);
        let mo = Browser::of(&world, &world.mo).await;
        let path = format!("/moderation/comments/{own}");
        let card = mo.get(&path).await.is(200);
        card.has("This is your own comment.").lacks("name=\"action\"");
        let csrf = card.token();
        let fields = [("csrf", csrf.as_str()), ("key", "k-1"), ("revision", "1"), ("action", "approve")];
        mo.post_fields(&path, &fields).await.is(403).has("This is your own comment.");
    }

    async fn a_reader_is_shown_none_of_it(app: TestApp) {
        let world = World::new(app).await;
        let comment = reported(&world, "Seen by many.", "Private words.").await;
        let ban = id(&world.ban(&world.bob).await);
        let subscriber = world.ann.subscriber();
        let ann = Browser::of(&world, &world.ann).await;
        let nobody = Browser::new(&world);
        for path in [
            "/moderation/queue".to_owned(),
            format!("/moderation/comments/{comment}"),
            format!("/moderation/subscribers/{subscriber}"),
            "/moderation/bans".to_owned(),
            format!("/moderation/bans/{ban}/lift"),
        ] {
            ann.get(&path).await.is(403).has("<html").lacks("Private words.");
            let to = nobody.get(&path).await.leads_to().to_owned();
            assert!(to.starts_with("/sign-in?return_to="), "{to}");
        }
        let me = ann.get("/moderation/queue").await.token();
        let fields = [("csrf", me.as_str()), ("key", "k-1"), ("revision", "1"), ("action", "approve")];
        ann.post_fields(&format!("/moderation/comments/{comment}"), &fields).await.is(403);
        let foreign = [("csrf", "nonsense"), ("key", "k-1"), ("revision", "1"), ("action", "approve")];
        let mo = Browser::of(&world, &world.mo).await;
        mo.post_fields(&format!("/moderation/comments/{comment}"), &foreign).await.is(403);
        assert_eq!(world.mo.get("/api/v1/moderation/queue").await.is(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn what_an_author_took_back_is_not_shown_to_moderators_either(app: TestApp) {
        let world = World::new(app).await;
        let comment = held(&world, &world.ann, "You numpty, regretted at once").await;
        world.ann.delete(&format!("/api/v1/comments/{comment}")).await.is(204);
        let mo = Browser::of(&world, &world.mo).await;
        let card = mo.get(&format!("/moderation/comments/{comment}")).await.is(200);
        card.lacks("regretted").lacks("numpty").lacks("name=\"action\"");
        mo.get(&format!("/moderation/subscribers/{}", world.ann.subscriber())).await.is(200).lacks("regretted");
    }

    async fn vuln_c08_hostile_text_is_inert_on_every_page_of_the_desk(app: TestApp) {
        let world = World::new(app).await;
        let hostile = "numpty</mark></p><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
        let comment = held(&world, &world.ann, hostile).await;
        let report = json!({ "clause": "harbour-abuse", "note": hostile });
        let other = id(&world.comment(&world.bob, "Harmless.").await);
        world.reader.post(&format!("/api/v1/comments/{other}/reports"), report).await.is(201);
        let path = format!("/api/v1/subscribers/{}/bans", world.ann.subscriber());
        let body = json!({ "privileges": ["recommend"], "clause": "harbour-abuse", "until": null, "evidence": [comment], "note": hostile });
        let ban = id(&world.mo.post(&path, body).await.is(201)["ban"]);
        let mo = Browser::of(&world, &world.mo).await;
        let subscriber = format!("/moderation/subscribers/{}", world.ann.subscriber());
        let csrf = mo.get("/moderation/queue").await.token();
        let fields = [("csrf", csrf.as_str()), ("key", "k-1"), ("step", "review"), ("rules", "harbour"), ("title", "harbour"), ("note", hostile),
                      ("privileges", "comment"), ("clause", "harbour-abuse"), ("until", "week"), ("evidence", &comment)];
        let decision = [("csrf", csrf.as_str()), ("key", "k-2"), ("revision", "1"), ("action", "remove"), ("note", hostile), ("clause", "")];
        let lift = format!("/moderation/bans/{ban}/lift");
        for page in [
            mo.get("/moderation/queue").await.is(200),
            mo.get(&format!("/moderation/comments/{comment}")).await.is(200),
            mo.get(&subscriber).await.is(200),
            mo.get("/moderation/bans").await.is(200),
            mo.get(&lift).await.is(200),
            mo.post_fields(&subscriber, &fields).await.is(200),
            mo.post_fields(&format!("/moderation/comments/{comment}"), &decision).await.is(422),
        ] {
            page.has("&#60;script&#62;alert(1)").lacks("<script>").lacks("<img").lacks("</mark></p><script");
        }
    }
}
