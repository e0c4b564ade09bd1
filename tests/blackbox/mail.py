#!/usr/bin/env python3
"""Mail end to end: a real mail server on loopback takes what the program sends, and every mail is parsed back.

Confirming, passwords, the cap for each recipient, statements of reasons, warnings, bans and digests; headers that nobody who
fills in a form writes; a server that says later, never, or nothing. What comes after an hour is brought forward in the
database, since nothing else shortens an hour.
"""

import contextlib
import datetime
import email
import email.policy
import os
import re
import sqlite3
import tempfile
import threading
import time
import zoneinfo

from aiosmtpd.controller import Controller

import postgres
from belowline import Client, arguments, demo, expect, new_key, sheet, sign_in
from pages import Pages

FROM = "The Harbour Post <comments@harbourpost.example>"
CONTACT = "readers-editor@harbourpost.example"
PASSWORD = "seven quiet herons on a pier"
# What is looked at is there a second after it was asked for, or the machine is slow.
PATIENCE_SECONDS = 30
# Long enough for a job that runs every second to do something twice.
QUIET_SECONDS = 4


class Mail:
    """One mail that the server took."""

    def __init__(self, envelope):
        self.raw = envelope.content
        self.sender, self.recipients = envelope.mail_from, list(envelope.rcpt_tos)
        self.parsed = email.message_from_bytes(self.raw, policy=email.policy.SMTP)
        self.text = "" if self.parsed.is_multipart() else self.parsed.get_content().replace("\r\n", "\n")
        self.subject = str(self.parsed["Subject"])
        self.id = str(self.parsed["Message-ID"])


class Postbox:
    """The mail server: it takes everything, unless it was told what to answer to some address."""

    def __init__(self):
        self.mails, self.refusals, self.tries = [], {}, []
        self.lock = threading.RLock()
        self.controller = Controller(self, hostname="127.0.0.1", port=postgres.free_port(), decode_data=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        with self.lock:
            self.tries.append(address)
            answers = self.refusals.get(address)
            if answers:
                return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _server, _session, envelope):
        with self.lock:
            self.mails.append(Mail(envelope))
            answers = self.refusals.get(("data", envelope.rcpt_tos[0]))
            if answers:
                return answers.pop(0)
        return "250 taken"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def to(self, address):
        """The mails to `address`, oldest first."""
        with self.lock:
            return [mail for mail in self.mails if address in mail.recipients]

    def try_count(self, address):
        """How often a mail to `address` was begun."""
        with self.lock:
            return self.tries.count(address)

    def wait(self, address, count, what):
        """The newest mail to `address`, once there are `count`; expects that there are no more."""
        until(lambda: len(self.to(address)) >= count, f"{what}: {len(self.to(address))} of {count} mails to {address}")
        found = self.to(address)
        expect(len(found) == count, f"{what}: {len(found)} mails to {address}, {count} expected: "
                                    f"{[mail.subject for mail in found]}")
        return found[-1]


def until(condition, message, seconds=PATIENCE_SECONDS):
    """Waits for `condition`."""
    end = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < end, message)
        time.sleep(0.1)


def database(server, sql):
    """What `sql` answers in the database of `server`."""
    if server.database_url:
        return postgres.ask(server.database_url, sql)
    path = os.path.join(server.folder, "data", "belowline.db")
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        return connection.execute(sql).fetchall()


