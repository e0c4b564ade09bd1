// Belowline beside the newspaper's login, on the engine that BELOWLINE_DATABASE names: begun, and at the end all removed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startDemo } from "../browser/demo.js";
import { CLIENT, Newspaper } from "./provider.js";

const here = dirname(fileURLToPath(import.meta.url));
const engine = process.env.BELOWLINE_DATABASE ?? "sqlite";

/** A PostgreSQL of its own; `stop` removes it. */
async function startPostgres() {
  const child = spawn("python3", [resolve(here, "../blackbox/postgres.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const url = await Promise.race([
    new Promise((done) => createInterface({ input: child.stdout }).once("line", done)),
    ended.then(() => Promise.reject(new Error("PostgreSQL did not start"))),
  ]);
  return { url, stop: () => (child.stdin.end("\n"), ended) };
}

/** A server that does as `answer` says, and what it calls itself. */
export async function startServer(answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => (server.closeAllConnections(), new Promise((done) => server.close(done)));
  return { issuer: `http://localhost:${server.address().port}`, stop };
}

/** Everything, `others` being issuers that Belowline trusts besides. */
export async function start(people, others = []) {
  const stops = [];
  const stop = async () => {
    for (const each of stops.reverse()) await each();
  };
  try {
    const newspaper = new Newspaper(people);
    await newspaper.reserve();
    const folder = await mkdtemp(join(tmpdir(), "belowline-oidc-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const quoted = (text) => JSON.stringify(text);
    const known = `client_id = ${quoted(CLIENT.id)}\nclient_secret = ${quoted(CLIENT.secret)}\n`;
    const tables = [newspaper.issuer, ...others].map((issuer) => `[[identity.oidc]]\nissuer = ${quoted(issuer)}\n${known}`);
    const settings = join(folder, "settings.toml");
    await writeFile(settings, tables.join("\n"));
    const flags = ["--settings", settings];
    if (engine === "postgres") {
      const postgres = await startPostgres();
      stops.push(postgres.stop);
      flags.push("--database", postgres.url);
    }
    const demo = await startDemo(flags);
    stops.push(demo.stop);
    await newspaper.begin({ site: demo.world.url });
    stops.push(() => newspaper.end());
    return { newspaper, world: demo.world, site: demo.world.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
