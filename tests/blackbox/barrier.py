#!/usr/bin/env python3
"""Races a ban against everything its subscriber can do: after the ban's 201 nothing by them may change.

In each round a fresh subscriber posts, replies, edits and recommends from several connections while a moderator bans
them. Half of the requests hold back the second half of their message, so that they begin before the ban and end after
it. What the moderator sees right after the 201 must be what is seen when every request has had its answer.
"""

import random
import threading
import time

from belowline import Client, arguments, demo, expect, new_key, recount, sheet, sign_in, some_words
from raw import Held

KINDS = ("post", "reply", "edit", "recommend")


class Round:
    """One subscriber, one ban."""

    def __init__(self, server, number, moderator, clause, targets, rng):
        self.server, self.moderator, self.clause, self.rng = server, moderator, clause, rng
        self.author = server.world["crowd"][number]
        self.story = server.world["stories"][number % 2]["id"]
        self.targets = targets[self.story]
        self.banned_at = None
        self.answers, self.lock = [], threading.Lock()
        own = Client(server.world["url"], self.author["token"])
        self.editable = [self.must_post(own) for _ in range(3)]
        own.close()

    def must_post(self, client):
        return client.want(201, "POST", f"/api/v1/stories/{self.story}/comments",
                           {"body": some_words(self.rng, 9)}, new_key())["comment"]

    def request(self, kind, rng, editable):
        """What one request of a kind says: method, path, body, key."""
        if kind == "edit":
            return ("PATCH", f"/api/v1/comments/{editable['id']}",
                    {"body": some_words(rng, 9), "revision": editable["revision"]}, None)
        if kind == "recommend":
            return "PUT", f"/api/v1/comments/{rng.choice(self.targets)}/recommendation", None, None
        body = {"body": some_words(rng, 9)}
        if kind == "reply":
            body["parent"] = rng.choice(self.targets)
        return "POST", f"/api/v1/stories/{self.story}/comments", body, new_key()

    def note(self, kind, held, begun, ended, status, found):
        with self.lock:
            self.answers.append((kind, held, begun, ended, status, (found or {}).get("code")))

    def at_once(self, kind, editable, seed):
        """Sends request after request until some time after the ban."""
        rng, client = random.Random(seed), Client(self.server.world["url"], self.author["token"])
        while self.banned_at is None or time.monotonic() < self.banned_at + 0.05:
            begun = time.monotonic()
            answer = client.call(*self.request(kind, rng, editable))
            self.note(kind, False, begun, begun, answer.status, answer.json)
            if kind == "edit" and answer.status == 200:
                editable = answer.json["comment"]
        client.close()

    def in_halves(self, kind, editable, seed):
        """Begins a request before the ban and ends it around or after the ban's answer."""
        rng = random.Random(seed)
        begun = time.monotonic()
        method, path, body, key = self.request(kind, rng, editable)
        held = Held(self.server.port, method, path, self.author["token"], body, key)
        pause, after_ban = rng.uniform(0.0, 0.12), rng.random() < 0.6
        while after_ban and self.banned_at is None:
            time.sleep(0.001)
        time.sleep(pause)
        ended = time.monotonic()
        status, found = held.finish()
        self.note(kind, True, begun, ended, status, found)

    def picture(self):
        """All that the subscriber could have changed, as staff and as they see it."""
        staff = self.moderator
        page = staff.want(200, "GET", f"/api/v1/stories/{self.story}/comments?sort=newest&limit=30")
        mine = Client(self.server.world["url"], self.author["token"])
        own = mine.want(200, "GET", f"/api/v1/stories/{self.story}/mine")
        mine.close()
        watched = [comment["id"] for comment in self.editable] + self.targets
        shown = [staff.want(200, "GET", f"/api/v1/comments/{id}") for id in watched]
        return {
            "comment_count": page["story"]["comment_count"],
            "newest": [(comment["id"], comment["revision"], comment["html"]) for comment in page["comments"]],
            "own": (sorted(comment["id"] for comment in own["comments"]), sorted(own["recommended"])),
            "shown": [(c["id"], c["revision"], c["html"], c["recommendation_count"], c["reply_count"]) for c in shown],
        }

    def run(self):
        """Runs the race; gives the faults found."""
        threads = []
        for number, kind in enumerate(KINDS):
            seeds = [self.rng.getrandbits(32) for _ in range(3)]
            threads.append(threading.Thread(target=self.at_once, args=(kind, self.editable[0], seeds[0])))
            for seed, editable in zip(seeds[1:], self.editable[1:]):
                threads.append(threading.Thread(target=self.in_halves, args=(kind, editable, seed)))
        for thread in threads:
            thread.daemon = True
            thread.start()
        time.sleep(self.rng.uniform(0.02, 0.12))
        self.moderator.want(201, "POST", f"/api/v1/subscribers/{self.author['subscriber_id']}/bans",
                            {"privileges": ["comment", "reply", "recommend", "report"], "clause": self.clause,
                             "until": None, "evidence": [self.editable[0]["id"]]})
        self.banned_at = time.monotonic()
        before = self.picture()
        for thread in threads:
            thread.join(60)
        faults = ["a request never got its answer" for thread in threads if thread.is_alive()]
        after = self.picture()
        faults += [f"{what} changed after the ban: {before[what]} became {after[what]}"
                   for what in before if before[what] != after[what]]
        for kind, held, _, ended, status, code in self.answers:
            if ended > self.banned_at and status < 400:
                faults.append(f"{kind} ({'in halves' if held else 'at once'}) was accepted after the ban: {status}")
            elif status >= 400 and code not in ("banned", "stale_revision"):
                faults.append(f"{kind} was refused with {status} {code}")
        return faults


def main():
    given = arguments(__doc__.splitlines()[0], rounds=(60, "how many bans"), seed=(1, "of the moments"))
    rng = random.Random(given.seed)
    with sheet(f"barrier ({given.database})") as page, demo(given, crowd=given.rounds) as server:
        moderator = sign_in(server.world["url"], server.world["accounts"]["moderator"])
        helper = sign_in(server.world["url"], server.world["accounts"]["second_subscriber"])
        clause = moderator.want(200, "GET", f"/api/v1/titles/{server.world['title']}/house-rules")["clauses"][0]["id"]
        targets = {story["id"]: [helper.want(201, "POST", f"/api/v1/stories/{story['id']}/comments",
                                             {"body": some_words(rng, 9)}, new_key())["comment"]["id"]
                                 for _ in range(12)] for story in server.world["stories"][:2]}
        accepted = refused = straddled = 0
        for number in range(given.rounds):
            race = Round(server, number, moderator, clause, targets, rng)
            faults = race.run()
            for fault in faults:
                print(f"round {number}: {fault[:1500]}")
            page.check(not faults, f"round {number}: {len(faults)} faults")
            for _, held, begun, ended, status, _ in race.answers:
                accepted += status < 400
                refused += status == 403
                straddled += held and begun < race.banned_at < ended
            if page.failed > 10:
                break
        expect(accepted > given.rounds and refused > given.rounds and straddled > given.rounds,
               f"no race: {accepted} accepted, {refused} refused, {straddled} across the ban")
        for story in server.world["stories"][:2]:
            recount(moderator, story["id"])
        page.check(True, "counts equal a recount")
        print(f"{given.rounds} bans: {accepted} requests accepted before, {refused} refused as banned, "
              f"{straddled} begun before a ban and ended after it")


if __name__ == "__main__":
    main()
