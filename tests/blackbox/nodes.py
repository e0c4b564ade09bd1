#!/usr/bin/env python3
"""Two nodes on one PostgreSQL: whatever is withdrawn, ended or told at one is so at the other.

Bans, billing, the newspaper's logout, passwords, addresses, roles and sessions, each with sessions by password, by host token
and by OpenID Connect, as bearer token and as cookie. Dead within a second at the node that was told, within two at the other;
a posting that begins after the answer is refused at once at both.
"""

import base64
import http.client
import os
import re
import secrets
import subprocess
import threading
import time
import urllib.parse

from belowline import REQUEST_SECONDS, SERVE_ENVIRONMENT, Answer, Client, arguments, expect, new_key, nodes, sheet, sign_in
from provider import Provider, host_token, webhook

SAME_NODE_SECONDS, OTHER_NODE_SECONDS, PAGE_SECONDS = 1.0, 2.0, 5.0
ISSUER, AUDIENCE, KEY_ID = "https://login.harbourpost.example", "comments", "k1"
PASSWORD = "seven quiet herons on a pier"


class Paper:
    """The installation as its people meet it."""

    def __init__(self, page, given, world, running, keys):
        self.page, self.given, self.world, self.nodes, self.keys = page, given, world, running, keys
        self.a, self.b = (node.url for node in running)
        self.story = world["stories"][0]["id"]
        self.moderator = sign_in(self.a, world["accounts"]["moderator"])
        self.admin = sign_in(self.a, world["accounts"]["admin"])
        rules = self.moderator.want(200, "GET", f"/api/v1/titles/{world['title']}/house-rules")
        self.clause = rules["clauses"][0]["id"]
        self.slowest = {}

    # Ways in.

    def by_host_token(self, node, subject=None, **claims):
        """A subscriber's session by the newspaper's token, opened at `node`."""
        subject = subject or f"reader-{secrets.token_hex(6)}"
        claims.setdefault("entitlement", {"status": "active", "subscription": f"sub-{subject}"})
        token = host_token(ISSUER, AUDIENCE, KEY_ID, self.keys["host"], subject, **claims)
        answer = Client(node).want(201, "POST", "/api/v1/sessions/host-token", {"token": token})
        return Person(self, answer["token"], subject, token)

    def by_oidc(self, provider, subject=None, session=None):
        """A subscriber's session by the provider: begun at the first node, ended at the second."""
        subject = subject or f"reader-{secrets.token_hex(6)}"
        begun = Client(self.a).call("GET", f"/sign-in/oidc?{urllib.parse.urlencode({'issuer': provider.issuer})}")
        expect(begun.status == 302, f"the first node does not begin: {begun}")
        claims = {"entitlement": {"status": "active", "subscription": f"sub-{subject}"}, **({"sid": session} if session else {})}
        query = provider.vouch(begun.headers["Location"], subject, **claims)
        cookie = begun.headers["Set-Cookie"].split(";")[0]
        back = Client(self.b).call("GET", f"/sign-in/oidc/callback?{query}", headers={"Cookie": cookie, "Accept": "text/html"})
        expect(back.status == 303, f"the second node does not end what the first began: {back}")
        token = next(line.split(";")[0].split("=", 1)[1] for line in back.headers.get_all("Set-Cookie")
                     if line.startswith("belowline="))
        return Person(self, token, subject)

    def by_password(self, name, role="reader"):
        """An account made at the command line, with two sessions: one from each node."""
        address = f"{secrets.token_hex(6)}@reader.example"
        self.command("account", "create", "--email", address, "--name", name, "--password-stdin",
                     *(["--role", role, "--title", self.world["title"]] if role != "reader" else []), stdin=PASSWORD)
        if role == "reader":
            self.command("subscription", "grant", "--email", address)
        account = {"email": address, "password": PASSWORD}
        person, other = (Person(self, sign_in(node, account).token, address) for node in (self.a, self.b))
        person.other = other
        return person

    def command(self, *words, stdin=""):
        """Runs a command beside the nodes."""
        node = self.nodes[0]
        where = ["--settings", node.settings, "--database", node.database_url, "--data-dir", os.path.join(node.folder, "data")]
        done = subprocess.run([self.given.binary, *words, *where, "--print", "json"], input=stdin, capture_output=True, text=True,
                              check=False, env={**os.environ, **SERVE_ENVIRONMENT})
        expect(done.returncode == 0, f"{' '.join(words[:2])} failed:\n{done.stderr}")

    def mailed(self, pattern):
        """What stands for `pattern` in the newest mail that has it, whichever node sent it."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found = []
            for node in self.nodes:
                folder = os.path.join(node.folder, "data", "mail")
                for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        match = re.search(pattern, file.read().replace("=\n", "").replace("=3D", "="))
                    if match:
                        found.append((os.path.getmtime(os.path.join(folder, name)), match[1]))
            if found:
                return max(found)[1]
            time.sleep(0.1)
        expect(False, f"no mail has {pattern}")

    # What is promised.

    def within(self, what, seconds, is_so, kind):
        """Expects that `is_so` soon; notes how long it took."""
        begun = time.monotonic()
        while not is_so():
            spent = time.monotonic() - begun
            if spent > seconds:
                return self.page.check(False, f"{what}: not within {seconds} s")
            time.sleep(0.02)
        spent = time.monotonic() - begun
        self.slowest[kind] = max(self.slowest.get(kind, 0.0), spent)
        return self.page.check(spent <= seconds, f"{what}: after {spent:.2f} s, {seconds} s are promised")

    def dead(self, people, what):
        """No session of `people` is one any more, at either node, by token or by cookie; whoever posts is refused."""
        for person in people:
            answer = person.post(self.b)
            self.page.check((answer.status, answer.code) == (401, "not_signed_in"),
                            f"{what}: a posting at the other node: {answer}")
        for node, seconds, kind in ((self.b, OTHER_NODE_SECONDS, "other node"), (self.a, SAME_NODE_SECONDS, "same node")):
            for person in people:
                for how in ("bearer", "cookie"):
                    self.within(f"{what}, {kind}, {how}", seconds, lambda: not person.is_in(node, how), kind)


class Person:
    """A session, used at any node."""

    def __init__(self, paper, token, name, host_token=None):
        self.paper, self.token, self.name, self.host_token, self.other = paper, token, name, host_token, None

    def call(self, node, method, path, body=None, key=None):
        client = Client(node, self.token)
        try:
            return client.call(method, path, body, key)
        finally:
            client.close()

    def post(self, node, body=None, key=None):
        body = {"body": body or f"At the pier, {secrets.token_hex(8)} times."}
        return self.call(node, "POST", f"/api/v1/stories/{self.paper.story}/comments", body, key or new_key())

    def me(self, node):
        return self.call(node, "GET", "/api/v1/me").json

    def is_in(self, node, how="bearer"):
        """Whether the session is one."""
        if how == "bearer":
            return self.call(node, "GET", "/api/v1/me").status == 200
        answer = Client(node).call("GET", "/api/v1/me", headers={"Cookie": f"belowline={self.token}"})
        return answer.status == 200

    def works(self, what):
        """Expects that the session is good at both nodes."""
        for node in (self.paper.a, self.paper.b):
            for how in ("bearer", "cookie"):
                self.paper.page.check(self.is_in(node, how), f"{what}: no session, by {how}")
        posted = self.post(self.paper.b)
        self.paper.page.check(posted.status in (201, 202), f"{what}: may not comment at the other node: {posted}")
        return self


def sessions_are_shared(paper, provider):
    """Whoever signs in at one node is signed in at the other; what is good once is good once anywhere."""
    page = paper.page
    paper.by_oidc(provider).works("by OpenID Connect")
    paper.by_password("Petra Password").works("by password")
    ann = paper.by_host_token(paper.a, jti=secrets.token_hex(8)).works("by host token")
    again = Client(paper.b).call("POST", "/api/v1/sessions/host-token", {"token": ann.host_token})
    page.check((again.status, again.code) == (401, "token_refused"), f"a token with jti, at the other node again: {again}")
    key, words = new_key(), "Twice is once, wherever one asks."
    first, second = (ann.post(node, words, key) for node in (paper.a, paper.b))
    page.check(first.status == 201 and second.json["comment"]["id"] == first.json["comment"]["id"], "one key makes one comment")


def bans(paper, provider):
    """A ban at one node is one at the other, for every session of the subscriber, old and new."""
    page = paper.page
    for what, person in (("by host token", paper.by_host_token(paper.b)), ("by OpenID Connect", paper.by_oidc(provider)),
                         ("by password", paper.by_password("Bella Banned"))):
        person.works(what)
        subscriber = person.me(paper.b)["subscriber"]["id"]
        terms = {"privileges": ["comment", "reply", "recommend", "report"], "clause": paper.clause, "until": None,
                 "note": "Two nodes."}
        ban = paper.moderator.want(201, "POST", f"/api/v1/subscribers/{subscriber}/bans", terms)["ban"]
        for node in (paper.b, paper.a):
            refused = person.post(node)
            page.check((refused.status, refused.code) == (403, "banned"), f"{what}: banned at the first node, posts: {refused}")
        for node, seconds, kind in ((paper.b, OTHER_NODE_SECONDS, "other node"), (paper.a, SAME_NODE_SECONDS, "same node")):
            paper.within(f"{what}: a session's privileges", seconds,
                         lambda: not person.me(node)["privileges"]["comment"]["allowed"], kind)
            box = f'action="/stories/{paper.story}"'
            cookie = {"Cookie": f"belowline={person.token}", "Accept": "text/html"}
            paper.within(f"{what}: the page's box", seconds, lambda: box.encode() not in Client(node).call(
                "GET", f"/stories/{paper.story}", headers=cookie).raw, kind)
        if person.host_token:
            anew = paper.by_host_token(paper.b, person.name).post(paper.b)
            page.check((anew.status, anew.code) == (403, "banned"), f"{what}: signed in anew at the other node: {anew}")
        paper.moderator.want(200, "POST", f"/api/v1/bans/{ban['id']}/lift", {"reason": "Only a check."})
        page.check(person.post(paper.b).status == 201, f"{what}: lifted at the first node, refused at the other")


def barrier(paper, rounds):
    """While one writes at both nodes as fast as can be, a ban comes: nothing that begins after its answer is taken."""
    accepted_after = accepted_before = 0
    for _ in range(rounds):
        person = paper.by_host_token(paper.b)
        subscriber = person.me(paper.b)["subscriber"]["id"]
        stop, seen = threading.Event(), []

        def write(node):
            client = Client(node, person.token)
            while not stop.is_set():
                begun = time.monotonic()
                answer = client.again("POST", f"/api/v1/stories/{paper.story}/comments",
                                      {"body": f"On and on, {secrets.token_hex(8)}."}, new_key())
                seen.append((begun, answer.status))
            client.close()

        writers = [threading.Thread(target=write, args=(node,), daemon=True) for node in (paper.a, paper.b) * 2]
        for writer in writers:
            writer.start()
        time.sleep(0.15)
        ban = {"privileges": ["comment", "reply"], "clause": paper.clause, "until": None, "note": "Two nodes."}
        paper.moderator.want(201, "POST", f"/api/v1/subscribers/{subscriber}/bans", ban)
        banned = time.monotonic()
        time.sleep(0.15)
        stop.set()
        for writer in writers:
            writer.join()
        taken = [begun for begun, status in seen if status in (201, 202)]
        accepted_after += sum(begun > banned for begun in taken)
        accepted_before += sum(begun <= banned for begun in taken)
        paper.page.check(any(begun > banned for begun, _ in seen), "nobody wrote after the ban: the round shows nothing")
    paper.page.check(accepted_after == 0, f"{accepted_after} comments were taken that began after the ban")
    paper.page.check(accepted_before > 0, "no comment was taken before the bans: nothing was shown")
    print(f"{rounds} bans over two nodes: {accepted_before} comments taken before, {accepted_after} after")


def billing(paper):
    """What billing tells one node closes and opens the gate at the other."""
    page, person = paper.page, paper.by_host_token(paper.b)
    person.works("an active subscriber")
    data = {"issuer": ISSUER, "subject": person.name, "subscription": f"sub-{person.name}", "customer": f"cus-{person.name}"}
    for number, (status, may) in enumerate((("lapsed", False), ("active", True), ("charged_back", False))):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 + number))
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
        headers, body = webhook(paper.keys["billing"], {"type": "subscription.updated", "timestamp": at,
                                                        "data": {**data, "status": status, "valid_until": until}})
        told = send(paper.a, "/webhooks/billing", headers, body)
        page.check(told.status == 200, f"the webhook {status}: {told}")
        posted = person.post(paper.b)
        right = posted.status == 201 if may else (posted.status, posted.code) == (403, "not_subscribed")
        page.check(right, f"told the first node {status}, a posting at the other: {posted}")
        for node in (paper.b, paper.a):
            paper.within(f"{status}: privileges", PAGE_SECONDS,
                         lambda: person.me(node)["privileges"]["comment"]["allowed"] == may, "billing")
        again = send(paper.b, "/webhooks/billing", headers, body)
        page.check(again.status == 200, f"the same webhook at the other node: {again}")


def send(node, path, headers, body):
    """Posts what is written already."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(node).netloc, timeout=REQUEST_SECONDS)
    connection.request("POST", path, body.encode(), headers)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


