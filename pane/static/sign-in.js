// The agent's token: kept in memory only, renewed before it ends.

const RENEW_SECONDS = 120;

/** The agent has to do something before a token can be had; `people` may be chosen from in development. */
export class SignInNeeded extends Error {
  constructor(people = null) {
    super("sign-in needed");
    this.people = people;
  }
}

export class Session {
  #get;
  #token = null;
  #asking = null;

  constructor(host, config) {
    if (host.getToken) this.#get = host.getToken;
    else if (config.developmentSignIn) this.#get = () => developmentToken(config.developmentSignIn, host.person ?? "");
    else this.#get = null;
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
    if (this.#token?.text === text) this.#token = null;
  }

  /** Who is signed in, for what is kept per person. */
  get person() {
    return this.#token?.person ?? "";
  }

  async #ask() {
    const text = await this.#get().catch((error) => {
      throw error instanceof SignInNeeded || error instanceof TypeError ? error : new SignInNeeded();
    });
    const claims = claimsOf(text);
    this.#token = { text, endsAt: (claims.exp ?? 0) * 1000, person: claims.oid ?? "" };
    return text;
  }
}

async function developmentToken(address, person) {
  const url = new URL(address, document.baseURI);
  url.searchParams.set("user", person);
  const answer = await fetch(url, { cache: "no-store" });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new SignInNeeded(body.users ?? null);
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
