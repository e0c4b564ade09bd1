#!/usr/bin/env python3
"""Runs schemathesis against the served OpenAPI document as anonymous, subscriber and moderator.

Needs the program `schemathesis` (version 4), named by --schemathesis or on the PATH.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from belowline import arguments, demo, new_key, sheet, sign_in

# What ends the session of the caller, or the caller; tried as anonymous only.
ENDS_ITS_OWN_SESSION = r"^/api/v1/(sessions/|me/password|me/deletion)"

# What a sensible answer to a request that fits the schema may be. A U+0000 in a text is `malformed`, a stale cursor
# `invalid_query`, an old link `token_refused`: no schema rules these out.
ACCEPTED = ["2xx", "400", "401", "403", "404", "409", "422", "429"]
REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "431"]


def settings_of(world, clients):
    """Settings for schemathesis that make every second path name something that is there."""
    story, title = world["stories"][0], world["title"]
    posted = clients["subscriber"].want(201, "POST", f"/api/v1/stories/{story['id']}/comments",
                                        {"body": "A comment to be edited, reported and judged."}, new_key())["comment"]
    seen = clients["moderator"].want(200, "GET", f"/api/v1/stories/{story['id']}/comments?limit=5")["comments"]
    accounts = world["accounts"].values()
    known = {
        "story": [found["id"] for found in world["stories"]],
        "key": [found["key"] for found in world["stories"]],
        "title": [title],
        "comment": [posted["id"], *(comment["id"] for comment in seen)],
        "account": [account["id"] for account in accounts],
        "subscriber": [account["subscriber_id"] for account in accounts if account.get("subscriber_id")],
    }
    lines = ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(ACCEPTED)}",
             "[checks.negative_data_rejection]", f"expected-statuses = {json.dumps(REFUSED)}",
             "[checks.missing_required_header]", f"expected-statuses = {json.dumps(REFUSED)}"]
    for name, values in known.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    lines += ["[parameters]"]
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.6 }}' for name in known]
    return "\n".join(lines) + "\n"


def main():
    given = arguments(__doc__.splitlines()[0], schemathesis=("schemathesis", "the program"),
                      examples=(25, "requests per operation and phase"), seconds=(150, "for each caller at most"),
                      seed=(1, "of every choice"))
    program = shutil.which(given.schemathesis)
    if not program:
        sys.exit(f"{given.schemathesis} is missing: scripts/test installs it")
    with sheet(f"contract ({given.database})") as page, demo(given) as server:
        base, accounts = server.world["url"], server.world["accounts"]
        clients = {name: sign_in(base, accounts[name]) for name in ("subscriber", "moderator")}
        settings = os.path.join(server.folder, "schemathesis.toml")
        with open(settings, "w") as file:
            file.write(settings_of(server.world, clients))
        for name in ("anonymous", "subscriber", "moderator"):
            command = [program, "--config-file", settings, "--no-color", "run", f"{base}/api/openapi.json",
                       "--checks", "all", "--max-examples", str(given.examples), "--seed", str(given.seed),
                       "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure",
                       "--suppress-health-check", "all", "--request-timeout", "20", "--max-time", str(given.seconds)]
            if name != "anonymous":
                command += ["--header", f"Authorization: Bearer {clients[name].token}",
                            "--exclude-path-regex", ENDS_ITS_OWN_SESSION]
            print(f"\nas {name}", flush=True)
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, timeout=given.seconds * 3 + 120)
            print(done.stdout.decode(errors="replace")[-12_000:])
            page.check(done.returncode == 0, f"schemathesis as {name} ended with {done.returncode}")
            print(f"as {name}: {time.monotonic() - begun:.1f} s")
            if name != "anonymous":
                me = clients[name].again("GET", "/api/v1/me")
                page.check(me.status == 200, f"{name} was signed out on the way: the check proves less than it says")
        page.check(server.is_running(), "the server is gone")


if __name__ == "__main__":
    main()
