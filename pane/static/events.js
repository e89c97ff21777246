// Server-sent events over fetch, because the token belongs in a header. Connects again for as long as the page lives.

const LONGEST_WAIT = 15_000;
const VISIBLE_AFTER = 3_000;
const SILENCE = 45_000;

export class Events {
  #open;
  #handlers;
  #failures = 0;
  #wake = () => {};
  #lostTimer = null;
  #abort = null;

  /** `open(signal)` fetches the stream; handlers: ready({administration}), change({card, version, all}), lost(isLost), refused(error). */
  constructor(open, handlers) {
    this.#open = open;
    this.#handlers = handlers;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#abort?.abort());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Runs until the server refuses for a reason that does not pass. */
  async run() {
    for (;;) {
      try {
        await this.#listen();
      } catch (error) {
        if (this.#handlers.refused(error)) return this.#found();
      }
      this.#lost();
      await this.#pause();
    }
  }

  async #listen() {
    const abort = (this.#abort = new AbortController());
    let watchdog = setTimeout(() => abort.abort(), SILENCE);
    try {
      const response = await this.#open(abort.signal);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        clearTimeout(watchdog);
        if (done) return;
        watchdog = setTimeout(() => abort.abort(), SILENCE);
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.#take(block);
      }
    } finally {
      clearTimeout(watchdog);
      abort.abort();
    }
  }

  #take(block) {
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s).slice(0, 2)));
    if (fields.event === "ready") {
      this.#failures = 0;
      this.#found();
      this.#handlers.ready(JSON.parse(fields.data));
    } else if (fields.event === "change") {
      this.#handlers.change(JSON.parse(fields.data));
    }
  }

  #lost() {
    this.#lostTimer ??= setTimeout(() => this.#handlers.lost(true), VISIBLE_AFTER);
  }

  #found() {
    clearTimeout(this.#lostTimer);
    this.#lostTimer = null;
    this.#handlers.lost(false);
  }

  #hurry() {
    this.#failures = 0;
    this.#wake();
  }

  async #pause() {
    // The first try comes at once: a token that ended, or a server that was replaced.
    const wait = this.#failures === 0 ? 100 : Math.min(LONGEST_WAIT, 250 * 2 ** this.#failures);
    this.#failures += 1;
    await new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, wait * (0.75 + Math.random() / 2));
    });
  }
}
