// The agent's token: kept in memory only, renewed before it ends.

const RENEW_SECONDS = 120;

/** What Teams and Entra say when nobody has allowed the app to sign the agent in yet. */
const CONSENT = /consent|AADSTS65001/i;

/** The agent has to do something before a token can be had; `people` may be chosen from in development. */
export class SignInNeeded extends Error {
  constructor({ people = null, needsConsent = false, isFirst = false } = {}) {
    super("sign-in needed");
    this.people = people;
    this.needsConsent = needsConsent;
    this.isFirst = isFirst;
  }
}

export class Session {
  #get;
  #token = null;
  #person = "";
  #asking = null;
  #isRefused = false;
  #account = null;

  constructor(host, config) {
    if (host.getToken) this.#get = host.getToken;
    else if (config.developmentSignIn) this.#get = () => developmentToken(config.developmentSignIn, host.person ?? "");
    else if (host.account) this.#get = (isRefused) => host.account.token(isRefused);
    else this.#get = null;
    this.#account = host.getToken || config.developmentSignIn ? null : host.account;
  }

  /** True where another account can be chosen here; in Teams that is done in Teams. */
  get isOwn() {
    return Boolean(this.#account);
  }

  /** True where the browser leaves for Entra; the page need not do anything more. */
  async leave(other = false) {
    await this.#account?.signIn(other);
    return this.isOwn;
  }

  /** Outside Teams and without a development sign-in there is nobody who could sign in. */
  get isPossible() {
    return this.#get !== null;
  }

  /** A token that still counts for a while. Raises SignInNeeded. */
  async token() {
    if (this.#token && this.#token.endsAt - Date.now() > RENEW_SECONDS * 1000) return this.#token.text;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** The server refused `text`: the next call asks for another one. */
  forget(text) {
    if (this.#token?.text !== text) return;
    this.#token = null;
    this.#isRefused = true;
  }

  /** Who is signed in, for what is kept per person. */
  get person() {
    return this.#token?.person ?? "";
  }

  async #ask() {
    const text = await this.#get(this.#isRefused).catch((error) => {
      if (error instanceof SignInNeeded || error instanceof TypeError) throw error;
      throw new SignInNeeded({ needsConsent: CONSENT.test(error?.message ?? error) });
    });
    this.#isRefused = false;
    const claims = claimsOf(text);
    const person = claims.oid ?? "";
    // Another account has signed in to Teams: nothing of the one before may stay on the page.
    if (this.#person && person && person !== this.#person) location.reload();
    this.#person ||= person;
    this.#token = { text, endsAt: (claims.exp ?? 0) * 1000, person };
    return text;
  }
}

async function developmentToken(address, person) {
  const url = new URL(address, document.baseURI);
  url.searchParams.set("user", person);
  const answer = await fetch(url, { cache: "no-store" });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new SignInNeeded({ people: body.users, needsConsent: CONSENT.test(body.error_description ?? "") });
  return body.token ?? body.access_token;
}

function claimsOf(token) {
  try {
    const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0))));
  } catch {
    return {};
  }
}