class Reading:
    """What is checked of every mail."""

    def __init__(self, page, base):
        self.page, self.base = page, base

    def sound(self, mail, what):
        """Plain text to one recipient, with the headers that it should have, once each, and no links but our own."""
        check, parsed = self.page.check, mail.parsed
        check(not parsed.is_multipart() and parsed.get_content_type() == "text/plain", f"{what}: not plain text alone")
        check(parsed.get_content_charset() == "utf-8", f"{what}: charset {parsed.get_content_charset()}")
        check(not list(parsed.iter_attachments()) if parsed.is_multipart() else True, f"{what}: has attachments")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type",
                     "Content-Transfer-Encoding"):
            check(len(parsed.get_all(name, [])) == 1, f"{what}: {len(parsed.get_all(name, []))} times {name}")
        expected = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type",
                    "Content-Transfer-Encoding"}
        check(set(parsed.keys()) <= expected, f"{what}: further headers {set(parsed.keys()) - expected}")
        check(parsed["From"] == FROM and mail.sender == "comments@harbourpost.example", f"{what}: from {parsed['From']}")
        check(len(mail.recipients) == 1 and parsed["To"].addresses[0].addr_spec == mail.recipients[0],
              f"{what}: to {parsed['To']}, handed over for {mail.recipients}")
        check(parsed["Auto-Submitted"] == "auto-generated", f"{what}: may be answered by a holiday notice")
        check(re.fullmatch(r"<[^<>@\s]+@harbourpost\.example>", mail.id), f"{what}: Message-ID {mail.id}")
        age = abs((parsed["Date"].datetime - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
        check(age < 120, f"{what}: dated {age} s off")
        check(not parsed.defects, f"{what}: {parsed.defects}")
        lines = mail.raw.split(b"\r\n")
        check(max(map(len, lines)) <= 998 and b"\n" not in mail.raw.replace(b"\r\n", b""), f"{what}: lines")
        check(all(byte < 128 for byte in mail.raw), f"{what}: eight bits without having asked for them")
        for link in re.findall(r"\w+://\S*", mail.text):
            check(link.startswith(self.base + "/"), f"{what}: a link to {link}")
        own = re.sub(r"^>.*\n", "", mail.text, flags=re.MULTILINE)
        check(not re.search(r"<\w+[ >/]", own), f"{what}: tags outside of what is quoted")
        addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", mail.text))
        check(addresses <= {CONTACT}, f"{what}: addresses {addresses}")
        check(not re.search(r"\bwww\.\w", mail.text), f"{what}: a name that programs make a link of")
        return mail.text


def link_in(mail, base, path):
    """The link to `path` with its token, as it stands in a line of its own."""
    found = re.findall(rf"^{re.escape(base)}({re.escape(path)}\?token=\S+)$", mail.text, re.MULTILINE)
    expect(len(found) == 1, f"no link to {path} in:\n{mail.text}")
    return found[0]


def sign_up(reading, postbox, base):
    """Signs up, confirms by the link, sets a new password by another."""
    page, anyone, address = reading.page, Client(base), "nora.new+comments@reader.example"
    form = {"email": address, "password": PASSWORD, "name": "Nora Newcomer"}
    anyone.want(202, "POST", "/api/v1/accounts", form)
    mail = postbox.wait(address, 1, "signing up")
    text = reading.sound(mail, "confirm")
    page.check(mail.subject == "Please confirm your e-mail address", f"confirm: {mail.subject}")
    page.check("48 hours" in text, "the mail says how long the link works")
    visitor, path = Pages(base), link_in(mail, base, "/confirm")
    for _ in range(2):
        status, shown = visitor.open(path)
        page.check(status == 200 and shown.forms, f"the link of the mail: {status}")
    member = anyone.call("POST", "/api/v1/sessions", {"email": address, "password": PASSWORD})
    page.check((member.status, member.code) == (403, "email_unconfirmed"), f"looking at a link confirms nothing: {member}")
    mail = postbox.wait(address, 2, "signing in before confirming")
    reading.sound(mail, "confirm, again")
    path = link_in(mail, base, "/confirm")
    status, shown = visitor.open(path)
    form_there = next(form for form in shown.forms if form["action"].startswith("/confirm"))
    status, _ = visitor.open(form_there["action"], form_there["fields"])
    page.check(status == 200, f"confirming: {status}")
    status, _ = visitor.open(path)
    page.check(status == 400, f"the link once more: {status}")
    status, shown = visitor.sign_in({"email": address, "password": PASSWORD})
    page.check(status == 200 and "Nora Newcomer" in shown.text, f"signing in after confirming: {status}")

    anyone.want(202, "POST", "/api/v1/accounts", {**form, "name": "Somebody Else"})
    mail = postbox.wait(address, 3, "signing up again")
    reading.sound(mail, "signed up already")
    page.check(mail.subject == "You have an account already", f"signed up already: {mail.subject}")
    anyone.want(202, "POST", "/api/v1/accounts/password-reset", {"email": address})
    mail = postbox.wait(address, 4, "a forgotten password")
    reading.sound(mail, "reset")
    status, shown = Pages(base).open(link_in(mail, base, "/password/reset"))
    page.check(status == 200 and shown.forms, f"the link to a new password: {status}")
    token = link_in(mail, base, "/password/reset").split("token=")[1]
    anyone.want(204, "PUT", "/api/v1/accounts/password-reset", {"token": token, "password": PASSWORD + "s"})
    mail = postbox.wait(address, 5, "a changed password")
    reading.sound(mail, "changed")
    page.check(mail.subject == "Your password was changed", f"changed: {mail.subject}")


def cap(reading, postbox, base):
    """However often anybody asks, one address is sent five mails an hour that anybody can ask for."""
    anyone, address = Client(base), "often.asked@reader.example"
    answers = [anyone.call("POST", "/api/v1/accounts", {"email": address, "password": PASSWORD, "name": "Otto Asked"})]
    answers += [anyone.call("POST", "/api/v1/accounts/password-reset", {"email": spelt})
                for spelt in [address] * 5 + ["OFTEN.ASKED@Reader.example", f" {address} ", address.title()]]
    reading.page.check({answer.status for answer in answers} <= {202, 422, 400}, f"{[answer.status for answer in answers]}")
    reading.page.check(all(answer.status == 202 for answer in answers[:7]), "asked too often, the answer is the same")
    until(lambda: len(postbox.to(address)) >= 5, f"{len(postbox.to(address))} of five mails to {address}")
    time.sleep(QUIET_SECONDS)
    with postbox.lock:
        sent = [mail for mail in postbox.mails if mail.recipients[0].lower() == address]
    reading.page.check(len(sent) == 5, f"{len(sent)} mails to one address in an hour")


def injections(reading, postbox, base):
    """Names and addresses that would like to be headers are refused, or are only text."""
    page, anyone = reading.page, Client(base)
    bad_addresses = ["a@reader.example\r\nBcc: evil@evil.example", "a@reader.example,evil@evil.example",
                     "a@reader.example> RCPT TO:<evil@evil.example", "<evil@evil.example>", "a@reader.example\nSubject: x",
                     "\"a\r\nBcc: evil@evil.example\"@reader.example", "a@reader.example\u2028Bcc: evil@evil.example"]
    for address in bad_addresses:
        answer = anyone.call("POST", "/api/v1/accounts", {"email": address, "password": PASSWORD, "name": "Anna Plain"})
        page.check(answer.status in (400, 422), f"the address {address!r}: {answer}")
    for name in ["Ann\r\nBcc: evil@evil.example", "Ann\nSubject: gotcha", "Ann\u2028Bcc: evil@evil.example", "Ann\x00",
                 "Ann\x1b[2J"]:
        answer = anyone.call("POST", "/api/v1/accounts", {"email": "named@reader.example", "password": PASSWORD, "name": name})
        page.check(answer.status in (400, 422), f"the name {name!r}: {answer}")
    names = ["Bcc evil at evil", "Zoë Größe", "Ann' OR <b>"]
    for at, name in enumerate(names):
        address = f"named-{at}@reader.example"
        answer = anyone.call("POST", "/api/v1/accounts", {"email": address, "password": PASSWORD, "name": name})
        if answer.status == 202:
            reading.sound(postbox.wait(address, 1, name), f"to {name}")
    time.sleep(QUIET_SECONDS)
    with postbox.lock:
        page.check(not any("evil" in address for address in postbox.tries), f"mail to {postbox.tries}")
        page.check(not postbox.to("named@reader.example"), "a refused name is mailed")


# What would be a link, a picture or a tag in a mail that took it over.
BODY = ("Look at [this offer](https://evil.example/win) and ![a picture](https://evil.example/p.png)\r\n\r\n"
        "<img src=x onerror=alert(1)> <b>bold</b> www.evil.example, mail me@evil.example “quoted” größer 漁港")


class Paper:
    """The moderator and the readers of the demo."""

    def __init__(self, world):
        self.world, self.base = world, world["url"]
        self.clients = {name: sign_in(self.base, world["accounts"][name])
                        for name in ("subscriber", "second_subscriber", "moderator")}
        self.story = world["stories"][0]["id"]
        rules = self.clients["moderator"].want(200, "GET", f"/api/v1/titles/{world['title']}/house-rules")
        self.version, self.clause = rules["version"], rules["clauses"][0]

    def address(self, name):
        return self.world["accounts"][name]["email"]

    def post(self, name, body):
        """A comment by `name`, published or held."""
        answer = self.clients[name].want((201, 202), "POST", f"/api/v1/stories/{self.story}/comments", {"body": body}, new_key())
        return answer["comment"]

    def decide(self, comment, **decision):
        return self.clients["moderator"].want(201, "POST", f"/api/v1/comments/{comment['id']}/decisions",
                                              {"revision": comment["revision"], **decision})

    def remove(self, comment):
        return self.decide(comment, action="remove", clause=self.clause["id"], note="Not for the author's eyes.")

    def against(self, name, what, **terms):
        subscriber = self.world["accounts"][name]["subscriber_id"]
        return self.clients["moderator"].want(201, "POST", f"/api/v1/subscribers/{subscriber}/{what}",
                                              {"clause": self.clause["id"], "note": "Not for the author's eyes.", **terms})

    def cited(self, page, text, what):
        """A statement names the clause, its version and where to object, and keeps the moderators' note to them."""
        page.check(self.clause["heading"] in text, f"{what}: does not name the clause")
        page.check(" ".join(self.clause["body"].split()) in unquoted(text), f"{what}: does not say what the clause says")
        page.check(f"version {self.version} of" in text, f"{what}: does not say which version of the house rules")
        page.check(f"say so to {CONTACT}" in text, f"{what}: does not say where to object")
        page.check(f"{self.base}/me" in text, f"{what}: does not lead to the page of one's own")
        page.check("A moderator decided this; no machine did." in text, f"{what}: does not say who decided")
        page.check("Not for the author" not in text, f"{what}: tells the moderators' note")


def unquoted(text):
    """A text on one line, without the marks of quoting."""
    return " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).split())


def statements(reading, postbox, paper):
    """A removal, a reminder, a warning and two bans, each told at once."""
    page, address = reading.page, paper.address("subscriber")
    count = len(postbox.to(address))
    comment = paper.post("subscriber", BODY)
    paper.remove(comment)
    mail = postbox.wait(address, count + 1, "a removal")
    text = reading.sound(mail, "removal")
    page.check(mail.subject == "Your comment at The Harbour Post was removed", f"removal: {mail.subject}")
    paper.cited(page, text, "removal")
    page.check("“quoted” größer 漁港" in text, f"what was written comes back as it was:\n{text}")
    page.check("evil" in text and "evil.example" not in text, "what was written has nothing to click on")
    page.check("It stood under the story “" in text, "removal: names no story")

    for kind, subject in (("reminder", "A reminder of the house rules of The Harbour Post"),
                          ("warning", "A warning about your comments at The Harbour Post")):
        count = len(postbox.to(address))
        paper.against("subscriber", "warnings", kind=kind)
        mail = postbox.wait(address, count + 1, kind)
        text = reading.sound(mail, kind)
        page.check(mail.subject == subject, f"{kind}: {mail.subject}")
        paper.cited(page, text, kind)

    # A winter's day and a summer's: the end is told in the title's own time.
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, second=0)
    for months, what in ((7, "in half a year"), (12, "in a year")):
        end = now + datetime.timedelta(days=30 * months)
        count = len(postbox.to(address))
        ban = paper.against("subscriber", "bans", privileges=["comment", "reply"], until=end.isoformat().replace("+00:00", "Z"),
                            evidence=[comment["id"]])["ban"]
        mail = postbox.wait(address, count + 1, f"a ban that ends {what}")
        text = reading.sound(mail, "ban")
        page.check(mail.subject == "Your commenting at The Harbour Post was restricted", f"ban: {mail.subject}")
        local = end.astimezone(zoneinfo.ZoneInfo("Europe/London"))
        told = f"This holds until {local.day} {local.strftime('%B %Y, %H:%M %Z')}."
        page.check(told in text, f"ban: not {told!r} in:\n{text}")
        page.check("at The Harbour Post: comment, reply." in text, f"ban: does not say what is withdrawn:\n{text}")
        paper.cited(page, text, "ban")
        paper.clients["moderator"].want(200, "POST", f"/api/v1/bans/{ban['id']}/lift", {"reason": "Only a check."})


def digests(reading, postbox, paper, server):
    """Beyond five an hour, and for whoever chose so, removals are told together."""
    page, address = reading.page, paper.address("second_subscriber")
    bob = paper.clients["second_subscriber"]
    bob.want(200, "POST", "/api/v1/me/mail", {"digest": "hourly"})
    before = len(postbox.to(address))
    comments = [paper.post("second_subscriber", f"The {word} tide comes at noon. {BODY}")
                for word in ("first", "second", "third")]
    decisions = [paper.remove(comment) for comment in comments]
    undone = decisions[2]["decision"]["id"]
    paper.clients["moderator"].want(200, "POST", f"/api/v1/decisions/{undone}/undo", {"reason": "Judged too hard."})
    time.sleep(QUIET_SECONDS + 10)
    page.check(len(postbox.to(address)) == before, "hourly: told before the hour is over")
    waiting = database(server, "select count(*) from statements where digest_due_at is not null")
    page.check(int(waiting[0][0]) == 2, f"hourly: {waiting} statements wait, two expected")
    hour = database(server, "select min(digest_due_at - created_at), max(digest_due_at - created_at) from statements "
                            "where digest_due_at is not null")
    page.check([int(wait) for wait in hour[0]] == [3_600_000] * 2, f"hourly: they wait {hour[0]} ms")
    database(server, "update statements set digest_due_at = digest_due_at - 3600000 where digest_due_at is not null")
    mail = postbox.wait(address, before + 1, "an hour's digest")
    text = reading.sound(mail, "digest")
    page.check(mail.subject == "Decisions on 2 comments of yours", f"digest: {mail.subject}")
    page.check("The first tide" in text and "The second tide" in text, "digest: not both are in it")
    page.check("The third tide" not in text, "digest: what was undone is in it")
    page.check(text.count(paper.clause["heading"]) == 2, "digest: does not name the clauses")
    page.check(CONTACT in text and f"{paper.base}/me" in text, "digest: does not say where to object")
    page.check("evil.example" not in text, "digest: something to click on")

    bob.want(200, "POST", "/api/v1/me/mail", {"digest": "each"})
    for number in "one two three four five six seven".split():
        paper.remove(paper.post("second_subscriber", f"Tide table number {number}, by heart."))
    mail = postbox.wait(address, before + 6, "five removals in an hour")
    time.sleep(QUIET_SECONDS)
    page.check(len(postbox.to(address)) == before + 6, "more than five mails with one statement each in an hour")
    database(server, "update statements set digest_due_at = digest_due_at - 3600000 where digest_due_at is not null")
    mail = postbox.wait(address, before + 7, "what came beyond five")
    page.check(mail.subject == "Decisions on 2 comments of yours", f"beyond five: {mail.subject}")
    reading.sound(mail, "beyond five")
    time.sleep(QUIET_SECONDS)
    page.check(len(postbox.to(address)) == before + 7, "a digest was sent twice")


def forward(server, attempts):
    """Brings the one mail that waits after `attempts` attempts forward, once that is on record."""
    waiting = f"sent_at is null and failed_at is null and attempts = {attempts}"
    until(lambda: int(database(server, f"select count(*) from outbox where {waiting}")[0][0]) == 1,
          f"no mail waits after {attempts} attempts")
    wait = database(server, f"select due_at from outbox where {waiting}")
    database(server, f"update outbox set due_at = 0 where {waiting}")
    return int(wait[0][0]) / 1000 - time.time()


def troubles(reading, postbox, base, server):
    """A server that says later is asked again, one that says never is not, and one mail goes out once."""
    page, anyone = reading.page, Client(base)
    form = {"password": PASSWORD}

    def ask(address, name):
        anyone.want(202, "POST", "/api/v1/accounts", {**form, "email": address, "name": name})

    later = "greylisted@reader.example"
    postbox.refusals[later] = ["451 4.7.1 try again later", "421 4.3.2 closing"]
    ask(later, "Grey Listed")
    until(lambda: postbox.try_count(later) == 1, "the greylisted mail was not tried")
    wait = forward(server, 1)
    page.check(20 < wait <= 60, f"after the first refusal it waits {wait:.0f} s")
    until(lambda: postbox.try_count(later) == 2, "the greylisted mail was not tried again")
    wait = forward(server, 2)
    page.check(60 < wait <= 120, f"after the second refusal it waits {wait:.0f} s")
    reading.sound(postbox.wait(later, 1, "after two refusals"), "greylisted")

    slow = "taken-late@reader.example"
    postbox.refusals["data", slow] = ["451 4.3.0 not now"]
    ask(slow, "Slowly Taken")
    until(lambda: len(postbox.to(slow)) == 1, "the mail was not handed over")
    forward(server, 1)
    until(lambda: len(postbox.to(slow)) == 2, "the mail was not handed over again")
    first, second = postbox.to(slow)
    page.check(first.id == second.id, "a mail that is sent again has another Message-ID")
    page.check(first.text == second.text, "a mail that is sent again says something else")

    never = "unknown@reader.example"
    postbox.refusals[never] = ["550 5.1.1 no such user"] * 3
    ask(never, "No Such User")
    until(lambda: postbox.try_count(never) == 1, "the undeliverable mail was not tried")
    until(lambda: int(database(server, "select count(*) from outbox where failed_at is not null")[0][0]) == 1,
          "the undeliverable mail is not given up")
    time.sleep(QUIET_SECONDS)
    page.check(postbox.try_count(never) == 1 and not postbox.to(never), "an undeliverable mail is tried again")
    page.check(len(postbox.to(later)) == 1 and len(postbox.to(slow)) == 2, "a mail was sent more often than once")
    rows = database(server, "select count(*) from outbox "
                            "where (sent_at is not null or failed_at is not null) and details <> '{}'")
    page.check(int(rows[0][0]) == 0, "what a mail said is kept after it was sent")


def main():
    given = arguments(__doc__.splitlines()[0])
    postbox = Postbox()
    postbox.controller.start()
    try:
        with (sheet(f"mail ({given.database})") as page, tempfile.NamedTemporaryFile("w", suffix=".toml") as settings):
            settings.write(f"[mail]\nsmtp_url = '{postbox.url}'\nfrom = '{FROM}'\n"
                           "[accounts]\nsign_up_per_network_per_hour = 1000\n[comments]\nseconds_per_comment = 1\nburst = 100\n")
            settings.flush()
            with demo(given, unlimited=False, settings=settings.name) as server:
                base = server.world["url"]
                reading, paper = Reading(page, base), Paper(server.world)
                sign_up(reading, postbox, base)
                injections(reading, postbox, base)
                cap(reading, postbox, base)
                statements(reading, postbox, paper)
                digests(reading, postbox, paper, server)
                troubles(reading, postbox, base, server)
                with postbox.lock:
                    seen = list(postbox.mails)
                for mail in seen:
                    reading.sound(mail, f"{mail.subject} to {mail.recipients}")
                print(f"{len(seen)} mails of {len({mail.subject for mail in seen})} kinds were parsed back")
    finally:
        postbox.controller.stop()


if __name__ == "__main__":
    main()
