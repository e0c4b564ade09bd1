#!/usr/bin/env python3
"""Sends malformed requests on bare sockets: each gets a refusal that says what is wrong, and nothing falls over.

Where HTTP itself could be read, the answer is `application/problem+json` with a code out of the catalogue. Where it
could not, a 4xx or a closed connection will do. Never a 5xx, a panic, or memory that stays.
"""

import collections
import gzip
import http.client
import json
import random
import socket
import threading
import time

from belowline import Client, arguments, demo, expect, new_key, recount, sheet, sign_in, some_words
from raw import head

ABOUT_16_KIB = 16 * 1024


class Case:
    """One malformed request: its bytes, and what may come back."""

    def __init__(self, name, message, statuses=None, codes=None, is_http=True):
        self.name, self.message, self.statuses, self.codes, self.is_http = name, message, statuses, codes, is_http


class Cases:
    """Makes malformed requests of every kind, each with something random in it."""

    def __init__(self, server, tokens, story, comment, clause, title):
        self.port, self.tokens = server.port, tokens
        self.story, self.comment, self.clause, self.title = story, comment, clause, title
        self.kinds = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("make_")]

    def post(self, path, data, kind="application/json", key=True, token="subscriber", extra=()):
        """A whole POST with any bytes as its body."""
        fields = [("Content-Type", kind)] if kind is not None else []
        fields += [("Content-Length", str(len(data)))]
        fields += [("Idempotency-Key", new_key())] if key else []
        fields += list(extra)
        return head("POST", path, self.port, self.tokens[token], None, fields) + data

    def get(self, path, token="subscriber", extra=()):
        return head("GET", path, self.port, self.tokens[token], None, extra)

    def write(self, rng):
        """A route that takes a body, with a body it would take, and the caller who may send it."""
        thread, own = f"/api/v1/stories/{self.story}/comments", f"/api/v1/comments/{self.comment}"
        return rng.choice([
            (thread, {"body": some_words(rng, 5)}, "subscriber"),
            (f"{own}/reports", {"clause": self.clause, "note": some_words(rng, 4)}, "reader"),
            (f"{own}/decisions", {"action": "approve", "revision": 1}, "moderator"),
        ])

    def make_broken_json(self, rng):
        path, body, token = self.write(rng)
        text = json.dumps(body).encode()
        cut = rng.randrange(len(text) - 1)
        broken = rng.choice([
            text[:cut], text + b"}", text.replace(b":", b"=", 1), b"", b"   ", b"[]", b'"text"', b"null", b"42", b"[" * 50,
            text.replace(b'"', b"'"), text[:-1] + b",}", b"\xef\xbb\xbf\xef\xbb\xbf" + text, b"NaN", b"{\"body\": .5}",
            b'{"body": "\\ud800"}', b'{"body": "\x01"}', b'{"body": "line\nbreak"}', b"{body: 1}", b"// no\n" + text,
        ])
        return Case("broken JSON", self.post(path, broken, token=token), {400}, {"malformed"})

    def make_bad_utf8(self, rng):
        path, _, token = self.write(rng)
        bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"caf\xe9"])
        return Case("bad UTF-8", self.post(path, b'{"body": "' + bad + b'"}', token=token), {400}, {"malformed"})

    def make_nul(self, rng):
        path, body, token = self.write(rng)
        field = rng.choice([name for name in body if isinstance(body[name], str)])
        body[field] = "a\x00b"
        if rng.random() < 0.2:
            return Case("U+0000 in a path", self.get(f"/api/v1/comments/cmt%00{rng.random()}"), {404}, {"not_found"})
        return Case("U+0000", self.post(path, json.dumps(body).encode(), token=token), {400}, {"malformed"})

    def make_doubled_field(self, rng):
        path, body, token = self.write(rng)
        text = json.dumps(body).encode()
        name = rng.choice(list(body))
        doubled = text[:-1] + b", " + json.dumps({name: body[name]}).encode()[1:]
        return Case("doubled field", self.post(path, doubled, token=token), {400}, {"malformed"})

    def make_unknown_field(self, rng):
        path, body, token = self.write(rng)
        body[rng.choice(["Body", "id", "status", "__proto__", "", "body ", "é"])] = 1
        statuses, codes = ({422}, {"invalid"}) if token == "subscriber" else ({409, 422, 429}, None)
        return Case("unknown field", self.post(path, json.dumps(body).encode(), token=token), statuses, codes)

    def make_wrong_type_of_field(self, rng):
        path = f"/api/v1/stories/{self.story}/comments"
        bad = rng.choice([1, 1.5, -1, True, None, [], {}, ["text"], {"a": 1}, 10 ** 400])
        return Case("field of the wrong type", self.post(path, json.dumps({"body": bad}).encode()), {400, 422},
                    {"invalid", "malformed"})

    def make_length(self, rng):
        path = f"/api/v1/stories/{self.story}/comments"
        text = rng.choice(["", " ", "\n\n", "x" * 5001, "\u200b", "é" * 5001, "😀" * 5001, "x" * 20_000])
        return Case("body length", self.post(path, json.dumps({"body": text}, ensure_ascii=False).encode()), {422},
                    {"body_length", "invalid"})

    def make_bad_parent(self, rng):
        path = f"/api/v1/stories/{self.story}/comments"
        parent = rng.choice(["", "cmt_", "nothing", self.story, self.comment.upper(), self.comment + "0", "cmt_" + "z" * 26,
                             "../../etc/passwd", "cmt_" + "8" * 26, 7, [self.comment]])
        return Case("bad parent", self.post(path, json.dumps({"body": "A reply.", "parent": parent}).encode()),
                    {404, 409, 422}, None)

    def make_bad_id(self, rng):
        bad = rng.choice(["cmt_", "x", "%20", "%ff", "%C0%AF", "..%2f..%2fetc", "cmt_" + "0" * 25, "cmt_" + "0" * 27,
                          "cmt_" + "!" * 26, "acct_" + "0" * 26, self.comment.upper(), "'%20or%201=1--", "%F0%9F%98%80",
                          "0" * 3000, "cmt_" + "7" + "z" * 25, "cmt_%E2%80%AE" + "0" * 20])
        path = rng.choice(["/api/v1/comments/{}", "/api/v1/comments/{}/replies", "/api/v1/stories/{}/comments",
                           "/api/v1/stories/{}/mine", "/api/v1/titles/{}/house-rules"]).format(bad)
        return Case("bad id", self.get(path), {404}, {"not_found"})

    def make_bad_query(self, rng):
        bad = rng.choice(["limit=0", "limit=101", "limit=-1", "limit=1.0", "limit=", "limit=ten", "limit=1&limit=2",
                          "limit=99999999999999999999", "sort=", "sort=best", "sort=newest&sort=newest", "after=",
                          "after=x", "after=%ff", "after=" + "A" * 54, "after=" + "A" * 4000, "page=2", "limit=%31%30%30%30",
                          "=", "&&&", "limit", "%00=1", "after=%00", "sort=newest%00", "x[]=1", "limit=1;sort=newest"])
        path = rng.choice([f"/api/v1/stories/{self.story}/comments", f"/api/v1/comments/{self.comment}/replies"])
        if "sort" in bad and "replies" in path:
            path = f"/api/v1/stories/{self.story}/comments"
        if bad == "&&&":
            return Case("empty query", self.get(f"{path}?{bad}"), {200, 400}, {"invalid_query", None})
        return Case("bad query", self.get(f"{path}?{bad}"), {400}, {"invalid_query"})

    def make_bad_key(self, rng):
        path = f"/api/v1/stories/{self.story}/comments"
        data = json.dumps({"body": some_words(rng, 5)}).encode()
        bad = rng.choice(["", " ", "x" * 256, "two words", "caf\u00e9", "\x7f", "tab\there"])
        extra = [("Idempotency-Key", bad)] if rng.random() < 0.8 else [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        return Case("bad idempotency key", self.post(path, data, key=False, extra=extra), {400},
                    {"idempotency_key_invalid", "idempotency_key_missing", None}, is_http="\x7f" not in bad)

    def make_bad_token(self, rng):
        bad = rng.choice(["Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "bearer " + "A" * 43, "Bearer " + "A" * 5000,
                          "Bearer a b c", "Token x", "", "Bearer \xff\xfe", "Bearer " + "é" * 20])
        message = head("GET", "/api/v1/me", self.port, None, None, [("Authorization", bad)])
        return Case("bad token", message, {400, 401}, {"not_signed_in", "malformed"})

    def make_wrong_type(self, rng):
        path, body, token = self.write(rng)
        kind = rng.choice([None, "", "text/plain", "application/xml", "application/x-www-form-urlencoded",
                           "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/jsonp",
                           "application", "*/*", "text/json"])
        return Case("wrong content type", self.post(path, json.dumps(body).encode(), kind, token=token), {415},
                    {"unsupported_type"})

    def make_compressed(self, rng):
        path, body, token = self.write(rng)
        bomb = gzip.compress(b" " * (1 << 20) if rng.random() < 0.5 else json.dumps(body).encode(), mtime=0)
        coding = rng.choice(["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip", "nonsense"])
        return Case("compressed body", self.post(path, bomb, token=token, extra=[("Content-Encoding", coding)]), {415},
                    {"unsupported_type"})

    def make_oversize(self, rng):
        path, _, token = self.write(rng)
        data = b'{"body": "' + b"x" * rng.choice([64 * 1024, 65 * 1024, 200_000, 1 << 20]) + b'"}'
        return Case("oversize body", self.post(path, data, token=token), {413}, {"too_large"})

    def make_oversize_chunked(self, rng):
        path, _, token = self.write(rng)
        fields = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"), ("Idempotency-Key", new_key())]
        chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
        message = head("POST", path, self.port, self.tokens[token], None, fields) + chunk * rng.randint(5, 40) + b"0\r\n\r\n"
        return Case("oversize in chunks", message, {413}, {"too_large"})

    def make_deep_json(self, rng):
        depth = rng.choice([200, 1000, 10_000])
        kind = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
        inner = kind[0] * depth + (b"1" if kind[0] != b"[" else b"") + kind[1] * depth
        data = rng.choice([b'{"body": ' + inner + b"}", inner])
        path, _, token = self.write(rng)
        statuses = {413} if len(data) > 64 * 1024 else {400, 422}
        return Case("deep JSON", self.post(path, data, token=token), statuses, {"malformed", "invalid", "too_large"})

    def make_wrong_method(self, rng):
        method = rng.choice(["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW", "CONNECT", "OPTIONS"])
        path = rng.choice([f"/api/v1/stories/{self.story}/comments", "/api/v1/me"])
        return Case("wrong method", head(method, path, self.port, self.tokens["subscriber"], 0), {404, 405, 400},
                    {"method_not_allowed", "not_found", "malformed", None}, is_http=method != "CONNECT")

    def make_no_route(self, rng):
        path = rng.choice(["/api/v1", "/api/v2/me", "/api/v1/comments", "/api/v1//me", "/api/v1/me/", "/api/v1/../v1/me",
                           "/%2e%2e/", "/api/v1/stories/by-key", "/api/v1/me%2f", "/api/v1/ME", "/api/v1/me;x=1"])
        return Case("no such route", self.get(path), {404, 405}, {"not_found", "method_not_allowed"})

    def make_big_headers(self, rng):
        if rng.random() < 0.5:
            extra = [("X-Padding", "x" * rng.choice([64 * 1024, 200_000, 500_000]))]
        else:
            extra = [(f"X-Padding-{number}", "x") for number in range(rng.choice([101, 500, 3000]))]
        return Case("big headers", self.get("/api/v1/me", extra=extra), None, None, is_http=False)

    def make_long_path(self, rng):
        return Case("long path", self.get("/api/v1/" + "x" * rng.choice([8000, 60_000, 70_000])), {404, 414},
                    None, is_http=False)

    def make_framing(self, rng):
        path = f"/api/v1/stories/{self.story}/comments"
        start = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.tokens['subscriber']}\r\n" \
                f"Content-Type: application/json\r\nIdempotency-Key: {new_key()}\r\n"
        data = json.dumps({"body": some_words(rng, 4)})
        broken = rng.choice([
            f"Content-Length: {len(data)}\r\nContent-Length: {len(data) + 1}\r\n\r\n{data}",
            f"Content-Length: -1\r\n\r\n{data}", f"Content-Length: +{len(data)}\r\n\r\n{data}",
            f"Content-Length: 0x10\r\n\r\n{data}", f"Content-Length: 99999999999999999999999\r\n\r\n{data}",
            f"Content-Length: {len(data)}, {len(data)} 1\r\n\r\n{data}",
            f"Transfer-Encoding: gzip\r\n\r\n{data}", f"Transfer-Encoding: chunked, gzip\r\n\r\n{data}",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\nnothing\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefgh\r\n0\r\n\r\n",
            f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{len(data):x}\r\n{data}\r\nX\r\n\r\n",
            "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            " Folded: header\r\n\r\n", "No-Colon\r\n\r\n", ": empty name\r\n\r\n", "Sp ace: x\r\n\r\n",
            "X: a\x00b\r\n\r\n", "X: a\rb\r\n\r\n",
        ])
        return Case("broken framing", (start + broken).encode("latin-1"), None, None, is_http=False)

    def make_no_http(self, rng):
        message = rng.choice([
            b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
            b"GET  /  HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(rng.getrandbits(8) for _ in range(60)),
            bytes(rng.getrandbits(8) for _ in range(300)) + b"\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
            b"SSH-2.0-OpenSSH_9.0\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
        return Case("no HTTP", message, None, None, is_http=False)

    def make_cut_off(self, rng):
        path, body, token = self.write(rng)
        message = self.post(path, json.dumps(body).encode(), token=token)
        return Case("cut off", message[:rng.randrange(10, len(message) - 1)], None, None, is_http=False)


def send(port, case):
    """Sends one case on a connection of its own; gives status, content type and body, or None when none came."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            for at in range(0, len(case.message), ABOUT_16_KIB):
                connection.sendall(case.message[at:at + ABOUT_16_KIB])
            if not case.is_http:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The server may answer and close before it has been told everything.
        try:
            response = http.client.HTTPResponse(connection, method=case.message.split(b" ", 1)[0].decode("latin-1"))
            response.begin()
            return response.status, response.getheader("Content-Type", ""), response.read()
        except (OSError, http.client.HTTPException, ValueError):
            return None


def judge(case, answer, catalogue):
    """What is wrong with an answer, or None."""
    if answer is None:
        return "no answer" if case.is_http else None
    status, kind, raw = answer
    if status >= 500:
        return f"{status} {raw[:200]!r}"
    if not case.is_http:
        return None
    if case.statuses and status not in case.statuses:
        return f"{status} instead of {sorted(case.statuses)}: {raw[:200]!r}"
    if status < 400:
        return None
    if not kind.startswith("application/problem+json"):
        return f"{status} as {kind!r}"
    try:
        code = json.loads(raw)["code"]
    except (ValueError, KeyError, TypeError):
        return f"{status} without a code: {raw[:200]!r}"
    if code not in catalogue:
        return f"code {code} is not in the catalogue"
    if case.codes and code not in case.codes:
        return f"code {code} instead of {sorted(filter(None, case.codes))}"
    return None


def pipelined(page, server, comments):
    """Many requests in one write are answered in order, a malformed one among them too."""
    wanted = [(comments[at % len(comments)], 200) if at % 5 else ("cmt_nothing", 404) for at in range(40)]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"".join(head("GET", f"/api/v1/comments/{id}", server.port) for id, _ in wanted))
        stream = connection.makefile("rb")
        for at, (id, status) in enumerate(wanted):
            line = stream.readline()
            length = 0
            while (field := stream.readline()) not in (b"\r\n", b""):
                if field.lower().startswith(b"content-length:"):
                    length = int(field.split(b":")[1])
            found = json.loads(stream.read(length) or b"null")
            is_right = line.split()[1:2] == [str(status).encode()] and (status != 200 or found["id"] == id)
            page.check(is_right, f"answer {at} of the pipeline is {line!r}, expected {status} for {id}")
    message = head("POST", "/api/v1/sessions", server.port, None, 3 << 20) + b"{" + b" " * 100_000
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        try:
            connection.sendall(message)
        except OSError:
            pass
        try:
            response = http.client.HTTPResponse(connection)
            response.begin()
            page.check(response.status == 413, f"an announced 3 MiB got {response.status}")
            page.check(response.getheader("Connection") == "close", "a request not read to its end must be the last")
        except (OSError, http.client.HTTPException) as broken:
            page.check(False, f"an announced 3 MiB got no answer: {broken!r}")


def main():
    given = arguments(__doc__.splitlines()[0], requests=(3000, "how many to send"), seed=(1, "of every choice"),
                      callers=(6, "how many send at once"), memory=(32, "MiB by which the server may grow"))
    with sheet(f"hostile ({given.database})") as page, demo(given, crowd=1) as server:
        world, base = server.world, server.world["url"]
        tokens = {name: sign_in(base, world["accounts"][name]).token for name in ("subscriber", "reader", "moderator")}
        story = world["stories"][0]["id"]
        anyone = Client(base)
        document = anyone.want(200, "GET", "/api/openapi.json")
        catalogue = {entry["code"] for entry in document.get("x-error-codes", [])}
        expect(len(catalogue) >= 20, "the OpenAPI document lists no error codes")
        writer = Client(base, world["crowd"][0]["token"])
        comments = [writer.want(201, "POST", f"/api/v1/stories/{story}/comments",
                                {"body": some_words(random.Random(number), 9)}, new_key())["comment"]["id"]
                    for number in range(4)]
        rules = anyone.want(200, "GET", f"/api/v1/titles/{world['title']}/house-rules")
        cases = Cases(server, tokens, story, comments[0], rules["clauses"][0]["id"], world["title"])
        for kind in cases.kinds:
            send(server.port, kind(random.Random(0)))
        time.sleep(1)
        memory, files = server.memory_kib(), server.file_count()
        before = recount(anyone, story)
        counted, faults, lock = collections.Counter(), collections.Counter(), threading.Lock()

        def work(first):
            for number in range(first, given.requests, given.callers):
                rng = random.Random(f"{given.seed}/{number}")
                case = cases.kinds[number % len(cases.kinds)](rng)
                try:
                    answer = send(server.port, case)
                    fault = judge(case, answer, catalogue)
                except OSError as broken:
                    answer, fault = None, f"no connection: {broken!r}"
                with lock:
                    counted[case.name, str(answer[0]) if answer else "closed"] += 1
                    page.check(not fault, f"{case.name} (number {number}): {fault}")
                    faults[case.name] += bool(fault)

        threads = [threading.Thread(target=work, args=(first,), daemon=True) for first in range(given.callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipelined(page, server, comments)
        page.check(server.is_running(), "the server is gone")
        page.check(anyone.again("GET", "/readyz").status == 200, "the server is not ready")
        page.check(recount(anyone, story).keys() == before.keys(), "something malformed was stored")
        anyone.close()
        writer.close()
        deadline = time.monotonic() + 45
        while server.file_count() > files + 8 and time.monotonic() < deadline:
            time.sleep(0.5)
        page.check(server.file_count() <= files + 8, f"{server.file_count()} files are open, {files} before")
        grown = (server.memory_kib() - memory) / 1024
        page.check(grown <= given.memory, f"memory grew by {grown:.1f} MiB")
        print(f"\n{'malformed':28} answers")
        for name in sorted({name for name, _ in counted}):
            answers = ", ".join(f"{status}: {count}" for (other, status), count in sorted(counted.items()) if other == name)
            print(f"{name:28} {answers}" + (f"   {faults[name]} WRONG" if faults[name] else ""))
        print(f"memory {grown:+.1f} MiB, files {server.file_count() - files:+d}\n")


if __name__ == "__main__":
    main()
