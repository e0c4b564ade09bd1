"""What every black-box check shares: starting the demo, speaking to it, and counting what was found.

The checks know nothing but the published contract: `belowline demo --print json`, and the API under `/api/v1`.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

import postgres

START_SECONDS = 120
STOP_SECONDS = 40
REQUEST_SECONDS = 40

# What `serve` is started with besides: the demo's staff, who are used there too, have no second factor.
SERVE_ENVIRONMENT = {"BELOWLINE__STAFF__SECOND_FACTOR_REQUIRED": "false"}


class Broken(Exception):
    """A promise that was not kept."""


def expect(condition, message):
    """Fails the check unless `condition` holds."""
    if not condition:
        raise Broken(message)


def arguments(description, **numbers):
    """The command line that all checks share; `numbers` are further options `name=(default, help)`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    parser.add_argument("--binary", default=f"{target}/debug/belowline", help="the program to check")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite", help="the engine to run on")
    for name, (default, text) in numbers.items():
        kind = str if default is None else type(default)
        parser.add_argument("--" + name.replace("_", "-"), type=kind, default=default, help=text)
    given = parser.parse_args()
    if not os.access(given.binary, os.X_OK):
        parser.error(f"{given.binary} is not there: build it with `cargo build`, or name it with --binary")
    given.binary = os.path.abspath(given.binary)
    return given


class Server:
    """A demo of its own, in a temporary folder, on one engine."""

    def __init__(self, binary, folder, database_url=None, crowd=0, comments=0, unlimited=True, settings=None):
        self.binary, self.folder, self.database_url = binary, folder, database_url
        self.crowd, self.comments, self.unlimited, self.settings = crowd, comments, unlimited, settings
        self.port = postgres.free_port()
        self.process = None
        self.log_path = os.path.join(folder, "server.log")

    def start(self):
        """Starts the demo and returns what it printed."""
        command = [self.binary, "demo", "--data-dir", os.path.join(self.folder, "data"),
                   "--listen", f"127.0.0.1:{self.port}", "--print", "json"]
        if self.database_url:
            command += ["--database", self.database_url]
        if self.crowd:
            command += ["--crowd", str(self.crowd)]
        if self.comments:
            command += ["--comments", str(self.comments)]
        if self.unlimited:
            command += ["--unlimited"]
        if self.settings:
            command += ["--settings", self.settings]
        return self.launch(command)

    def launch(self, command, environment=None):
        """Runs `command` and returns the line that it prints once it serves."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                            cwd=self.folder, env={**os.environ, **(environment or {})})
        begun = time.monotonic()
        watch = threading.Timer(START_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        if not line:
            raise Broken(f"{command[1]} did not start (exit {self.process.wait()}):\n{self.log_tail()}")
        self.ready_seconds = time.monotonic() - begun
        self.world = json.loads(line)
        return self.world

    def stop(self):
        """Asks the demo to stop and expects that it does so cleanly."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Broken(f"the demo did not stop within {STOP_SECONDS} s of SIGTERM") from None
        rest = self.process.stdout.read()
        self.process.stdout.close()
        expect(code == 0, f"the demo ended with {code} after SIGTERM:\n{self.log_tail()}")
        expect(not rest, f"more than one line on stdout: {rest[:200]!r}")

    def kill(self):
        """Ends the demo at once, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def is_running(self):
        """Whether the process is still there."""
        return self.process is not None and self.process.poll() is None

    def memory_kib(self):
        """The resident memory in KiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def file_count(self):
        """How many file descriptors are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def log_tail(self):
        """The last lines that the server logged."""
        with open(self.log_path, errors="replace") as log:
            return "".join(log.readlines()[-25:])

    def log_has_panic(self):
        """Whether the server ever logged a panic."""
        with open(self.log_path, errors="replace") as log:
            return any("panicked at" in line for line in log)


class Node(Server):
    """One node of an installation: `serve` on a database and with settings that it shares with others."""

    @property
    def url(self):
        """Where this very node is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts the node and returns what it printed."""
        return self.launch([self.binary, "serve", "--data-dir", os.path.join(self.folder, "data"), "--settings", self.settings,
                            "--listen", f"127.0.0.1:{self.port}", "--database", self.database_url, "--print", "json"],
                           SERVE_ENVIRONMENT)


@contextlib.contextmanager
def nodes(given, count, settings, **wishes):
    """The world of a demo, and `count` nodes that serve it from one PostgreSQL. `settings` is TOML, keys included; a node's
    address stands in it as `{public_url}`, the same for all."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="belowline-check-"))
        url = stack.enter_context(postgres.Cluster()).database()
        path = os.path.join(folder, "settings.toml")
        folders = [os.path.join(folder, f"node-{number}") for number in range(count)]
        for each in folders:
            os.mkdir(each)
        running = [Node(given.binary, each, url, settings=path) for each in folders]
        with open(path, "w", encoding="utf-8") as file:
            file.write(settings.replace("{public_url}", running[0].url))
        seed = Server(given.binary, folder, url, settings=path, **wishes)
        try:
            world = seed.start()
            seed.stop()
            for node in running:
                node.start()
            yield world, running
            for node in running:
                node.stop()
                expect(not node.log_has_panic(), f"a node panicked:\n{node.log_tail()}")
        finally:
            for each in [seed, *running]:
                if each.is_running():
                    each.kill()