def logout_there(paper, provider):
    """The provider tells one node that somebody logged out: their sessions at both are over, others' are not."""
    page = paper.page
    bystander = paper.by_oidc(provider)

    def tell(**claims):
        form = urllib.parse.urlencode({"logout_token": provider.logout_token(**claims)})
        answer = send(paper.a, "/sign-in/oidc/backchannel-logout", {"Content-Type": "application/x-www-form-urlencoded"}, form)
        page.check(answer.status == 200, f"back-channel logout: {answer}")
        return form

    one = paper.by_oidc(provider, session="there-1")
    other = paper.by_oidc(provider, one.name, session="there-2")
    form = tell(sub=one.name, sid="there-1")
    paper.dead([one], "logged out of one session there")
    page.check(other.is_in(paper.a) and other.is_in(paper.b), "logging out of one session there ended another")
    third = paper.by_oidc(provider, one.name, session="there-1")
    again = send(paper.b, "/sign-in/oidc/backchannel-logout", {"Content-Type": "application/x-www-form-urlencoded"}, form)
    page.check(again.status == 400 and third.is_in(paper.b), f"the same word at the other node: {again}")
    tell(sub=one.name)
    paper.dead([other, third], "logged out of everything there")
    bystander.works("somebody else who came by the same provider")


def own_acts(paper):
    """What people do with their own account and sessions at one node."""
    page = paper.page
    ann = paper.by_password("Anna Password")
    ann.works("before a new password")
    Client(paper.a).want(202, "POST", "/api/v1/accounts/password-reset", {"email": ann.name})
    token = paper.mailed(r"/password/reset\?token=(bl_[\w-]+)")
    Client(paper.a).want(204, "PUT", "/api/v1/accounts/password-reset", {"token": token, "password": PASSWORD + " two"})
    paper.dead([ann, ann.other], "a password that was forgotten")
    old = Client(paper.b).call("POST", "/api/v1/sessions", {"email": ann.name, "password": PASSWORD})
    page.check(old.status == 401, f"the old password at the other node: {old}")
    again = Client(paper.b).call("PUT", "/api/v1/accounts/password-reset", {"token": token, "password": PASSWORD + " three"})
    page.check(again.status == 400, f"the link once more at the other node: {again}")

    bea = paper.by_password("Bea Password")
    changed = bea.call(paper.a, "PUT", "/api/v1/me/password", {"old": PASSWORD, "new": PASSWORD + " two"})
    page.check(changed.status in (200, 204), f"a new password: {changed}")
    paper.dead([bea.other], "a password that was changed elsewhere")

    cora = paper.by_password("Cora Address")
    fresh = f"{secrets.token_hex(6)}@reader.example"
    asked = cora.call(paper.a, "POST", "/api/v1/me/email", {"email": fresh, "password": PASSWORD})
    page.check(asked.status == 202, f"another address: {asked}")
    link = paper.mailed(r"/confirm-change\?token=(bl_[\w-]+)")
    Client(paper.a).want(204, "POST", "/api/v1/accounts/email-change", {"token": link})
    paper.dead([cora, cora.other], "another address")

    dora = paper.by_password("Dora Sessions")
    listed = dora.call(paper.a, "GET", "/api/v1/sessions").json
    other = next(it["id"] for it in listed["items"] if not it["is_current"])
    ended = dora.call(paper.a, "DELETE", f"/api/v1/sessions/{other}")
    page.check(ended.status == 204, f"ending one's other session: {ended}")
    paper.dead([dora.other], "a session that was ended elsewhere")
    page.check(dora.is_in(paper.b), "ending one session ended another")
    dora.call(paper.a, "DELETE", "/api/v1/sessions/current")
    paper.dead([dora], "signed out")

    for what, person in (("by password", paper.by_password("Emma Gone")), ("by host token", paper.by_host_token(paper.b))):
        gone = person.call(paper.a, "POST", "/api/v1/me/deletion", {})
        page.check(gone.status == 202, f"deletion {what}: {gone}")
        paper.dead([person] + [person.other] * bool(person.other), f"a deleted account, {what}")


