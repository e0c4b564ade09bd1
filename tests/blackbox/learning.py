#!/usr/bin/env python3
"""Stores moderators' decisions on real comments, and shows what a title learns from them and what it does not.

Honest moderators decide as the labels say and err now and then. Then one of them decides the newest thousand alone, the
wrong way round; then those decisions are reversed on appeal. On SQLite, since rows are stored behind the server's back.
"""

import gzip
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

import belowline
from belowline import expect

MINUTE = 60_000
MODERATORS = 5
POISONED = 1_000


def read(paths):
    """The texts of files of JSON lines, with their labels."""
    rows = []
    for path in paths.split(","):
        with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
            rows += [(row["text"], bool(row["label"])) for row in map(json.loads, file) if row["text"].strip()]
    return rows


def uuid_at(millis, draw):
    """A UUID of version 7 of that moment."""
    return uuid.UUID(int=(millis << 80) | (7 << 76) | (draw.getrandbits(12) << 64) | (2 << 62) | draw.getrandbits(62)).bytes


class Title:
    """A title of a database that nobody serves for now."""

    def __init__(self, path, draw):
        self.db, self.draw, self.at, self.seq = sqlite3.connect(path), draw, int(time.time() * 1000) - 90 * 86_400_000, 10**6
        self.id, self.story = self.db.execute("select title, id from stories order by published_at limit 1").fetchone()
        row = self.db.execute("select id, subscriber from accounts order by created_at limit 1").fetchone()
        self.account, self.subscriber = row
        self.moderators = [row[0] for row in self.db.execute("select id from accounts limit ?", (MODERATORS,))]

    def decide(self, rows, decided_by, removes):
        """Stores comments, each with a decision a minute after the last; answers the comments."""
        comments = []
        for number, (text, label) in enumerate(rows):
            self.at, self.seq = self.at + MINUTE, self.seq + 1
            comment, verdict = uuid_at(self.at, self.draw), uuid_at(self.at, self.draw)
            removed = removes(label)
            status = "removed" if removed else "published"
            self.db.execute("insert into comments (id, title, story, account, subscriber, is_staff, seq, changed_at_revision,"
                            " revision, status, was_published, body, body_fingerprint, verdict, created_at,"
                            " recommendation_count, reply_count, open_report_count)"
                            " values (?, ?, ?, ?, ?, false, ?, ?, 2, ?, true, ?, ?, ?, ?, 0, 0, 0)",
                            (comment, self.id, self.story, self.account, self.subscriber, self.seq, self.seq, status, text,
                             self.seq, verdict, self.at))
            self.db.execute("insert into comment_texts values (?, 1, ?, ?, ?)", (comment, text, verdict, self.at))
            self.decision(comment, 1, "remove" if removed else "approve", decided_by(number))
            comments.append(comment)
        self.db.commit()
        return comments

    def decision(self, comment, revision, action, moderator):
        """One decision on a revision of a comment."""
        self.db.execute("insert into decisions (id, title, comment, judged_revision, made_revision, action, from_status,"
                        " to_status, moderator, created_at) values (?, ?, ?, ?, ?, ?, 'published', 'published', ?, ?)",
                        (uuid_at(self.at, self.draw), self.id, comment, revision, revision + 1, action, moderator, self.at))


def run(given, data, *args):
    """What a command printed."""
    done = subprocess.run([given.binary, "classifier", *args, "--data-dir", data], capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"classifier {args[0]} failed:\n{done.stderr}")
    return done.stdout


def check(given):
    draw = random.Random(given.seed)
    rows = read(given.texts)
    draw.shuffle(rows)
    honest, poison = rows[:given.decisions], rows[given.decisions:given.decisions + POISONED]
    expect(len(poison) == POISONED, f"only {len(rows)} texts: give more files")
    with tempfile.TemporaryDirectory() as folder:
        server = belowline.Server(given.binary, folder)
        server.start()
        server.stop()
        data = os.path.join(folder, "data")
        title = Title(os.path.join(data, "belowline.db"), draw)
        title.decide(honest, lambda number: title.moderators[number % MODERATORS], lambda label: label != (draw.random() < 0.03))
        begun = time.monotonic()
        print(run(given, data, "retrain", "--title", title.id))
        print(f"learnt in {time.monotonic() - begun:.1f} s\n")
        learnt = json.loads(run(given, data, "report", "--title", title.id, "--print", "json"))
        expect(learnt["is_promoted"], "honest decisions did not come into force")
        rogue = title.moderators[0]
        batch = title.decide(poison, lambda _: rogue, lambda label: not label)
        print(run(given, data, "retrain", "--title", title.id))
        poisoned = json.loads(run(given, data, "report", "--title", title.id, "--print", "json"))
        expect(poisoned["version"] == 2 and not poisoned["is_promoted"], "one rogue moderator's batch came into force")
        for comment in batch:
            title.decision(comment, 2, "restore", title.moderators[1])
        title.db.commit()
        run(given, data, "retrain", "--title", title.id)
        appealed = json.loads(run(given, data, "report", "--title", title.id, "--print", "json"))
        same = appealed["report"]["promotion"]["learnt"] == learnt["report"]["promotion"]["learnt"]
        expect(same, "decisions that were reversed taught something")
        print("after the batch was reversed on appeal: the same decisions teach the same as before it")


if __name__ == "__main__":
    GIVEN = belowline.arguments(__doc__.splitlines()[0], texts=("", "files of JSON lines with text and label, commas between"),
                                decisions=(5_000, "how many honest ones"), seed=(1, "of everything that is drawn by lot"))
    try:
        check(GIVEN)
    except belowline.Broken as broken:
        sys.exit(f"BROKEN: {broken}")
