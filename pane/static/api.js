// Calls to the server, each with the agent's token, language and time zone.

const ANSWER_SECONDS = 20;

/** The server refused: `code` says why. */
export class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  #session;
  #language;

  constructor(session, language) {
    this.#session = session;
    this.#language = language;
  }

  /** Carry out an action; resolves to {card: JSON or null, id, version, leg, notice, unread, known}. */
  async act(verb, data = {}, inputs = {}, isAutomatic = false) {
    const trigger = isAutomatic ? "automatic" : "manual";
    const answer = await this.#call("action", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ action: { verb, data, inputs }, trigger }),
      signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
    });
    const body = await answer.json();
    const isCard = body.type === "application/vnd.microsoft.card.adaptive";
    const { card: id, version, notice, unread, known, leg = null } = body;
    return { card: isCard ? body.value : null, id, version, leg, notice, unread, known };
  }

  /** The event stream: a response whose body never ends by itself. */
  events(signal) {
    return this.#call("events", { headers: { Accept: "text/event-stream" }, signal });
  }

  async #call(path, options, isSecond = false) {
    const token = await this.#session.token();
    const headers = {
      ...options.headers,
      Authorization: `Bearer ${token}`,
      "X-Language": this.#language,
      "X-Time-Zone": Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
    };
    const answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
    if (answer.ok) return answer;
    const code = (await answer.json().catch(() => null))?.value?.code ?? "other";
    if (answer.status === 401) this.#session.forget(token);
    // Refused before anything was done: sending it again with a fresh token is harmless.
    const isStale = answer.status === 401 && code !== "tenant_not_allowed";
    if (isStale && !isSecond) return this.#call(path, options, true);
    throw new Refused(answer.status, code);
  }
}
