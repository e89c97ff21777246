// The pages for supervisors and administrators: what opens them, and what brings the one that is shown again.

export const ADMINISTRATION = "administration";
const PAUSE = 500;
const EVERY = 15_000;

export class Administration {
  #button;
  #say;
  #first = null;
  #question = null;
  #timer = null;

  /** `open()` shows the pages; `refresh()` fetches the one that is shown again, and is called now and then. */
  constructor(button, say, { open, refresh }) {
    this.#button = button;
    this.#say = say;
    this.isShown = false;
    button.addEventListener("click", open);
    // Not everything that is counted there tells of its changes.
    setInterval(() => this.isShown && !document.hidden && refresh(), EVERY);
  }

  /** The server says which page is open to this person, or none. */
  offer(verb) {
    this.#first = verb ?? null;
    this.#button.hidden = !verb;
    this.#button.querySelector("span").textContent = this.#say(verb === "admin.pushes" ? "pushes" : "administration");
  }

  /** Whether these pages are what stands in the place of the card. */
  show(isShown) {
    this.isShown = isShown;
    this.#button.ariaCurrent = isShown ? "page" : null;
    if (!isShown) this.#question = null;
  }

  /** The page `json` is drawn: it says itself what brings it again. A preview does not: it stays as it is. */
  drawn(json) {
    const { verb, ...data } = json.refresh?.action?.data ?? {};
    this.#question = verb ? { verb, data } : null;
  }

  /** What brings the page again, null where it stays; before any was drawn, the first one. */
  get question() {
    return this.#question;
  }

  get first() {
    return { verb: this.#first, data: {} };
  }

  /** Much changes at once where many agents work: once in a while is enough. */
  soon(refresh) {
    this.#timer ??= setTimeout(() => ((this.#timer = null), refresh()), PAUSE);
  }
}
