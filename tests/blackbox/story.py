#!/usr/bin/env python3
"""The whole story of a newcomer, spoken over the API, printed as a transcript and checked line by line.

Read, sign in, comment, reply, edit, recommend; lapsed and reader refused; report, queue, remove by a clause, ban;
banned everywhere, told why on the page of one's own; lifted again.
"""

import datetime
import json

from belowline import Client, arguments, demo, expect, new_key, recount, sheet, sign_in
from pages import Pages


class Told:
    """A client whose every request and answer is printed and checked."""

    def __init__(self, page, name, client):
        self.page, self.name, self.client = page, name, client

    def __call__(self, status, method, path, body=None, code=None, key=None):
        answer = self.client.again(method, path, body, key)
        print(f"\n{self.name} > {method} {path}" + (f"\n    {json.dumps(body, ensure_ascii=False)}" if body else ""))
        shown = answer.raw.decode(errors="replace")
        print(f"    < {answer.status} {shown if len(shown) <= 700 else shown[:700] + ' …'}")
        self.page.check(answer.status == status, f"{self.name} {method} {path}: {answer.status}, expected {status}")
        kind = answer.headers.get("Content-Type", "")
        if answer.status >= 400:
            self.page.check(kind.startswith("application/problem+json"), f"{method} {path}: a problem came as {kind}")
        if code:
            self.page.check(answer.code == code, f"{self.name} {method} {path}: code {answer.code}, expected {code}")
        return answer.json or {}


