// The whole story of a newcomer, in a real browser: wide and narrow, light and dark, with and without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.js";
import { startBrowser, Visitor } from "./visitor.js";

const looks = [1200, 360].flatMap((width) =>
  ["light", "dark"].flatMap((scheme) =>
    [true, false].map((script) => ({ width, scheme, script, name: `${width}-${scheme}-${script ? "script" : "plain"}` })),
  ),
);

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

/** The comment on the page that has these words. */
const commentWith = (page, words) => page.getByRole("article").filter({ hasText: words }).first();

for (const look of looks) {
  test(`a newcomer's story, ${look.name}`, { timeout: 240_000 }, async () => {
    const { world, stop } = await startDemo();
    const visitors = [];
    const arrive = async (name) => {
      const visitor = await Visitor.arrive(browser, world, name, look);
      visitors.push(visitor);
      return visitor;
    };
    try {
      await tell(world, arrive);
      for (const visitor of visitors) await visitor.leave();
    } finally {
      for (const visitor of visitors) await visitor.context.close();
      await stop();
    }
  });
}

async function tell(world, arrive) {
  const story = `/stories/${world.stories[0].id}`;
  const words = "The bench by the lock has been gone since Sunday.";

  const ann = await arrive("subscriber");
  await ann.page.goto("/");
  await ann.lookAt("front-page");
  await ann.page.goto(story);
  await ann.page.getByRole("heading", { name: "Sign in to comment" }).waitFor();
  await ann.lookAt("story");
  await ann.signIn();
  assert.equal(new URL(ann.page.url()).pathname, story, "after sign-in one is back at the story");
  await ann.page.getByLabel("Your comment").fill(words);
  await ann.lookAt("comment-box");
  await ann.page.getByRole("button", { name: "Post comment" }).click();
  await ann.page.getByRole("status").waitFor();
  const permalink = await permalinkOf(ann.page, words);
  await ann.lookAt("commented");

  const bob = await arrive("second_subscriber");
  await bob.page.goto(story);
  await bob.signIn();
  await commentWith(bob.page, words).getByRole("link", { name: /^Reply to/ }).click();
  await bob.page.getByLabel("Your reply").fill("The council took it in for repairs.");
  await bob.lookAt("reply");
  await bob.page.getByRole("button", { name: "Post reply" }).click();
  await commentWith(bob.page, "took it in for repairs").waitFor();
  await bob.lookAt("replied");
  await bob.page.goto(permalink);
  await commentWith(bob.page, words).getByRole("button", { name: /Recommend/ }).click();
  await bob.page.locator('button[aria-pressed="true"]').first().waitFor();
  await bob.lookAt("recommended");

  const lou = await arrive("lapsed");
  await lou.page.goto(story);
  await lou.signIn();
  await lou.page.getByRole("heading", { name: "Your subscription has lapsed" }).waitFor();
  await lou.page.getByRole("link", { name: "Renew your subscription" }).waitFor();
  await lou.lookAt("box-closed");

  await report(await arrive("reader"), story, permalink, words);
  await moderate(await arrive("moderator"), story, permalink, words);

  await ann.page.goto(story);
  await ann.page.getByRole("heading", { name: "You cannot comment at the moment" }).waitFor();
  assert.equal(await ann.page.getByLabel("Your comment").count(), 0, "the box is closed");
  await ann.lookAt("banned");
  await ann.page.locator("#write").getByRole("link", { name: "Read the statement of reasons" }).click();
  await ann.page.getByRole("heading", { name: "Statements of reasons" }).waitFor();
  assert.ok((await ann.page.locator("#statements article").count()) >= 2, "removal and ban each have a statement");
  await ann.lookAt("statement");
  await ann.page.goto(permalink);
  await ann.lookAt("removed-comment");
  await ann.page.getByRole("link", { name: "Read the statement of reasons" }).click();
  await ann.page.getByLabel("New e-mail address").fill("ann.new@example.org");
  await ann.page.locator("#address_password").fill(world.accounts.subscriber.password);
  await ann.lookAt("own-page");
  await ann.page.getByRole("button", { name: "Send link" }).click();
  await ann.page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await ann.lookAt("check-mail");
}

/** The address of the comment's own page. */
async function permalinkOf(page, words) {
  const link = commentWith(page, words).locator("a.when").first();
  return new URL(await link.getAttribute("href"), page.url()).pathname;
}

async function report(rea, story, permalink, words) {
  await rea.page.goto(story);
  await rea.signIn();
  await rea.page.getByRole("heading", { name: "Comments are for subscribers" }).waitFor();
  await rea.lookAt("box-closed");
  await commentWith(rea.page, words).getByRole("link", { name: /^Report the comment/ }).click();
  await rea.page.getByRole("radio").first().check();
  await rea.lookAt("report");
  await rea.page.getByRole("link", { name: "Cancel" }).click();
  assert.equal(new URL(rea.page.url()).pathname, permalink, "Cancel leads back to the comment");
  await commentWith(rea.page, words).getByRole("link", { name: /^Report the comment/ }).click();
  await rea.page.getByRole("radio").first().check();
  await rea.page.getByLabel("Anything the moderator should know?").fill("This has been answered already.");
  await rea.page.getByRole("button", { name: "Send report" }).click();
  await rea.page.getByRole("status").waitFor();
  await rea.lookAt("reported");
  await commentWith(rea.page, words).getByRole("link", { name: /^Report the comment/ }).click();
  await rea.page.getByText("You have reported this comment already.").waitFor();
  await rea.lookAt("reported-before");
}

async function moderate(mo, story, permalink, words) {
  const id = permalink.split("/").pop();
  await mo.page.goto("/");
  await mo.signIn();
  await mo.page.goto(story);
  await mo.page.getByRole("link", { name: "State of the conversation" }).click();
  await mo.page.getByRole("radio", { name: "After so many days from now:" }).check();
  await mo.page.getByLabel("Days until it closes").fill("30");
  await mo.lookAt("thread-state");
  await mo.page.getByRole("button", { name: "Set" }).click();
  await mo.page.getByRole("status").waitFor();
  await mo.lookAt("thread-set");
  await mo.page.goto("/moderation/queue");
  const card = commentWith(mo.page, words);
  await card.getByText("This has been answered already.").waitFor();
  await mo.lookAt("queue");
  await card.getByText("Remove…").click();
  await card.getByLabel("Clause it breaks").selectOption({ index: 1 });
  await card.getByLabel("Note").fill("Argue about the bench, not about each other.");
  await mo.lookAt("removing");
  await card.getByRole("button", { name: "Remove comment" }).click();
  await mo.page.getByRole("status").waitFor();
  await mo.page.goto(`/moderation/comments/${id}`);
  await mo.lookAt("decided");
  await mo.page.getByRole("link", { name: "Subscriber and bans" }).click();
  for (const name of ["Comment", "Reply", "Recommend", "Report"]) {
    await mo.page.getByRole("checkbox", { name, exact: true }).check();
  }
  await mo.page.locator("fieldset#clause").getByRole("radio").first().check();
  await mo.page.getByRole("radio", { name: "Seven days" }).check();
  await mo.page.locator("#note").fill("A week, and a last one: the bench was only the newest of many.");
  await mo.lookAt("ban");
  await mo.page.getByRole("button", { name: "Look it over" }).click();
  await mo.page.getByRole("heading", { name: "Send this ban?" }).waitFor();
  await mo.lookAt("ban-review");
  await mo.page.getByRole("button", { name: "Ban subscriber" }).click();
  await mo.page.getByRole("status").waitFor();
  await mo.lookAt("banned");
}
