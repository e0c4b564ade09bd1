#!/usr/bin/env python3
"""Asks for verdicts on one set of texts by API, page, command line and backtest, and expects the same from all."""

import json
import os
import secrets
import subprocess
import tempfile
import time
import urllib.parse

from belowline import arguments, demo, expect, new_key, sheet, sign_in
from pages import Pages

# Every disguise, and words that only look like one.
TEXTS = [
    "What a fucking mess at the harbour", "What a FuCkInG mess at the harbour", "What a f.u.c.k.i.n.g mess",
    "What a f u c k i n g mess", "What a f\u200bu\u200bc\u200bk\u200bing mess", "What a fuuuuucking mess",
    "What a f**king mess", "What a fück\u0301ing mess", "What a \U0001d41f\U0001d42e\U0001d41c\U0001d424ing mess",
    "What a ｆｕｃｋｉｎｇ mess", "What a fцcking mess", "What a phucking mess", "What a fcking mess", "what a fvck up, sh1t",
    "you w4nker", "b@stard of a ferry", "Scunthorpe beat Arsenal in Essex", "Dick Barton lived in Penistone",
    "The bombing killed ten; a man was shot", "Assess the raccoons at the class picnic",
    "STOP BUILDING THAT PIER NOW PLEASE", "See www.tickets.example for tickets", "A calm word about the weather",
    "My number is 0131 496 0000, ring me", "You are all idiots and liars, every one of you stupid fools",
]

RULES = """
[[rule]]
id = "shouting"
clause = "{clause}"
when = "text.capitals > 0.8 && text.words > 3"
then = "hold"
mode = "live"

[[rule]]
id = "particulars"
clause = "{clause}"
when = "text.personal_data > 0"
then = "hold"
mode = "live"

[[rule]]
id = "likely-abuse"
clause = "{clause}"
when = "classifier.abusive > 0.95 && list.mild > 0"
then = "hold"
mode = "live"

[[rule]]
id = "links-by-somebody"
clause = "{clause}"
when = "text.links > 0 && author.days_subscribed < 9000 && story.comments < 9000"
then = "hold"
mode = "live"
"""


def command(server, *args):
    """What a command printed, as JSON objects."""
    where = ["--data-dir", os.path.join(server.folder, "data")]
    if server.database_url:
        where += ["--database", server.database_url]
    where += ["--settings", server.settings]
    done = subprocess.run([server.binary, "rules", *args, *where], capture_output=True, text=True, check=False,
                          cwd=server.folder)
    expect(done.returncode == 0, f"rules {args[0]} failed:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def findings(verdict):
    """What is compared of a verdict's findings: those that restrict."""
    found = [(it["rule"], it.get("clause"), sorted(tuple(span) for span in it["spans"])) for it in verdict if
             it.get("weight", 50) > 0]
    return sorted(found)


def held(moderator, title):
    """The findings of every comment in the queue, by its text."""
    found, after = {}, None
    while True:
        query = f"?title={title}&limit=50" + (f"&after={urllib.parse.quote(after)}" if after else "")
        page = moderator.want(200, "GET", f"/api/v1/moderation/queue{query}")
        for item in page["items"]:
            spans = [{**it, "spans": [(span["start"], span["end"]) if isinstance(span, dict) else tuple(span)
                                      for span in it["spans"]]} for it in item["findings"]]
            found.setdefault(item["source"], []).append(findings(spans))
        after = page.get("next")
        if not after:
            return found


def main():
    given = arguments(__doc__.splitlines()[0])
    with (sheet(f"verdicts ({given.database})") as page, tempfile.NamedTemporaryFile("w", suffix=".toml") as settings):
        # Commands beside a server on PostgreSQL have to be given its keys.
        settings.write(f"[secrets]\nsigning_key = '{secrets.token_hex(32)}'\nidentity_key = '{secrets.token_hex(32)}'\n")
        settings.flush()
        compare(given, page, settings.name)


def compare(given, page, settings):
    """Has every text judged in every way, and compares."""
    with demo(given, settings=settings) as server:
        world = server.world
        base, accounts, title, story = world["url"], world["accounts"], world["title"], world["stories"][0]["id"]
        clients = {name: sign_in(base, accounts[name]) for name in ("subscriber", "moderator")}
        house = clients["subscriber"].want(200, "GET", f"/api/v1/titles/{title}/house-rules")
        clause = house["clauses"][0]["id"]
        rules = os.path.join(server.folder, "rules.toml")
        with open(rules, "w", encoding="utf-8") as file:
            file.write(RULES.format(clause=clause))
        command(server, "push", rules, "--title", title, "--print", "json")
        time.sleep(3)
        before = held(clients["moderator"], title)

        author = accounts["subscriber"]["id"]
        explained = [command(server, "explain", text, "--title", title, "--author", author, "--story", story,
                             "--print", "json")[0] for text in TEXTS]
        by_api = {}
        for text in TEXTS:
            answer = clients["subscriber"].again("POST", f"/api/v1/stories/{story}/comments", {"body": text}, new_key())
            by_api[text] = {201: "publish", 202: "hold", 422: "reject"}.get(answer.status, str(answer))

        visitor = Pages(base)
        status, shown = visitor.sign_in(accounts["second_subscriber"])
        expect(status == 200, f"the sign-in form answers {status} {shown.text[:300]}")
        for text in TEXTS:
            status, shown = visitor.open(f"/stories/{story}")
            forms = [form for form in shown.forms if form["action"] == f"/stories/{story}"]
            expect(forms, f"the page of the story has no form to write with: {status} {shown.text[:300]}")
            visitor.open(forms[0]["action"], {**forms[0]["fields"], "body": text})
        queue = held(clients["moderator"], title)

        lines = os.path.join(server.folder, "texts.jsonl")
        with open(lines, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(TEXTS))
        judged = command(server, "judge", lines, "--title", title, "--print", "jsonl")
        for text, alone, verdict in zip(TEXTS, judged, explained):
            page.check(by_api[text] == verdict["outcome"],
                       f"{text!r}: the API says {by_api[text]}, the command line {verdict['outcome']}")
            if not verdict["faults"] and not alone["faults"]:
                page.check(findings(alone["findings"]) == findings(verdict["findings"]),
                           f"{text!r}: judge {alone['findings']} and explain {verdict['findings']}")
            if verdict["outcome"] == "hold":
                own = queue.get(text, [])[len(before.get(text, [])):]
                want = findings(verdict["findings"])
                page.check(len(own) == 2, f"{text!r}: {len(own)} of two comments, by API and by page, wait")
                page.check(all(it == want for it in own), f"{text!r}: the queue says {own}, the command line {want}")
            else:
                page.check(text not in queue, f"{text!r} waits, and the command line says {verdict['outcome']}")

        report = command(server, "backtest", rules, "--since", "1h", "--title", title, "--print", "json")[0]
        hits = {rule["id"]: rule["hits"] for rule in report["rules"]}
        counts = {rule: 0 for rule in hits}
        for found in queue.values():
            for verdict in found:
                for rule, _, _ in verdict:
                    if rule in counts:
                        counts[rule] += 1
        page.check(hits == counts, f"the backtest counts {hits}, the moderator sees {counts}")
        print(f"{len(TEXTS)} texts: {sum(it == 'hold' for it in by_api.values())} held, "
              f"{sum(it == 'reject' for it in by_api.values())} rejected; the backtest counts {hits}")


if __name__ == "__main__":
    main()
