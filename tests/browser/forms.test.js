// What happens to words that were typed: nothing is lost when a form is refused, nothing comes twice.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.js";
import { startBrowser, Visitor } from "./visitor.js";

let browser;
let demo;
before(async () => {
  browser = await startBrowser();
  demo = await startDemo(["--unlimited"]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const script of [true, false]) {
  const look = { width: 900, scheme: "light", script, name: `forms-${script ? "script" : "plain"}` };

  test(`a refused comment comes back as it was typed, ${look.name}`, { timeout: 120_000 }, async () => {
    const ann = await Visitor.arrive(browser, demo.world, "subscriber", look);
    await ann.page.goto(`/stories/${demo.world.stories[0].id}`);
    await ann.signIn();
    const typed = `Too long by far. ${"towpath ".repeat(700)}`;
    await ann.page.getByLabel("Your comment").fill(typed);
    ann.mayFail = true;
    await ann.page.getByRole("button", { name: "Post comment" }).click();
    await ann.page.getByRole("alert").waitFor();
    assert.equal((await ann.page.getByLabel("Your comment").inputValue()).trim(), typed.trim());
    await ann.lookAt("refused");
    await ann.leave();
  });

  test(`the same form sent twice posts once, ${look.name}`, { timeout: 120_000 }, async () => {
    const bob = await Visitor.arrive(browser, demo.world, "second_subscriber", look);
    const story = `/stories/${demo.world.stories[1].id}`;
    await bob.page.goto(story);
    await bob.signIn();
    const words = `Twice is once, ${look.name}.`;
    await bob.page.getByLabel("Your comment").fill(words);
    const form = await bob.page.evaluate(() => {
      const sent = document.querySelector("#write form");
      return { action: sent.getAttribute("action"), fields: Object.fromEntries(new FormData(sent)) };
    });
    await bob.page.getByRole("button", { name: "Post comment" }).click();
    await bob.page.getByRole("status").waitFor();
    const again = await bob.context.request.post(form.action, {
      form: form.fields,
      headers: { Origin: demo.world.url, "Sec-Fetch-Site": "same-origin" },
    });
    assert.ok(again.ok(), `the second sending answers ${again.status()}`);
    await bob.page.goto(story);
    assert.equal(await bob.page.getByRole("article").filter({ hasText: words }).count(), 1);
    await bob.leave();
  });

  test(`a form that has expired gives the words back, ${look.name}`, { timeout: 120_000 }, async () => {
    const ann = await Visitor.arrive(browser, demo.world, "subscriber", look);
    const story = `/stories/${demo.world.stories[0].id}`;
    await ann.page.goto(story);
    await ann.signIn();
    const words = "Written while the session ran out.";
    await ann.page.getByLabel("Your comment").fill(words);
    await ann.context.clearCookies();
    ann.mayFail = true;
    await ann.page.getByRole("button", { name: "Post comment" }).click();
    await ann.page.getByRole("heading", { name: "This form had expired" }).waitFor();
    assert.equal((await ann.page.getByLabel("Your comment").inputValue()).trim(), words);
    await ann.lookAt("expired");
    await ann.page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await ann.page.getByLabel("E-mail address").fill(demo.world.accounts.subscriber.email);
    await ann.page.getByLabel("Password", { exact: true }).fill(demo.world.accounts.subscriber.password);
    await ann.page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await ann.page.getByLabel("Your comment").waitFor();
    assert.equal(new URL(ann.page.url()).pathname, story, "one is back at the story");
    await ann.leave();
  });
}
