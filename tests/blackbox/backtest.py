"""Draft rules on a long history: the report, the same after a kill half-way, and what rules on trial had recorded.

Stores comments with invented authors and times beside those of a demo, straight into its SQLite file, and runs
`belowline rules backtest` over them: once whole, once killed half-way and resumed. The two reports must be equal.

`--texts` names files of JSON lines with `text` and `label` (1: moderators removed it); without any, sentences are made up.
"""

import glob
import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

import belowline
from belowline import expect

HERE = os.path.dirname(os.path.abspath(__file__))
DAY = 24 * 3600 * 1000
SUBSCRIBERS = 4_000
# Of what nobody reported or held, moderators see little.
DECIDED_SHARE = {1: 0.6, 0: 0.08}


def made_up(count, draw):
    """Sentences about ferries, every ninth of them abusive."""
    subjects = ["The ferry", "Our council", "The new pier", "That editor", "My neighbour", "The timetable"]
    verbs = ["is late again", "costs too much", "needs a coat of paint", "was better in my day", "deserves a prize"]
    insults = ["you idiot", "you moron", "what a scumbag", "shut up, you clown"]
    for number in range(count):
        text = f"{draw.choice(subjects)} {draw.choice(verbs)}, and that for the {number}th time"
        is_abuse = number % 9 == 0
        yield (f"{text}, {draw.choice(insults)}!" if is_abuse else text + "."), int(is_abuse)


def read(patterns, count, draw):
    """At most `count` texts of the files, in an order drawn by lot."""
    rows = []
    for path in sorted(path for pattern in patterns.split(",") for path in glob.glob(pattern)):
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if "\0" not in row["text"] and len(row["text"]) <= 2_000:
                    rows.append((row["text"], row["label"]))
    draw.shuffle(rows)
    return rows[:count]


