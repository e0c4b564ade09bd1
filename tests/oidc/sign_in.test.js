// Signing in at the newspaper's own login, there and back, and everybody who comes back otherwise.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLIENT, newKey } from "./provider.js";
import { Visitor, send } from "./visitor.js";
import { start, startServer } from "./world.js";

const people = {
  ann: { name: "Ottoline Ferry", email: "ottoline@reader.example", email_verified: true },
  ben: { name: "Barnaby Quay", entitlement: { status: "active", subscription: "sub_ben" } },
  // What she says of herself is what others have already.
  eve: { name: "Winifred Oakshott", email: "subscriber@demo.example", email_verified: true, role: "admin", roles: ["admin"] },
};

let site, world, newspaper, stop, liar, mute;
before(async () => {
  liar = await startServer((_, answer) => answer.end(JSON.stringify({ issuer: "http://localhost:1" })));
  mute = await startServer(() => {});
  ({ site, world, newspaper, stop } = await start(people, [liar.issuer, mute.issuer]));
});
after(async () => {
  await stop?.();
  await liar?.stop();
  await mute?.stop();
});

const visitor = (agent) => new Visitor(site, agent);
const signIn = (browser, person, options) => browser.signIn(person, { issuer: newspaper.issuer, ...options });
const leave = (browser, person, options) => browser.leave(person, { issuer: newspaper.issuer, ...options });

