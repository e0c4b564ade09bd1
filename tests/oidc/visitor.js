// A browser's bare bones: cookies by host and path, redirects, forms. It goes where it is sent, and stops where it is told.

import { request } from "node:http";

const FORM = "application/x-www-form-urlencoded";

/** One answer: nothing of it is followed or kept. */
export function send(method, address, headers = {}, form = undefined) {
  const url = new URL(address);
  const body = form && new URLSearchParams(form).toString();
  const ofForm = body === undefined ? {} : { "content-type": FORM, "content-length": Buffer.byteLength(body) };
  const sent = { accept: "text/html", ...ofForm, ...headers };
  return new Promise((done, fail) => {
    const asking = request(url, { method, headers: sent, timeout: 20_000, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part)).on("error", fail);
      answer.on("end", () => done({
        url: url.href,
        status: answer.statusCode,
        headers: answer.headers,
        cookies: answer.headers["set-cookie"] ?? [],
        text: Buffer.concat(parts).toString(),
      }));
    });
    asking.on("timeout", () => asking.destroy(new Error(`${url.href}: no answer in 20 s`))).on("error", fail).end(body);
  });
}

export class Visitor {
  /** `site` is where Belowline is. */
  constructor(site, agent = "one browser") {
    Object.assign(this, { site, agent, cookies: [] });
  }

  cookie(name) {
    return this.cookies.find((cookie) => cookie.name === name)?.value;
  }

  #keep(answer) {
    const { hostname, pathname } = new URL(answer.url);
    for (const line of answer.cookies) {
      const [pair, ...attributes] = line.split(";").map((part) => part.trim());
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      const said = Object.fromEntries(attributes.map((one) => one.split("=")).map(([key, is]) => [key.toLowerCase(), is ?? ""]));
      const path = said.path ?? pathname.slice(0, pathname.lastIndexOf("/") + 1);
      this.cookies = this.cookies.filter((one) => one.name !== name || one.hostname !== hostname || one.path !== path);
      const isOver = said["max-age"] === "0" || (said.expires && Date.parse(said.expires) <= Date.now());
      if (!isOver) this.cookies.push({ name, value, hostname, path });
    }
  }

  /** One request and its answer, with this browser's cookies. */
  async ask(method, address, form) {
    const url = new URL(address, this.site);
    const isSent = ({ hostname, path }) =>
      hostname === url.hostname && (url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`));
    const cookie = this.cookies.filter(isSent).map(({ name, value }) => `${name}=${value}`).join("; ");
    const own = form && { origin: url.origin, "sec-fetch-site": "same-origin" };
    const answer = await send(method, url, { "user-agent": this.agent, ...(cookie && { cookie }), ...own }, form);
    this.#keep(answer);
    return answer;
  }

  /** Goes to `address` and wherever that leads, until a page comes, or until before an address that `until` is true of. */
  async go(address, { until = () => false, method = "GET", form } = {}) {
    let [url, how, fields] = [new URL(address, this.site).href, method, form];
    for (let count = 0; count < 20; count += 1) {
      if (until(new URL(url))) return { url };
      const answer = await this.ask(how, url, fields);
      if (![302, 303].includes(answer.status)) return answer;
      [url, how, fields] = [new URL(answer.headers.location, url).href, "GET", undefined];
    }
    throw new Error(`${address}: it leads on and on`);
  }

  /**
   * From the provider's page on: signs in there as `person` and agrees, or gives up when there is no person. Stops before
   * coming back; answers the address that the browser is sent back to.
   */
  async through(page, person) {
    const until = ({ pathname }) => pathname === "/sign-in/oidc/callback";
    for (let count = 0; count < 5 && page.status !== undefined; count += 1) {
      const link = (pattern) => page.text.match(pattern)?.[1];
      const prompt = link(/name="prompt" value="(\w+)"/);
      if (!prompt) throw new Error(`the provider shows no form: ${page.status} ${page.text.slice(0, 500)}`);
      if (!person) page = await this.go(link(/href="([^"]*\/abort)"/), { until });
      else {
        const form = prompt === "login" ? { prompt, login: person, password: "any" } : { prompt };
        page = await this.go(link(/action="([^"]+)"/), { method: "POST", form, until });
      }
    }
    return page.url;
  }

  /** Begins here, signs in there; answers the address to come back to. `change` may alter the address of the provider. */
  async leave(person, { issuer, returnTo, change = (url) => url } = {}) {
    const query = new URLSearchParams({ ...(issuer && { issuer }), ...(returnTo && { return_to: returnTo }) });
    const begun = await this.ask("GET", `/sign-in/oidc?${query}`);
    if (begun.status !== 302) throw new Error(`it does not begin: ${begun.status} ${begun.text.slice(0, 500)}`);
    const until = ({ pathname }) => pathname === "/sign-in/oidc/callback";
    const page = await this.go(change(new URL(begun.headers.location)).href, { until });
    return this.through(page, person);
  }

  /** There and back: the answer of the callback. */
  async signIn(person, options) {
    return this.ask("GET", await this.leave(person, options));
  }

  /** Who Belowline says that this browser is; nothing when nobody is signed in. */
  async me() {
    const answer = await this.ask("GET", "/api/v1/me");
    return answer.status === 200 ? JSON.parse(answer.text) : undefined;
  }
}
