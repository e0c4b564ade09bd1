// A person at a browser, and what is watched while they go about: the console, the policy, the layout, axe.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.BELOWLINE_SCREENSHOTS;

/** Starts the browser that the machine has. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
}

/** One person with a browser window of their own. */
export class Visitor {
  static async arrive(browser, world, name, look) {
    const context = await browser.newContext({
      baseURL: world.url,
      viewport: { width: look.width, height: look.width < 600 ? 740 : 900 },
      colorScheme: look.scheme,
      javaScriptEnabled: look.script,
      locale: "en-GB",
    });
    context.setDefaultTimeout(20_000);
    return new Visitor(context, await context.newPage(), world, name, look);
  }

  constructor(context, page, world, name, look) {
    Object.assign(this, { context, page, world, name, look });
    this.complaints = [];
    this.mayFail = false;
    page.on("console", (message) => {
      const isExpected = this.mayFail && message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isExpected) this.complaints.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.complaints.push(`script: ${error}`));
    page.on("response", (answer) => {
      if (answer.status() >= 500) this.complaints.push(`${answer.status()} from ${answer.url()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(world.url) && !request.url().startsWith("data:")) {
        this.complaints.push(`reaches out to ${request.url()}`);
      }
    });
  }

  /** Signs in through the form, from wherever the page's own link leads. */
  async signIn() {
    const account = this.world.accounts[this.name];
    await this.page.getByRole("link", { name: "Sign in", exact: true }).first().click();
    await this.page.getByLabel("E-mail address").fill(account.email);
    await this.page.getByLabel("Password", { exact: true }).fill(account.password);
    await this.lookAt("sign-in");
    await this.page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  /** Looks at the page as it is now: a picture, its layout, and with scripts what axe says. */
  async lookAt(what) {
    const { page, look } = this;
    const where = `${what} (${this.name}, ${look.name})`;
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${where}: the page is ${wide} px wider than the window`);
    if (pictures) {
      const folder = join(pictures, look.name);
      await mkdir(folder, { recursive: true });
      const number = String((look.count = (look.count ?? 0) + 1)).padStart(2, "0");
      await page.screenshot({ path: join(folder, `${number}-${what}-${this.name}.png`), fullPage: true });
    }
    if (look.script) {
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const grave = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      const said = grave.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((n) => n.html).slice(0, 3).join("\n  ")}`);
      assert.deepEqual(said, [], `${where}: axe`);
    }
    assert.deepEqual(this.complaints, [], where);
  }

  async leave() {
    assert.deepEqual(this.complaints, [], `${this.name}, ${this.look.name}`);
    await this.context.close();
  }
}