@contextlib.contextmanager
def demo(given, **wishes):
    """A started demo on the engine asked for; stopped, and all of it removed, at the end."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="belowline-check-"))
        url = None
        if given.database == "postgres":
            url = stack.enter_context(postgres.Cluster()).database()
        server = Server(given.binary, folder, url, **wishes)
        try:
            server.start()
            yield server
            if server.is_running():
                server.stop()
            expect(not server.log_has_panic(), f"the server panicked:\n{server.log_tail()}")
        finally:
            if server.is_running():
                server.kill()


class Answer:
    """A response, read to its end."""

    def __init__(self, status, headers, raw):
        self.status, self.headers, self.raw = status, headers, raw

    @property
    def json(self):
        """The body as JSON, or None."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return None

    @property
    def code(self):
        """The problem's code, or None."""
        body = self.json
        return body.get("code") if isinstance(body, dict) else None

    def __str__(self):
        return f"{self.status} {self.raw[:600].decode(errors='replace')}"


class Client:
    """One caller with one connection; not to be shared between threads."""

    def __init__(self, base, token=None):
        parts = urllib.parse.urlsplit(base)
        self.host, self.port, self.token = parts.hostname, parts.port, token
        self.connection = None

    def call(self, method, path, body=None, key=None, headers=None):
        """Sends one request; connection faults are the caller's."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=REQUEST_SECONDS)
        sent = {"Accept": "application/json"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if key:
            sent["Idempotency-Key"] = key
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            self.connection.request(method, path, data, sent)
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except Exception:
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def again(self, method, path, body=None, key=None):
        """As `call`, once more on a new connection when the idle one had been closed meanwhile."""
        try:
            return self.call(method, path, body, key)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            return self.call(method, path, body, key)

    def want(self, status, method, path, body=None, key=None):
        """As `call`, and fails unless the status is the one expected."""
        answer = self.again(method, path, body, key)
        allowed = status if isinstance(status, tuple) else (status,)
        expect(answer.status in allowed, f"{method} {path}: {answer}, expected {status}")
        return answer.json

    def close(self):
        """Closes the connection."""
        if self.connection:
            self.connection.close()
            self.connection = None


def new_key():
    """A fresh idempotency key."""
    return uuid.uuid4().hex


WORDS = (
    "apple barge bench bridge canal chalk cloud coast comb copper corner cream dairy desk ember engine fern field "
    "flour forge garden glove grain gravel harbour hedge hill honey island ivory jacket kettle ladder lamp lantern "
    "lemon linen lock maple market meadow mill mirror mortar needle oak orchard paper parcel pebble pepper pier plank "
    "plum pond quarry quilt rail ribbon river saddle salt sand shore silver slate spring station stone straw tailor "
    "thimble timber tower train tunnel valley velvet village wagon walnut water wheat willow window winter wool"
).split()


def some_words(rng, count):
    """Harmless words in an order that hardly comes twice; no digits, which word lists may read as letters."""
    return " ".join(rng.choice(WORDS) for _ in range(count))


def sign_in(base, account):
    """A client for one of the demo's accounts."""
    client = Client(base)
    answer = client.want(201, "POST", "/api/v1/sessions",
                         {"email": account["email"], "password": account["password"]})
    client.token = answer["token"]
    return client


def walk(client, story, sort="oldest", limit=100):
    """Every comment of a thread that `client` may know of, replies included, by paging to the end."""
    found = {}

    def take(comment):
        expect(comment["id"] not in found, f"{comment['id']} came twice while paging")
        found[comment["id"]] = comment
        for reply in comment["replies"]:
            take(reply)

    after, pages = None, 0
    while True:
        query = f"?sort={sort}&limit={limit}" + (f"&after={urllib.parse.quote(after)}" if after else "")
        page = client.want(200, "GET", f"/api/v1/stories/{story}/comments{query}")
        for top in page["comments"]:
            take(top)
            rest = top["replies_next"]
            while rest:
                more = client.want(200, "GET", f"/api/v1/comments/{top['id']}/replies"
                                               f"?limit=100&after={urllib.parse.quote(rest)}")
                for reply in more["comments"]:
                    take(reply)
                rest = more["next"]
        after, pages = page["next"], pages + 1
        expect(pages < 10_000, "paging does not end")
        if not after:
            return page["story"], found


def recount(client, story):
    """Walks the thread and expects the count on the story to be the number of published comments."""
    head, found = walk(client, story)
    published = sum(comment["status"] == "published" for comment in found.values())
    expect(head["comment_count"] == published,
           f"{story} says {head['comment_count']} comments, a recount finds {published}")
    return found


class Sheet:
    """Counts checks and prints what was found."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.begun = name, 0, 0, time.monotonic()

    def check(self, condition, message):
        """Notes one check; prints it only when it failed."""
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED  {message}", flush=True)
        return condition

    def close(self):
        """Prints the sum and ends the program with what it means."""
        spent = time.monotonic() - self.begun
        print(f"{self.name}: {self.passed} passed, {self.failed} failed in {spent:.1f} s", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


@contextlib.contextmanager
def sheet(name):
    """A sheet that counts a broken promise as a failure instead of a traceback."""
    page = Sheet(name)
    try:
        yield page
    except Broken as broken:
        page.check(False, str(broken))
    page.close()
