#!/usr/bin/env python3
"""A newspaper's day on real input: a crowd comments, readers report, a moderator works the queue off and bans.

`--data` takes gzipped JSON lines with `text` and, if known, `label` (1: abusive). Without it the text is made up here,
so that nothing from outside is needed.
"""

import collections
import gzip
import json
import random
import threading
import time

from belowline import Client, arguments, demo, expect, new_key, recount, sheet, sign_in, some_words


def read_lines(path, count):
    """The first `count` comments of a file that a newspaper would take by length."""
    lines = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            text = found["text"].replace("\x00", "").strip()
            if 1 <= len(text) <= 5000:
                lines.append((text, found.get("label", 0)))
            if len(lines) == count:
                return lines
    raise SystemExit(f"{path} has only {len(lines)} usable comments, {count} are wanted")


def made_up(count, rng):
    """Original comments: most of them calm, some with many links, some shouting at length."""
    openings = ("The council says", "I have lived here since", "What nobody mentions is", "My neighbour swears by",
                "Last week I counted", "Ask anyone at the station about", "It used to be", "For once I agree:")
    lines = []
    for _ in range(count):
        kind = rng.random()
        text = f"{rng.choice(openings)} {some_words(rng, rng.randint(4, 40))}."
        if kind < 0.05:
            text += "".join(f" https://{some_words(rng, 1)}.example/{some_words(rng, 1)}" for _ in range(6))
        elif kind < 0.15:
            text += f"\n\n> {some_words(rng, 8)}\n\nSurely *not*. {some_words(rng, 12).upper()}!!!"
        lines.append((text, int(kind < 0.1)))
    return lines


class Times:
    """How long each step took."""

    def __init__(self):
        self.rows = []

    def step(self, name, count, work):
        begun = time.monotonic()
        found = work()
        spent = time.monotonic() - begun
        self.rows.append((name, count(found) if callable(count) else count, spent))
        return found

    def print(self):
        print(f"\n{'step':34} {'requests':>9} {'seconds':>9} {'each ms':>9}")
        for name, count, spent in self.rows:
            print(f"{name:34} {count:9} {spent:9.2f} {1000 * spent / max(count, 1):9.2f}")


