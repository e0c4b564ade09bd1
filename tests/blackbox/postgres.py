"""A private PostgreSQL cluster in a temporary folder: made for one check, gone after it.

`initdb` refuses to run as root, so as root the cluster belongs to the user `postgres` (or `nobody`).
"""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile


def free_port():
    """A TCP port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _tools():
    """The folder of the newest installed server programs."""
    folders = sorted(
        (folder for folder in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(f"{folder}/initdb")),
        key=lambda folder: int(folder.split("/")[-2]),
    )
    if folders:
        return folders[-1]
    found = shutil.which("initdb")
    if found:
        return os.path.dirname(os.path.realpath(found))
    raise SystemExit("PostgreSQL's server programs are missing: install the package `postgresql`")


def ask(url, sql):
    """The rows that `sql` answers in the database at `url`, each a list of texts."""
    command = [f"{_tools()}/psql", url, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"psql failed:\n{done.stderr}")
    return [line.split("\t") for line in done.stdout.splitlines() if line]


class Cluster:
    """A running cluster; `url` names an empty database in it."""

    def __init__(self):
        self.tools = _tools()
        self.folder = tempfile.mkdtemp(prefix="belowline-pg-")
        self.port = free_port()
        self.user = None
        if os.getuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self.user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "belowline", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "-N")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} " \
                  "-c max_connections=100 -c shared_buffers=64MB"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-t", "60", "-l", f"{self.folder}/log",
                  "-o", options, "start")
        self.databases = 0

    def _run(self, tool, *arguments):
        command = [f"{self.tools}/{tool}", *arguments]
        wish = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=self.folder, **wish)
        if done.returncode != 0:
            raise SystemExit(f"{tool} failed:\n{done.stdout.decode(errors='replace')}")

    def database(self):
        """The URL of a new, empty database."""
        self.databases += 1
        name = f"check_{self.databases}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "belowline", name)
        return f"postgres://belowline@127.0.0.1:{self.port}/{name}"

    def stop(self):
        """Stops the cluster and removes its folder."""
        try:
            self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


if __name__ == "__main__":
    with Cluster() as cluster:
        print(cluster.database())
        input("Enter stops it. ")