/** The answer lets nobody in, and says so on a page that leads on. */
async function refused(browser, answer, statuses = [401]) {
  assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text.slice(0, 300)}`);
  assert.match(answer.headers["content-type"], /^text\/html/);
  assert.match(answer.text, /<h1>[^<]{5,}<\/h1>/, "a heading says what is the matter");
  assert.match(answer.text, /href="\/(sign-in[^"]*)?"/, "a link leads on");
  assert.doesNotMatch(answer.text, /You are signed in/, "it is true");
  assert.doesNotMatch(answer.text, /nonce|PKCE|JWKS|client_secret|invalid_grant/i, "no words of the trade");
  assert.ok(!answer.cookies.some((line) => line.startsWith("belowline=")), "no session");
  assert.equal(await browser.me(), undefined, "nobody is signed in");
}

test("one signs in there and is back where one was, with the name that the login gives", async () => {
  const ann = visitor();
  const returnTo = `/stories/${world.stories[0].id}`;
  const asked = [];
  const answer = await signIn(ann, "ann", { returnTo, change: (url) => (asked.push(url), url) });
  const query = asked[0].searchParams;
  assert.equal(query.get("response_type"), "code");
  assert.equal(query.get("code_challenge_method"), "S256");
  assert.match(query.get("code_challenge"), /^[\w-]{43}$/);
  assert.ok(query.get("nonce").length >= 20 && query.get("state").length >= 20);
  assert.ok(!ann.cookie("belowline-oidc"), "what it began with is forgotten");
  assert.equal(answer.status, 303, answer.text);
  assert.equal(answer.headers.location, returnTo);
  const session = answer.cookies.find((line) => line.startsWith("belowline="));
  assert.match(session, /; HttpOnly; SameSite=Lax/);
  const story = await ann.go(returnTo);
  assert.equal(story.status, 200);
  assert.match(story.text, /Ottoline Ferry/);
  assert.match(story.text, /<article/, "comments can be read");
  const me = await ann.me();
  assert.equal(me.account.name, "Ottoline Ferry");

  const again = visitor("another browser");
  await signIn(again, "ann");
  assert.equal((await again.me()).account.id, me.account.id, "a second sign-in is the same account");
});

test("the sign-in page leads to every provider, and one signs in from there", async () => {
  const ann = visitor();
  const page = await ann.go("/sign-in");
  const links = [...page.text.matchAll(/href="(\/sign-in\/oidc\?[^"]*)"/g)].map((found) => found[1].replaceAll("&amp;", "&"));
  assert.equal(links.length, 3);
  const until = ({ pathname }) => pathname === "/sign-in/oidc/callback";
  const back = await ann.through(await ann.go(links[0], { until }), "ann");
  assert.equal((await ann.ask("GET", back)).status, 303);
  assert.equal((await ann.me()).account.name, "Ottoline Ferry");
});

test("who is entitled there may comment here, who is not may not", async () => {
  const words = "The ferry was on time, for once.";
  const box = async (person) => {
    const browser = visitor();
    await signIn(browser, person);
    const page = await browser.go(`/stories/${world.stories[0].id}`);
    return { browser, form: page.text.match(/<form[^>]*action="\/stories\/[^"]*"[^>]*>.*?<\/form>/s)?.[0] };
  };
  assert.equal((await box("ann")).form, undefined, "nobody pays for Ann");
  const { browser, form } = await box("ben");
  const inputs = form.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g);
  const fields = Object.fromEntries([...inputs].map((found) => found.slice(1)));
  const sent = await browser.ask("POST", `/stories/${world.stories[0].id}`, { ...fields, body: words });
  assert.equal(sent.status, 303, sent.text.slice(0, 500));
  assert.match((await visitor().go(`/stories/${world.stories[0].id}?sort=newest`)).text, new RegExp(words));
});

test("a name and an address that somebody has already join no accounts, and a role in a token gives none", async () => {
  const eve = visitor();
  assert.equal((await signIn(eve, "eve")).status, 303);
  const me = await eve.me();
  assert.match(me.account.name, /^Reader \d+$/);
  assert.notEqual(me.account.id, world.accounts.subscriber.id);
  const desk = await eve.ask("GET", `/api/v1/moderation/queue?title=${world.title}`);
  assert.equal(desk.status, 403);
});

test("EdDSA and ES256 are believed as RS256 is", async () => {
  for (const alg of ["EdDSA", "ES256"]) {
    await newspaper.beginAnew({ alg });
    const ann = visitor();
    assert.equal((await signIn(ann, "ann")).status, 303, alg);
    assert.equal((await ann.me()).account.name, "Ottoline Ferry");
  }
  await newspaper.beginAnew({ alg: "RS256" });
});

for (const bySession of [true, false]) {
  const of = bySession ? "of that session there" : "of that person";
  test(`logging out there ends the sessions here ${of}, and no others`, async () => {
    await newspaper.beginAnew({ bySession });
    const [here, elsewhere, other] = [visitor(), visitor("another browser"), visitor("somebody else")];
    for (const [browser, person] of [[here, "ann"], [elsewhere, "ann"], [other, "ben"]]) {
      assert.equal((await signIn(browser, person)).status, 303);
    }
    newspaper.told.length = 0;
    const asked = await here.go(`${newspaper.issuer}/session/end`);
    const xsrf = asked.text.match(/name="xsrf" value="([^"]+)"/)[1];
    await here.go(`${newspaper.issuer}/session/end/confirm`, { method: "POST", form: { xsrf, logout: "yes" } });
    assert.deepEqual(newspaper.told.map(({ status }) => status), [200]);
    assert.equal(await here.me(), undefined, "the session is over");
    assert.equal((await elsewhere.me()) !== undefined, bySession, "the same person's session in another browser");
    assert.ok(await other.me(), "somebody else's session");

    const endpoint = `${site}/sign-in/oidc/backchannel-logout`;
    assert.equal((await signIn(here, "ann")).status, 303);
    const [{ token }] = newspaper.told;
    const flipped = token.slice(0, -8) + (token.at(-8) === "A" ? "B" : "A") + token.slice(-7);
    for (const [what, form] of [["the same word twice", { logout_token: token }], ["a forged word", { logout_token: flipped }],
      ["no word", { logout_token: "" }], ["none at all", {}]]) {
      const answer = await send("POST", endpoint, {}, form);
      assert.equal(answer.status, 400, `${what}: ${answer.text}`);
      assert.match(answer.headers["content-type"], /^application\/problem\+json/, what);
    }
    assert.ok(await here.me(), "nobody was signed out by those");
  });
}

test("an id token is no word of logging out", async () => {
  await newspaper.beginAnew({ bySession: true });
  const ann = visitor();
  const back = new URL(await leave(ann, "ann"));
  const code = back.searchParams.get("code");
  // Whoever has the client's secret but not the browser's own secret gets no token at all.
  const basic = Buffer.from([CLIENT.id, CLIENT.secret].map(encodeURIComponent).join(":")).toString("base64");
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: `${site}/sign-in/oidc/callback`,
    code_verifier: "A".repeat(43),
  };
  const token = await send("POST", `${newspaper.issuer}/token`, { authorization: `Basic ${basic}` }, form);
  assert.equal(token.status, 400, "the code is bound to a verifier");
  const client = await newspaper.oidc.Client.find(CLIENT.id);
  const made = new newspaper.oidc.IdToken({ sub: "ann" }, { client, ctx: undefined });
  made.mask = { sub: null };
  const idToken = await made.issue({ use: "idtoken" });
  const sent = await send("POST", `${site}/sign-in/oidc/backchannel-logout`, {}, { logout_token: idToken });
  assert.equal(sent.status, 400, sent.text);
});

test("what one browser began no other can end", async () => {
  const ann = visitor();
  const back = await leave(ann, "ann");
  const stranger = visitor("a stranger");
  await refused(stranger, await stranger.ask("GET", back));
  await leave(stranger, "eve");
  await refused(stranger, await stranger.ask("GET", back));
  assert.equal((await ann.ask("GET", back)).status, 303, "the one that began it still can");
});

test("a stolen code is of no use in a sign-in that one began oneself", async () => {
  const [ann, eve] = [visitor(), visitor("a thief")];
  const stolen = new URL(await leave(ann, "ann")).searchParams.get("code");
  const own = new URL(await leave(eve, "eve"));
  own.searchParams.set("code", stolen);
  await refused(eve, await eve.ask("GET", own));
});

test("a code and a state are good once", async () => {
  const ann = visitor();
  const back = await leave(ann, "ann");
  const begun = ann.cookies.find(({ name }) => name === "belowline-oidc");
  assert.equal((await ann.ask("GET", back)).status, 303);
  const thief = visitor("a thief");
  thief.cookies.push(begun);
  await refused(thief, await thief.ask("GET", back));
  const own = new URL(await leave(thief, "eve"));
  own.searchParams.set("code", new URL(back).searchParams.get("code"));
  await refused(thief, await thief.ask("GET", own));
  assert.ok(await ann.me(), "whoever was signed in stays so");
});

test("what was begun with is neither forged nor altered", async () => {
  const guessed = Buffer.from(JSON.stringify({ state: "x", nonce: "x", verifier: "x" })).toString("base64url");
  for (const change of [
    (value) => `${value.slice(0, -1)}${value.endsWith("0") ? "1" : "0"}`,
    (value) => value.split(".")[0],
    (value) => `${guessed}.${value.split(".")[1]}`,
    () => "",
  ]) {
    const ann = visitor();
    const back = await leave(ann, "ann");
    const begun = ann.cookies.find(({ name }) => name === "belowline-oidc");
    begun.value = change(begun.value);
    await refused(ann, await ann.ask("GET", back));
  }
});

test("an answer to another question is none", async () => {
  const other = (name) => (url) => (url.searchParams.set(name, "another-one-of-a-sensible-length"), url);
  const ann = visitor();
  await refused(ann, await signIn(ann, "ann", { change: other("nonce") }));
  await refused(ann, await signIn(ann, "ann", { change: other("state") }));
  const withoutNonce = (url) => (url.searchParams.delete("nonce"), url);
  await refused(ann, await signIn(ann, "ann", { change: withoutNonce }));
  for (const change of [(query) => query.delete("state"), (query) => query.delete("code"), (query) => query.delete("iss"),
    (query) => query.set("iss", "http://localhost:1"), (query) => query.set("code", "made-up"),
    (query) => [...query.keys()].forEach((name) => query.delete(name))]) {
    const back = new URL(await leave(ann, "ann"));
    change(back.searchParams);
    await refused(ann, await ann.ask("GET", back));
  }
  assert.equal((await signIn(ann, "ann")).status, 303, "the next one works");
});

test("whoever gives up there is told so here, and may begin anew", async () => {
  const ann = visitor();
  const back = await leave(ann, undefined);
  assert.equal(new URL(back).searchParams.get("error"), "access_denied");
  await refused(ann, await ann.ask("GET", back));
  assert.equal((await signIn(ann, "ann")).status, 303);
});

test("nobody is sent to another host afterwards", async () => {
  for (const returnTo of ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example",
    "javascript:alert(1)", "/sign-in/oidc/../..//evil.example", `${newspaper.issuer}/`, "/%2f%2fevil.example", "\t//evil.example"]) {
    const ann = visitor();
    const answer = await signIn(ann, "ann", { returnTo });
    assert.equal(answer.status, 303, returnTo);
    assert.equal(answer.headers.location, "/", returnTo);
  }
});

test("a provider that nobody named, lies or does not answer is told of on a page", async () => {
  const ann = visitor();
  const begin = (issuer) => ann.ask("GET", `/sign-in/oidc?${new URLSearchParams({ issuer })}`);
  await refused(ann, await begin("https://evil.example"), [404]);
  await refused(ann, await ann.ask("GET", "/sign-in/oidc"), [404]);
  await refused(ann, await begin(liar.issuer), [503]);
  const begun = Date.now();
  await refused(ann, await begin(mute.issuer), [503]);
  assert.ok(Date.now() - begun < 10_000, "nobody waits for long");
});

test("a secret that the provider does not know lets nobody in", async () => {
  await newspaper.beginAnew({ secret: "another secret altogether, of the same use" });
  const ann = visitor();
  await refused(ann, await signIn(ann, "ann"), [503]);
  await newspaper.beginAnew({ secret: CLIENT.secret });
  assert.equal((await signIn(ann, "ann")).status, 303);
});

test("a provider that ends halfway lets nobody in until it is back", async () => {
  const ann = visitor();
  const back = await leave(ann, "ann");
  await newspaper.end();
  const answer = await ann.ask("GET", back);
  await refused(ann, answer, [503]);
  assert.match(answer.text, /login does not answer/);
  await newspaper.begin();
  assert.equal((await signIn(ann, "ann")).status, 303);
});

test("a provider with other keys is believed within a minute, and its old keys no more", { timeout: 150_000 }, async () => {
  const old = newspaper.wishes.keys;
  await newspaper.beginAnew({ keys: [newKey("RSA", "second-RSA")] });
  const changed = Date.now();
  const ann = visitor();
  let answer;
  // Keys are asked for once a minute at most, whoever sends tokens of unknown ones.
  for (answer = await signIn(ann, "ann"); answer.status !== 303; answer = await signIn(ann, "ann")) {
    await refused(ann, answer);
    assert.ok(Date.now() - changed < 65_000, "it took more than a minute");
    await new Promise((done) => setTimeout(done, 2_000));
  }
  assert.equal((await ann.me()).account.name, "Ottoline Ferry");
  await newspaper.beginAnew({ keys: old });
  const eve = visitor();
  await refused(eve, await signIn(eve, "eve"));
  assert.ok(await ann.me(), "sessions outlive the keys that opened them");
});