def staff_acts(paper):
    """What the paper and its operator do to an account at one node."""
    page, queue = paper.page, f"/api/v1/moderation/queue?title={paper.world['title']}"
    mona = paper.by_password("Mona Moderates", "moderator")
    page.check(mona.call(paper.b, "GET", queue).status == 200, "a moderator reads the queue at the other node")
    account = mona.me(paper.b)["account"]["id"]
    paper.admin.want((200, 204), "PUT", f"/api/v1/accounts/{account}/role", {"role": "reader", "title": paper.world["title"]})
    paper.dead([mona, mona.other], "a role that was taken away")
    anew = sign_in(paper.b, {"email": mona.name, "password": PASSWORD})
    page.check(anew.call("GET", queue).status == 403, "the role is gone at the other node")

    nora = paper.by_password("Nora Operated")
    paper.command("account", "set-password", "--email", nora.name, "--password-stdin", stdin=PASSWORD + " two")
    paper.dead([nora, nora.other], "a password that the operator set")

    olga = paper.by_password("Olga Ended", "moderator")
    account = olga.me(paper.a)["account"]["id"]
    for session in paper.admin.want(200, "GET", f"/api/v1/accounts/{account}/sessions")["items"]:
        paper.admin.want(204, "DELETE", f"/api/v1/accounts/{account}/sessions/{session['id']}")
    paper.dead([olga, olga.other], "sessions that an admin ended")


