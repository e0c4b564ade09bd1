#!/usr/bin/env python3
"""Runs schemathesis against the served OpenAPI document as anonymous, subscriber and moderator.

Needs the program `schemathesis` (version 4), named by --schemathesis or on the PATH.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

from belowline import Client, arguments, demo, sheet, sign_in

# What a caller may do to end its own session; tried as anonymous only.
ENDS_ITS_OWN_SESSION = r"^/api/v1/(sessions/|me/sessions|me/password|account/password)"


def main():
    given = arguments(__doc__.splitlines()[0], schemathesis=("schemathesis", "the program"),
                      examples=(25, "requests per operation and phase"), seconds=(150, "for each caller at most"),
                      seed=(1, "of every choice"))
    program = shutil.which(given.schemathesis)
    if not program:
        sys.exit(f"{given.schemathesis} is missing: scripts/test installs it")
    settings = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemathesis.toml")
    with sheet(f"contract ({given.database})") as page, demo(given) as server:
        base = server.world["url"]
        for name in ("anonymous", "subscriber", "moderator"):
            command = [program, "--config-file", settings, "run", f"{base}/api/openapi.json", "--checks", "all",
                       "--max-examples", str(given.examples), "--seed", str(given.seed), "--no-color",
                       "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure",
                       "--suppress-health-check", "all", "--request-timeout", "20", "--max-time", str(given.seconds)]
            if name != "anonymous":
                token = sign_in(base, server.world["accounts"][name]).token
                command += ["--header", f"Authorization: Bearer {token}",
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
                me = Client(base, token).again("GET", "/api/v1/me")
                page.check(me.status == 200, f"{name} was signed out on the way: the check proves less than it says")
        page.check(server.is_running(), "the server is gone")


if __name__ == "__main__":
    main()
