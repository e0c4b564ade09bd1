// The newspaper's login: a real OpenID Connect provider on loopback, which can be ended, changed and begun again.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import Oidc from "oidc-provider";

/** A new signing key of this `kind`: RSA, EC or OKP. */
export function newKey(kind, kid) {
  const made = {
    RSA: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
    EC: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    OKP: () => generateKeyPairSync("ed25519"),
  }[kind]();
  const alg = { RSA: "RS256", EC: "ES256", OKP: "EdDSA" }[kind];
  return { ...made.privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

export const CLIENT = { id: "belowline", secret: "a secret with + / & % : in it" };

/** The provider. `people` by their subject; what `begin` is given stays until it is given otherwise. */
export class Newspaper {
  constructor(people) {
    this.people = people;
    this.told = [];
    this.wishes = { keys: ["RSA", "EC", "OKP"].map((kind) => newKey(kind, `first-${kind}`)), secret: CLIENT.secret };
  }

  /** Takes a port for good; answers nobody yet. */
  async reserve() {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    this.port = probe.address().port;
    this.issuer = `http://localhost:${this.port}`;
    await new Promise((done) => probe.close(done));
  }

  /** Opens for `site`, the address of Belowline. */
  async begin(wishes = {}) {
    Object.assign(this.wishes, wishes);
    const { keys, secret, alg = "RS256", bySession = true, site } = this.wishes;
    const oidc = new Oidc(this.issuer, {
      clients: [{
        client_id: CLIENT.id,
        client_secret: secret,
        redirect_uris: [`${site}/sign-in/oidc/callback`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        id_token_signed_response_alg: alg,
        backchannel_logout_uri: `${site}/sign-in/oidc/backchannel-logout`,
        backchannel_logout_session_required: bySession,
      }],
      jwks: { keys },
      enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
      pkce: { required: () => true },
      claims: { openid: ["sub"], profile: ["name", "preferred_username", "entitlement"], email: ["email", "email_verified"] },
      features: { backchannelLogout: { enabled: true } },
      cookies: { keys: ["only for these tests"] },
      findAccount: (_, id) => this.people[id] && { accountId: id, claims: () => ({ sub: id, ...this.people[id] }) },
      // Its own protection would keep it from this machine, where Belowline is.
      fetch: (url, { dispatcher: _, ...options }) => this.#tell(url, options),
    });
    oidc.on("server_error", (_, error) => console.error(error));
    this.oidc = oidc;
    this.server = createServer(oidc.callback()).listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
  }

  async #tell(url, options) {
    const answer = await fetch(url, options);
    this.told.push({ token: new URLSearchParams(options.body).get("logout_token"), status: answer.status });
    return answer;
  }

  /** Answers nobody any more. */
  async end() {
    this.server?.closeAllConnections();
    await new Promise((done) => (this.server ? this.server.close(done) : done()));
    this.server = undefined;
  }

  async beginAnew(wishes) {
    await this.end();
    await this.begin(wishes);
  }
}