def mail_once(paper):
    """Both nodes send from one outbox, and each mail goes out once."""
    sent = []
    for node in paper.nodes:
        folder = os.path.join(node.folder, "data", "mail")
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                sent.append(re.search(r"^Message-ID: (\S+)", file.read(), re.MULTILINE)[1])
    paper.page.check(len(sent) > 5, f"only {len(sent)} mails were sent: nothing is shown")
    paper.page.check(len(sent) == len(set(sent)), f"{len(sent) - len(set(sent))} of {len(sent)} mails were sent twice")
    print(f"{len(sent)} mails by two nodes, none twice")


def main():
    given = arguments(__doc__.splitlines()[0], rounds=(20, "bans while somebody writes at both nodes"))
    if given.database != "postgres":
        raise SystemExit("two nodes share a PostgreSQL: say --database postgres")
    keys = {"host": secrets.token_hex(32), "billing": base64.b64encode(secrets.token_bytes(32)).decode()}
    with Provider() as provider, sheet("nodes (postgres)") as page:
        settings = f"""
[server]
public_url = "{{public_url}}"
[secrets]
signing_key = "{secrets.token_hex(32)}"
identity_key = "{secrets.token_hex(32)}"
[accounts]
sign_in_per_network_per_hour = 10000
[comments]
seconds_per_comment = 1
burst = 100
repeat_minutes = 0
[billing]
webhook_secrets = ["whsec_{keys['billing']}"]
[[identity.host_token]]
issuer = "{ISSUER}"
audience = "{AUDIENCE}"
hs256 = {{ {KEY_ID} = "{keys['host']}" }}
[[identity.oidc]]
issuer = "{provider.issuer}"
client_id = "{provider.CLIENT}"
client_secret = "a secret that this provider does not look at"
"""
        with nodes(given, 2, settings) as (world, running):
            paper = Paper(page, given, world, running, keys)
            sessions_are_shared(paper, provider)
            bans(paper, provider)
            billing(paper)
            logout_there(paper, provider)
            own_acts(paper)
            staff_acts(paper)
            barrier(paper, given.rounds)
            mail_once(paper)
            print("slowest: " + ", ".join(f"{kind} {spent:.3f} s" for kind, spent in sorted(paper.slowest.items())))


if __name__ == "__main__":
    main()
