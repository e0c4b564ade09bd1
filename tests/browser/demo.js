// A demo of its own for each test: started, spoken to as the contract says, stopped, and all of it removed.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? resolve(here, "../../target");

/** The program under test. */
export const binary = resolve(process.env.BELOWLINE_BINARY ?? join(target, "debug/belowline"));

/** A TCP port on loopback that nobody uses now. */
function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Starts the demo; gives what it printed, and `stop`, which expects a clean end. */
export async function startDemo(flags = [], settings = {}, host = "127.0.0.1") {
  const folder = await mkdtemp(join(tmpdir(), "belowline-browser-"));
  const port = await freePort();
  const demo = ["demo", "--data-dir", join(folder, "data"), "--listen", `127.0.0.1:${port}`, "--print", "json", ...flags];
  // Browsers know passkeys by the name of a host, and not by its number.
  const named = host === "127.0.0.1" ? {} : { BELOWLINE__SERVER__PUBLIC_URL: `http://${host}:${port}` };
  const child = spawn(binary, demo, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...named, ...settings } });
  const ended = new Promise((done) => {
    child.once("exit", (code, signal) => done({ code, signal }));
    child.once("error", (error) => done({ error }));
  });
  const log = join(folder, "server.log");
  child.stderr.pipe(createWriteStream(log));
  const line = await Promise.race([
    new Promise((done) => createInterface({ input: child.stdout }).once("line", done)),
    ended.then(() => null),
    new Promise((done) => setTimeout(done, 120_000, null).unref()),
  ]);
  if (line === null) {
    child.kill("SIGKILL");
    throw new Error(`the demo did not start: ${JSON.stringify(await ended)}\n${await readFile(log, "utf8")}`);
  }
  const stop = async () => {
    const late = setTimeout(() => child.kill("SIGKILL"), 40_000);
    child.kill("SIGTERM");
    const end = await ended;
    clearTimeout(late);
    const said = await readFile(log, "utf8");
    await rm(folder, { recursive: true, force: true });
    if (end.code !== 0) throw new Error(`the demo ended with ${JSON.stringify(end)}:\n${said.slice(-4000)}`);
    if (said.includes("panicked at")) throw new Error(`the server panicked:\n${said.slice(-4000)}`);
  };
  return { world: JSON.parse(line), stop };
}
