#!/usr/bin/env python3
"""Kills the server under writers, again and again: nothing acknowledged may be lost, nothing may come twice.

Each writer posts comments and replies, each with an Idempotency-Key of its own. After a kill the requests whose fate
is unknown are sent again with their keys.
"""

import contextlib
import glob
import http.client
import json
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time

from belowline import Client, arguments, demo, new_key, recount, sheet, some_words


class Writer(threading.Thread):
    """One caller who posts until told to stop; remembers what was acknowledged and what is unknown."""

    def __init__(self, number, server, tops):
        super().__init__(daemon=True)
        self.number, self.server, self.tops = number, server, tops
        self.token = server.world["crowd"][number]["token"]
        self.story = server.world["stories"][number % 2]["id"]
        self.rng = random.Random(number)
        self.stopped = threading.Event()
        self.unknown, self.faults, self.acknowledged = None, [], {}

    def next_request(self):
        """A comment nobody wrote before, one in three a reply."""
        body = {"body": f"A note from the towpath: {some_words(self.rng, 12)}."}
        if self.tops and self.rng.random() < 0.34:
            story, parent = self.rng.choice(self.tops)
            if story == self.story:
                body["parent"] = parent
        return new_key(), body

    def send(self, client):
        """Sends what is pending; raises when the connection breaks, and the request stays unknown."""
        key, body = self.unknown
        answer = client.call("POST", f"/api/v1/stories/{self.story}/comments", body, key)
        if answer.status == 503:
            time.sleep(0.01)
            return
        if answer.status != 201:
            self.faults.append(f"writer {self.number}: {answer}")
        else:
            comment = json.loads(answer.raw)["comment"]
            self.acknowledged[comment["id"]] = body
            if not body.get("parent"):
                self.tops.append((self.story, comment["id"]))
        self.unknown = None

    def run(self):
        client = Client(self.server.world["url"], self.token)
        try:
            while not self.stopped.is_set() and len(self.faults) < 3:
                self.unknown = self.unknown or self.next_request()
                self.send(client)
        except (OSError, http.client.HTTPException, ValueError):
            pass
        finally:
            client.close()


def is_sqlite(path):
    """Whether the file at `path` is an SQLite database."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(15) == b"SQLite format 3"


def is_sound(server):
    """What SQLite itself says about a copy of its file after a kill; PostgreSQL is not the one that was killed."""
    for path in glob.glob(f"{server.folder}/data/**/*", recursive=True):
        if not is_sqlite(path):
            continue
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("", "-wal"):
                if os.path.exists(path + ending):
                    shutil.copy(path + ending, f"{folder}/copy{ending}")
            with contextlib.closing(sqlite3.connect(f"{folder}/copy")) as database:
                if database.execute("pragma integrity_check").fetchone()[0] != "ok":
                    return False
    return True


def wait_until(is_so, seconds):
    """Waits until `is_so` holds, at most `seconds`: a slow machine gets its time, a dead server is not waited for."""
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.005)


def main():
    given = arguments(__doc__.splitlines()[0], kills=(25, "how many times to kill"), writers=(16, "callers at once"),
                      ready=(10.0, "seconds within which the server serves again"), seed=(1, "of the moments"))
    rng = random.Random(given.seed)
    with sheet(f"kills ({given.database})") as page, demo(given, crowd=given.writers) as server:
        slowest, tops, writers, kept = 0.0, [], [], {}
        for round_number in range(given.kills + 1):
            earlier = writers
            writers = [Writer(number, server, tops) for number in range(given.writers)]
            for writer, before in zip(writers, earlier):
                writer.unknown, writer.rng = before.unknown, before.rng
            is_last = round_number == given.kills
            if is_last:
                for writer in writers:
                    if writer.unknown:
                        client = Client(server.world["url"], writer.token)
                        while writer.unknown:
                            writer.send(client)
            else:
                for writer in writers:
                    writer.start()
                wait_until(lambda: any(writer.acknowledged for writer in writers), seconds=10)
                time.sleep(rng.uniform(0.0, 0.4))
                server.kill()
                for writer in writers:
                    writer.stopped.set()
                    writer.join(60)
                page.check(is_sound(server), f"kill {round_number}: the database is not sound")
                server.start()
                slowest = max(slowest, server.ready_seconds)
            for writer in writers:
                for fault in writer.faults:
                    page.check(False, fault)
                kept.update(writer.acknowledged)
            if page.failed > 20:
                break
        anyone = Client(server.world["url"])
        stored = {}
        for story in server.world["stories"]:
            stored.update(recount(anyone, story["id"]))
        lost = sum(comment not in stored for comment in kept)
        texts = [comment["html"] for comment in stored.values() if "A note from the towpath" in comment["html"]]
        doubled = len(texts) - len(set(texts))
        page.check(lost == 0, f"{lost} acknowledged comments are gone")
        page.check(doubled == 0, f"{doubled} comments stand there twice")
        page.check(len(texts) == len(kept), f"{len(texts)} stored, {len(kept)} acknowledged after all retries")
        page.check(len(kept) >= given.kills, f"only {len(kept)} comments were written: the check proves nothing")
        page.check(slowest <= given.ready, f"the server needed {slowest:.1f} s to serve again")
        print(f"{given.kills} kills, {given.writers} writers: {len(kept)} acknowledged, {lost} lost, {doubled} doubled, "
              f"counts equal a recount, ready again within {slowest:.2f} s")


if __name__ == "__main__":
    main()