def post_all(server, lines, callers):
    """The crowd posts every line, over both stories; gives what became of each."""
    crowd, stories, base = server.world["crowd"], server.world["stories"][:2], server.world["url"]
    outcomes = [None] * len(lines)

    def work(first):
        clients = {}
        for at in range(first, len(lines), callers):
            author = at % len(crowd)
            client = clients.setdefault(author, Client(base, crowd[author]["token"]))
            outcomes[at] = client.again("POST", f"/api/v1/stories/{stories[at % 2]['id']}/comments",
                                        {"body": lines[at][0]}, new_key())
        for client in clients.values():
            client.close()

    threads = [threading.Thread(target=work, args=(first,), daemon=True) for first in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def work_off(moderator, title, clauses, abusive, note):
    """Takes the queue's first page again and again until it is empty; gives the decisions by comment."""
    decided = {}
    while True:
        items = moderator.want(200, "GET", f"/api/v1/moderation/queue?title={title}&limit=100")["items"]
        if not items:
            return decided
        moved = 0
        for item in items:
            comment = item["comment"]
            cited = item["reports"][0]["clause"] if item["reports"] else clauses[0]
            is_bad = abusive.get(comment["id"], False) and (item["reports"] or comment["status"] == "held")
            body = {"action": "remove", "clause": cited} if is_bad else {"action": "approve"}
            answer = moderator.again("POST", f"/api/v1/comments/{comment['id']}/decisions",
                                     {**body, "revision": comment["revision"]})
            if answer.status == 201:
                decided[comment["id"]] = (item["kind"], body["action"], item["author"]["id"])
                moved += 1
            else:
                note(f"decision on {comment['id']}: {answer}")
        expect(moved, "the queue does not empty")


def main():
    given = arguments(__doc__.splitlines()[0], data=(None, "gzipped JSON lines; made up when not given"),
                      comments=(1000, "how many to post"), reports=(100, "how many to report"),
                      bans=(10, "how many authors to ban"), crowd=(50, "how many subscribers"),
                      callers=(8, "how many post at once"), seed=(1, "of every choice"))
    rng = random.Random(given.seed)
    lines = read_lines(given.data, given.comments) if given.data else made_up(given.comments, rng)
    times = Times()
    with sheet(f"newspaper ({given.database})") as page, demo(given, crowd=given.crowd) as server:
        world, base = server.world, server.world["url"]
        crowd, stories = world["crowd"], world["stories"][:2]
        moderator = sign_in(base, world["accounts"]["moderator"])
        rules = moderator.want(200, "GET", f"/api/v1/titles/{world['title']}/house-rules")
        clauses = [clause["id"] for clause in rules["clauses"]]
        anyone = Client(base)
        before = {story["id"]: len(recount(anyone, story["id"])) for story in stories}
        work_off(moderator, world["title"], clauses, {}, print)

        answers = times.step("post comments", len(lines), lambda: post_all(server, lines, given.callers))
        outcomes = collections.Counter()
        abusive, author_of, published = {}, {}, []
        for at, answer in enumerate(answers):
            status = {201: "published", 202: "held", 422: "rejected"}.get(answer.status)
            if not page.check(status, f"comment {at}: {answer}"):
                continue
            outcomes[status] += 1
            page.check(status != "rejected" or answer.json.get("reasons"), f"comment {at}: rejected without a reason")
            if status != "rejected":
                comment = answer.json["comment"]
                abusive[comment["id"]], author_of[comment["id"]] = bool(lines[at][1]), at % len(crowd)
                if status == "published":
                    published.append(comment["id"])
        for at in range(0, len(lines), max(1, len(lines) // 20)):
            author = Client(base, crowd[at % len(crowd)]["token"])
            mine = author.want(200, "GET", f"/api/v1/stories/{stories[at % 2]['id']}/mine")
            waiting = {comment["id"]: comment["status"] for comment in mine["comments"]}
            if answers[at].status == 202:
                page.check(waiting.get(answers[at].json["comment"]["id"]) == "held", f"comment {at}: held, not in mine")
            author.close()

        picked = sorted(published, key=lambda id: (not abusive[id], rng.random()))[:given.reports]
        reporters = [Client(base, member["token"]) for member in crowd]

        def report_all():
            for at, comment in enumerate(picked):
                reporter = reporters[(author_of[comment] + 1 + at % (len(crowd) - 1)) % len(crowd)]
                reporter.want(201, "POST", f"/api/v1/comments/{comment}/reports",
                              {"clause": clauses[at % len(clauses)], "note": f"Reported as the {at + 1}. of today."},
                              new_key())

        times.step("report comments", len(picked), report_all)
        decided = times.step("work the queue off", len, lambda: work_off(
            moderator, world["title"], clauses, abusive, lambda text: page.check(False, text)))
        page.check(set(picked) <= set(decided), "a reported comment never came up in the queue")
        for comment, (_, action, _) in decided.items():
            found = moderator.want(200, "GET", f"/api/v1/comments/{comment}")
            wanted = {"remove": "removed", "approve": "published"}[action]
            page.check(found["status"] == wanted, f"{comment} is {found['status']} after {action}")

        removed = collections.defaultdict(list)
        for comment, (_, action, _) in decided.items():
            if action == "remove":
                removed[author_of[comment]].append(comment)
        worst = sorted(removed, key=lambda author: (-len(removed[author]), author))[:given.bans]
        page.check(len(worst) == given.bans, f"only {len(worst)} authors had a comment removed")

        def ban_all():
            for author in worst:
                moderator.want(201, "POST", f"/api/v1/subscribers/{crowd[author]['subscriber_id']}/bans",
                               {"privileges": ["comment", "reply"], "clause": clauses[0], "until": None,
                                "evidence": removed[author][:3], "note": f"{len(removed[author])} removed today."})

        times.step("ban authors", len(worst), ban_all)
        for author in worst:
            refused = reporters[author].again("POST", f"/api/v1/stories/{stories[0]['id']}/comments",
                                              {"body": "One more thing."}, new_key())
            page.check((refused.status, refused.code) == (403, "banned"), f"a banned author got {refused}")
        for reporter in reporters:
            reporter.close()

        after = times.step("recount both threads", len(stories), lambda: {
            story["id"]: recount(anyone, story["id"]) for story in stories})
        grown = sum(len(after[id]) - before[id] for id in before)
        actions = collections.Counter((kind, action) for kind, action, _ in decided.values())
        shown = sum(action == "approve" and kind == "held" for kind, action, _ in decided.values())
        page.check(True, "counts equal a recount")
        page.check(grown >= outcomes["published"] + shown - sum(map(len, removed.values())), f"threads grew by {grown}")
        print(f"\n{'outcome':34} {'comments':>9}")
        for name in ("published", "held", "rejected"):
            print(f"{name + ' when posted':34} {outcomes[name]:9}")
        print(f"{'reported':34} {len(picked):9}")
        for (kind, action), count in sorted(actions.items()):
            print(f"{f'{action}d from the queue ({kind})':34} {count:9}")
        print(f"{'authors banned':34} {len(worst):9}")
        for story in stories:
            head = anyone.want(200, "GET", f"/api/v1/stories/{story['id']}/comments?limit=1")["story"]
            counted = sum(comment["status"] == "published" for comment in after[story["id"]].values())
            print(f"{'story ' + story['key'][:27]:34} {head['comment_count']:9} (a recount: {counted})")
        times.print()
        print()


if __name__ == "__main__":
    main()
