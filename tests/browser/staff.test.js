// A moderator's first day with a second factor, and a ban for good that takes two people.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.js";
import { startBrowser, Visitor } from "./visitor.js";

const looks = [
  { width: 1200, scheme: "light", script: true, name: "1200-light-script-staff" },
  { width: 360, scheme: "dark", script: false, name: "360-dark-plain-staff" },
];

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

/** The bytes that a base 32 text writes. */
function bytesOf(text) {
  const bits = [...text].map((one) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** What an authenticator app shows for `secret`, `steps` of 30 seconds from now: RFC 6238. */
function codeOf(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Signs in with the password alone, enrols, keeps the recovery codes and goes on; gives secret and codes. */
async function enrol(visitor) {
  const { page } = visitor;
  await page.goto("/");
  await visitor.signIn();
  assert.equal(new URL(page.url()).pathname, "/me/second-factor", "whoever needs a second factor is led to it");
  await page.getByText("Until you have given one").waitFor();
  await visitor.lookAt("factor-needed");
  await page.getByRole("button", { name: "Set up an authenticator app" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  const secret = (await page.locator("code").first().textContent()).replaceAll(" ", "");
  await visitor.lookAt("factor-scan");
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  const codes = await page.locator("li code").allTextContents();
  assert.equal(new Set(codes).size, 10);
  await visitor.lookAt("factor-codes");
  await page.getByRole("link", { name: "I have kept them" }).click();
  await page.getByRole("link", { name: "Queue" }).waitFor();
  return { secret, codes };
}

/** Signs out and in again, in two steps; the first code is wrong. */
async function returnWith(visitor, code) {
  const { page, world, name } = visitor;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/sign-in");
  const account = world.accounts[name];
  await page.getByLabel("E-mail address").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await visitor.lookAt("code-asked");
  visitor.mayFail = true;
  await page.getByLabel("Code", { exact: true }).fill("not-a-code");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That code is not right").first().waitFor();
  await visitor.lookAt("code-wrong");
  visitor.mayFail = false;
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Queue" }).waitFor();
}

for (const look of looks) {
  test(`two factors and two people, ${look.name}`, { timeout: 240_000 }, async () => {
    const settings = {
      BELOWLINE__STAFF__SECOND_FACTOR_REQUIRED: "true",
      BELOWLINE__STAFF__TWO_PERSON_BANS: "true",
    };
    const { world, stop } = await startDemo([], settings);
    const visitors = [];
    try {
      const mo = await Visitor.arrive(browser, world, "moderator", look);
      visitors.push(mo);
      const { codes } = await enrol(mo);
      await returnWith(mo, codes[0]);
      const subscriber = world.accounts.subscriber.subscriber_id;
      await mo.page.goto(`/moderation/subscribers/${subscriber}`);
      await mo.page.getByRole("checkbox", { name: "Comment", exact: true }).check();
      await mo.page.locator("fieldset#clause").getByRole("radio").first().check();
      await mo.page.getByRole("radio", { name: "For good" }).check();
      await mo.page.locator("#note").fill("The fifth account behind this subscription.");
      await mo.page.getByRole("button", { name: "Look it over" }).click();
      mo.mayFail = true;
      await mo.page.getByRole("button", { name: "Ban subscriber" }).click();
      await mo.page.getByRole("heading", { name: "This waits for a second person" }).waitFor();
      await mo.lookAt("waiting");
      mo.mayFail = false;
      await mo.page.getByRole("link", { name: "See what waits" }).click();
      await mo.page.getByRole("button", { name: "Take back" }).waitFor();
      assert.equal(await mo.page.getByRole("button", { name: "Approve" }).count(), 0, "nobody approves their own");
      await mo.lookAt("approvals-own");

      const ed = await Visitor.arrive(browser, world, "editor", look);
      visitors.push(ed);
      await enrol(ed);
      await ed.page.goto("/moderation/approvals");
      await ed.lookAt("approvals");
      await ed.page.getByRole("button", { name: "Approve, and do it" }).click();
      await ed.page.getByRole("status").waitFor();
      await ed.lookAt("approved");
      await ed.page.goto(`/moderation/subscribers/${subscriber}`);
      await ed.page.getByText("For good").first().waitFor();
      await ed.lookAt("banned");
      for (const visitor of visitors) await visitor.leave();
    } finally {
      for (const visitor of visitors) await visitor.context.close();
      await stop();
    }
  });
}

/** Puts an authenticator into the visitor's browser that says yes to everything, as a fingerprint would. */
async function plugIn(visitor) {
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { unplug: () => session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }) };
}

for (const look of [looks[0], { ...looks[1], script: true, name: "360-dark-script-staff" }]) {
  test(`a passkey in the place of a code, ${look.name}`, { timeout: 240_000 }, async () => {
    const { world, stop } = await startDemo([], {
      BELOWLINE__STAFF__SECOND_FACTOR_REQUIRED: "true",
      BELOWLINE__STAFF__REAUTHENTICATE_MINUTES: "1",
    }, "localhost");
    const visitors = [];
    try {
      const mo = await Visitor.arrive(browser, world, "moderator", look);
      visitors.push(mo);
      const { page } = mo;
      await enrol(mo);
      const { unplug } = await plugIn(mo);
      await page.goto("/me/second-factor");
      await mo.lookAt("passkeys-none");
      await page.getByLabel("What shall it be called?").fill("Telephone");
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await mo.lookAt("passkey-asked");
      await page.getByRole("button", { name: "Make the passkey" }).click();
      await page.getByText("The passkey is kept").waitFor();
      await mo.lookAt("passkey-kept");

      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto("/sign-in");
      const account = world.accounts.moderator;
      const firstStep = async () => {
        await page.getByLabel("E-mail address").fill(account.email);
        await page.getByLabel("Password", { exact: true }).fill(account.password);
        await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { name: "One more step" }).waitFor();
      };
      await firstStep();
      await mo.lookAt("passkey-at-sign-in");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByRole("link", { name: "Queue" }).waitFor();

      await page.goto("/prove?return_to=/moderation/queue");
      await page.getByLabel("Password", { exact: true }).fill(account.password);
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByText("Thank you. You can go on now.").waitFor();

      // With another authenticator in it the browser has nothing to give.
      await unplug();
      const other = await plugIn(mo);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto("/sign-in");
      await firstStep();
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByText("That did not work").waitFor();
      await mo.lookAt("passkey-failed");
      await other.unplug();
      for (const visitor of visitors) await visitor.leave();
    } finally {
      for (const visitor of visitors) await visitor.context.close();
      await stop();
    }
  });
}