def store(path, texts, draw, now):
    """Puts `texts` into the newest ninety days of the demo's first title; answers its short name."""
    db = sqlite3.connect(path)
    title, story, section = db.execute("select title, id, section from stories order by published_at limit 1").fetchone()
    moderator = db.execute("select id from accounts limit 1").fetchone()[0]
    people = []
    for number in range(SUBSCRIBERS):
        subscriber, account = draw.randbytes(16), draw.randbytes(16)
        db.execute("insert into subscribers values (?, ?)", (subscriber, now))
        name = f"reader of line {number}"
        db.execute("insert into accounts (id, subscriber, email, email_canonical, name, name_skeleton, created_at) "
                   "values (?, ?, ?, ?, ?, ?, ?)", (account, subscriber, f"r{number}@a.example", f"r{number}@a.example",
                                                    name, name, now))
        people.append([subscriber, account, draw.randrange(1, 2_000), 0, 0])
    times = sorted(draw.randrange(now - 90 * DAY, now - 60_000) for _ in texts)
    comments, verdicts, decisions = [], [], []
    for seq, ((text, label), at) in enumerate(zip(texts, times), start=1_000_000):
        # A tenth of the subscribers write half of the comments, and abuse comes from few.
        crowd = people[:120] if label and draw.random() < 0.5 else people[: SUBSCRIBERS // 10] if draw.random() < 0.5 else people
        person = draw.choice(crowd)
        subscriber, account, days, published, removed = person
        comment, verdict = uuid_at(at, draw), uuid_at(at, draw)
        facts = {"text": text, "now": stamp(at),
                 "author": {"published_count": published, "removed_count": removed, "upheld_report_count": 0,
                            "is_staff": False, "recent_texts": [], "days_subscribed": days},
                 "story": {"is_premoderated": False, "section": section, "opened_at": stamp(now - 91 * DAY),
                           "comment_count": seq % 5_000},
                 "is_edit": False, "velocity": {"in_story_count": 0, "in_10_minutes_count": 0, "in_hour_count": 0}}
        shadow = []
        if "http" in text or "URL" in text:
            shadow = [{"rule": "links-on-trial", "version": 4, "outcome": "hold", "clause": "no-spam", "weight": 50,
                       "spans": []}]
        decided = draw.random() < DECIDED_SHARE[label]
        # Moderators err now and then.
        is_removed = decided and bool(label) != (draw.random() < 0.03)
        status = "removed" if is_removed else "published"
        verdicts.append((verdict, title, comment, False, "publish", "[]", "[]", json.dumps(facts), "none", 3, at,
                         json.dumps(shadow)))
        comments.append((comment, title, story, account, subscriber, False, seq, seq, 2 if decided else 1, status, True,
                         text, seq, verdict, at, 0, 0, 0))
        if decided:
            decisions.append((uuid_at(at, draw), title, comment, 1, 2, "remove" if is_removed else "approve", "published",
                              status, moderator, at + 3_600_000))
        person[3] += 0 if is_removed else 1
        person[4] += 1 if is_removed else 0
    db.executemany("insert into verdicts (id, title, comment, is_edit, outcome, findings, faults, facts, rule_set_version,"
                   " engine_version, judged_at, shadow) values (" + ",".join("?" * 12) + ")", verdicts)
    db.executemany("insert into comments (id, title, story, account, subscriber, is_staff, seq, changed_at_revision,"
                   " revision, status, was_published, body, body_fingerprint, verdict, created_at, recommendation_count,"
                   " reply_count, open_report_count) values (" + ",".join("?" * 18) + ")", comments)
    db.executemany("insert into decisions (id, title, comment, judged_revision, made_revision, action, from_status,"
                   " to_status, moderator, created_at) values (" + ",".join("?" * 10) + ")", decisions)
    db.commit()
    db.close()
    return title, len(decisions)


def uuid_at(millis, draw):
    """A UUID of version 7 of that moment."""
    return uuid.UUID(int=(millis << 80) | (7 << 76) | (draw.getrandbits(12) << 64) | (2 << 62) | draw.getrandbits(62)).bytes


def stamp(millis):
    """A moment as the program writes it."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(millis // 1000))
    return f"{whole}.{millis % 1000:03d}Z"


def run(given, data, *args, **kwargs):
    """The finished command."""
    command = [given.binary, "rules", "backtest", *args, "--data-dir", data]
    return subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)


def killed_half_way(given, data, title):
    """Starts a backtest, kills it when half is done, and answers its id and how far it had come."""
    command = [given.binary, "rules", "backtest", os.path.join(HERE, "drafts.toml"), "--since", "91d", "--title", title,
               "--data-dir", data]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    query = ("select lower(hex(id)), coalesce(json_extract(tally, '$.examined'), 0), total from backtests "
             "where state = 'open' order by requested_at desc limit 1")
    while child.poll() is None:
        time.sleep(0.05)
        db = sqlite3.connect(f"file:{data}/belowline.db?mode=ro", uri=True)
        row = db.execute(query).fetchone()
        db.close()
        if row and row[1] * 2 >= row[2]:
            child.send_signal(signal.SIGKILL)
            child.wait()
            return row
    raise belowline.Broken("it ended before it could be killed: store more comments")


def written(id_hex):
    """A backtest's id as people write it."""
    number, letters = int(id_hex, 16), "0123456789abcdefghjkmnpqrstvwxyz"
    return "bkt_" + "".join(letters[(number >> (place * 5)) & 31] for place in reversed(range(26)))


def check(given):
    draw = random.Random(given.seed)
    texts = read(given.texts, given.comments, draw) if given.texts else list(made_up(given.comments, draw))
    with tempfile.TemporaryDirectory() as folder:
        server = belowline.Server(given.binary, folder)
        server.start()
        server.stop()
        data = os.path.join(folder, "data")
        title, decided = store(os.path.join(data, "belowline.db"), texts, draw, int(time.time() * 1000))
        print(f"{len(texts)} comments of {SUBSCRIBERS} subscribers are stored, {decided} of them decided")
        drafts = os.path.join(HERE, "drafts.toml")
        shown = run(given, data, drafts, "--since", "91d", "--title", title)
        expect(shown.returncode == 0, f"the backtest failed:\n{shown.stderr}")
        print(shown.stdout if given.show else shown.stdout.split("\n\n")[0])
        until = stamp(int(time.time() * 1000))
        whole = run(given, data, drafts, "--since", "91d", "--until", until, "--title", title, "--print", "json")
        whole = json.loads(whole.stdout)
        expect(whole["examined"] >= len(texts), f"only {whole['examined']} were examined")
        expect(len(whole["rules"]) == 20, "a rule is missing")
        expect([rule["id"] for rule in whole["shadow"]] == ["links-on-trial@4"] or not given.texts, "no shadow findings")
        id_hex, examined, total = killed_half_way(given, data, title)
        print(f"killed at {examined} of {total}")
        resumed = run(given, data, "--resume", written(id_hex), "--print", "json")
        expect(resumed.returncode == 0, f"it could not be resumed:\n{resumed.stderr}")
        resumed = json.loads(resumed.stdout)
        for report in (whole, resumed):
            for field in ("id", "seconds", "since", "until", "over_time"):
                report.pop(field)
            for rule in report["rules"] + report["shadow"]:
                rule.pop("over_time")
        expect(resumed == whole, "the resumed report is another")
        print(f"resumed: the same report on {resumed['examined']} comments")


if __name__ == "__main__":
    GIVEN = belowline.arguments(__doc__.splitlines()[0], texts=(None, "files of JSON lines, with commas between"),
                                comments=(30_000, "how many to store"), seed=(1, "of everything that is drawn by lot"),
                                show=(0, "1: print the whole report"))
    try:
        check(GIVEN)
    except belowline.Broken as broken:
        sys.exit(f"BROKEN: {broken}")