def later(**span):
    """A time from now, as RFC 3339."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**span)
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def see_pages(page, base, account, story, rules, clause):
    """What the banned subscriber sees in a browser without JavaScript."""
    visitor = Pages(base)
    status, _ = visitor.sign_in(account)
    page.check(status == 200, f"the sign-in form answers {status}")
    status, own_page = visitor.open("/me")
    print(f"\nsubscriber > the page of her own\n    < {status} {own_page.text[:1500]}")
    heading = next(found["heading"] for found in rules["clauses"] if found["id"] == clause)
    page.check(status == 200 and heading.casefold() in own_page.text.casefold(),
               f"the page of her own names the clause “{heading}”")
    status, story_page = visitor.open(f"/stories/{story}")
    page.check(status == 200 and not any(form["action"] == f"/stories/{story}" for form in story_page.forms),
               "the thread's page has no open box for her")


def main():
    given = arguments(__doc__.splitlines()[0])
    with sheet(f"story ({given.database})") as page, demo(given, unlimited=False) as server:
        world, base = server.world, server.world["url"]
        accounts = world["accounts"]
        story = world["stories"][0]["id"]
        thread, post = f"/api/v1/stories/{story}/comments", "POST"
        check = page.check

        anyone = Told(page, "anyone", Client(base))
        rules = anyone(200, "GET", f"/api/v1/titles/{world['title']}/house-rules")
        clause = rules["clauses"][0]["id"]
        told = anyone(200, "GET", f"/api/v1/titles/{world['title']}/stories/by-key/{world['stories'][0]['key']}")
        check(told["id"] == story, "the story by its key is the one that the demo named")
        seen = anyone(200, "GET", f"{thread}?sort=newest&limit=3")
        check(seen["comments"], "the demo's thread is not empty")
        anyone(401, post, thread, {"body": "Let me in."}, "not_signed_in", key=new_key())
        anyone(401, post, "/api/v1/sessions", {"email": accounts["subscriber"]["email"], "password": "not this one"})
        anyone(404, "GET", "/api/v1/comments/cmt_nothing", code="not_found")

        people = {name: Told(page, name, sign_in(base, account)) for name, account in accounts.items()}
        ann, bob, mo = people["subscriber"], people["second_subscriber"], people["moderator"]
        ann_id, ann_subscriber = accounts["subscriber"]["id"], accounts["subscriber"]["subscriber_id"]

        me = ann(200, "GET", "/api/v1/me")
        check(me["account"]["id"] == ann_id, "`me` and the demo name the same account")
        check(all(me["privileges"][name]["allowed"] for name in ("comment", "reply", "recommend", "report")),
              "a subscriber may comment, reply, recommend and report")
        ann(400, post, thread, {"body": "No key."}, "idempotency_key_missing")
        key = new_key()
        words = {"body": "I *walked* the old towpath on Sunday; the bench by the lock is gone."}
        first = ann(201, post, thread, words, key=key)["comment"]
        check("<em>walked</em>" in first["html"], f"emphasis is shown: {first['html']}")
        check(first["status"] == "published" and first["author"]["id"] == ann_id, "published, under her name")
        check(ann(201, post, thread, words, key=key)["comment"]["id"] == first["id"], "the same key posts once")
        ann(422, post, thread, {"body": "Something else."}, "idempotency_mismatch", key=key)
        own = f"/api/v1/comments/{first['id']}"
        ann(422, post, thread, {"body": ""}, "body_length", key=new_key())
        ann(403, "PUT", f"{own}/recommendation", code="forbidden")
        changed = ann(200, "PATCH", own, {"body": words["body"] + " Who took it?", "revision": first["revision"]})
        check(changed["comment"]["revision"] > first["revision"], "an edit raises the revision")
        check(changed["comment"]["edited_at"], "an edit shows")
        ann(409, "PATCH", own, {"body": "Too late.", "revision": first["revision"]}, "stale_revision")

        reply = bob(201, post, thread, {"body": "The council did, for repairs.", "parent": first["id"]},
                    key=new_key())["comment"]
        check(reply["parent"] == first["id"], "a reply names its parent")
        check(bob(200, "PUT", f"{own}/recommendation")["recommendation_count"] == 1, "recommended once")
        check(bob(200, "PUT", f"{own}/recommendation")["recommendation_count"] == 1, "a repeat counts once")
        after = anyone(200, "GET", own)
        check((after["reply_count"], after["recommendation_count"]) == (1, 1), "counts show at once")

        for name, standing in (("lapsed", "lapsed"), ("reader", "none")):
            told = people[name](403, post, thread, {"body": "May I?"}, "not_subscribed", key=new_key())
            check(told.get("standing") == standing, f"{name} is told the standing: {told.get('standing')}")
            people[name](403, "PUT", f"{own}/recommendation", code="not_subscribed")
            told = people[name](200, "GET", "/api/v1/me")
            check(told["privileges"]["comment"]["reason"] == "not_subscribed", f"{name}: `me` says why")
            check(told["privileges"]["report"]["allowed"], f"{name} may report")

        report = people["reader"](201, post, f"{own}/reports", {"clause": clause, "note": "Rude to the council."},
                                  key=new_key())["report"]
        check(report["id"], "a report has an id")
        people["reader"](409, post, f"{own}/reports", {"clause": clause}, "already_reported", key=new_key())
        bob(422, post, f"{own}/reports", {"clause": "no-such-clause"}, "invalid", key=new_key())
        ann(403, post, f"{own}/reports", {"clause": clause}, "forbidden", key=new_key())

        ann(403, "GET", f"/api/v1/moderation/queue?title={world['title']}", code="forbidden")
        queue = mo(200, "GET", f"/api/v1/moderation/queue?title={world['title']}")
        items = [item for item in queue["items"] if item["comment"]["id"] == first["id"]]
        if check(len(items) == 1, "the reported comment is in the queue once"):
            check(items[0]["reports"] and items[0]["author"]["id"] == ann_id, "with its report and its author")
        stale = {"action": "remove", "clause": clause, "revision": first["revision"]}
        told = mo(409, post, f"{own}/decisions", stale, "stale_revision")
        check("winner" in told and told["winner"] is None, "the author moved it: no winner")
        removal = {**stale, "revision": changed["comment"]["revision"], "note": "Names a person without need."}
        mo(201, post, f"{own}/decisions", removal)
        told = people["editor"](409, post, f"{own}/decisions", removal, "stale_revision")
        check((told.get("winner") or {}).get("action") == "remove", "the second moderator is told who was first")
        gone = anyone(200, "GET", own)
        check(gone["status"] == "removed" and gone["html"] == "", "a removed comment says so and shows no text")
        bob(409, post, thread, {"body": "And now?", "parent": first["id"]}, "parent_gone", key=new_key())

        kept = ann(201, post, thread, {"body": "A second thought on the towpath."}, key=new_key())["comment"]
        bans = f"/api/v1/subscribers/{ann_subscriber}/bans"
        terms = {"privileges": ["comment", "reply", "recommend", "report"], "clause": clause, "until": later(days=7),
                 "evidence": [first["id"]], "note": "Third warning."}
        bob(403, post, bans, terms, "forbidden")
        mo(422, post, bans, {**terms, "clause": "no-such-clause"}, "invalid")
        staff = accounts["editor"].get("subscriber_id")
        if staff:
            mo(409, post, f"/api/v1/subscribers/{staff}/bans", terms, "is_staff")
        ban = mo(201, post, bans, terms)["ban"]

        told = ann(403, post, thread, {"body": "Hello?"}, "banned", key=new_key())
        check(told.get("clause") == clause and told.get("until"), "the refusal names clause and end")
        ann(403, post, thread, {"body": "Hello?", "parent": reply["id"]}, "banned", key=new_key())
        ann(403, "PUT", f"/api/v1/comments/{reply['id']}/recommendation", code="banned")
        ann(403, post, f"/api/v1/comments/{reply['id']}/reports", {"clause": clause}, "banned", key=new_key())
        ann(403, "PATCH", f"/api/v1/comments/{kept['id']}", {"body": "Again.", "revision": kept["revision"]}, "banned")
        check(ann(201, post, thread, words, key=key)["comment"]["id"] == first["id"],
              "the replay of an earlier key is answered though banned")
        me = ann(200, "GET", "/api/v1/me")
        check([(b["id"], b["clause"]) for b in me["bans"]] == [(ban["id"], clause)], "`me` lists the ban")
        check(me["privileges"]["comment"]["reason"] == "banned", "`me` says why")
        other = Client(base, sign_in(base, accounts["subscriber"]).token)
        told = Told(page, "subscriber, signed in anew", other)(
            403, post, thread, {"body": "A new session."}, "banned", key=new_key())
        ann(200, "GET", thread)
        ann(204, "DELETE", f"/api/v1/comments/{kept['id']}")
        check(anyone(200, "GET", f"/api/v1/comments/{kept['id']}")["status"] == "withdrawn", "withdrawing still works")

        see_pages(page, base, accounts["subscriber"], story, rules, clause)

        ann(403, post, f"/api/v1/bans/{ban['id']}/lift", {"reason": "Me again."}, "forbidden")
        mo(200, post, f"/api/v1/bans/{ban['id']}/lift", {"reason": "She apologised."})
        check(ann(200, "GET", "/api/v1/me")["bans"] == [], "no ban is left")
        ann(201, post, thread, {"body": "Thank you. I will keep to the point."}, key=new_key())
        mo(201, post, f"{own}/decisions", {"action": "restore", "note": "Judged too hard.",
                                           "revision": anyone(200, "GET", own)["revision"]})
        check("<em>walked</em>" in anyone(200, "GET", own)["html"], "restored as it was")
        recount(Client(base), story)
        check(True, "the count on the story equals a recount")
        ann(204, "DELETE", "/api/v1/sessions/current")
        ann(401, "GET", "/api/v1/me", code="not_signed_in")
        expect(server.is_running(), "the server is gone")
        print()


if __name__ == "__main__":
    main()
