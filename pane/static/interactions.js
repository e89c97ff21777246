// The agent's interactions (E-07 to E-10): which of them are unread, which one's card is shown, arrow keys.

import { CardPlace } from "./cards.js";

const ROW = '[data-verb="interactions.show"]:not([data-place])';
const NAME = '[data-verb="interactions.show"][data-place="dialog"]';
const KEPT = "customer-card.view";

export class Interactions {
  #root;
  #list;
  #place;
  #fetch;
  #handlers;
  #about = {};
  #unread = [];
  #asked = 0;

  /** `fetch(verb, data)` → {card, unread}; `handlers`: pick(card, leg), enlarge(card, leg), plus those of CardPlace. */
  constructor(root, fetch, handlers) {
    this.#root = root;
    this.#list = root.querySelector("#interactions-list");
    this.#fetch = fetch;
    this.#handlers = handlers;
    this.#place = new CardPlace(this.#list, this.#list, { ...handlers, act: (pressed) => this.#press(pressed) });
    this.shown = null;
    this.#listen();
    this.#turn(kept() === "interactions");
  }

  /** True where they are shown, and not the customers. */
  get isShown() {
    return !this.#root.querySelector("#interactions").hidden;
  }

  /** The leg whose card is shown, or none. */
  select(leg) {
    this.shown = leg;
    this.#showSelected();
  }

  /** True where `card` is that of an interaction in the list. */
  has(card) {
    return this.isShown && this.#lines().some(({ row }) => row.dataset.card === card);
  }

  /** Legs in which there is something new, as the server has just told. */
  heard(unread) {
    if (!unread) return;
    this.#unread = unread;
    const count = unread.length < 100 ? String(unread.length) : "99+";
    for (const badge of this.#root.querySelectorAll(".unread")) {
      const [shown, said] = badge.children;
      shown.textContent = count;
      said.textContent = this.#handlers.say("unread", { count });
      badge.hidden = unread.length === 0;
    }
  }

  /** Tell the server that what is new in the interaction on the screen has been read. */
  async read() {
    const leg = this.shown;
    this.#unread = this.#unread.filter((one) => one !== leg);
    const answer = await this.#fetch("interactions.read", { leg, shown: leg, ...this.#about });
    if (this.isShown) this.take(answer);
    else this.heard(answer.unread);
  }

  /** True where there is something new in the one whose card is shown. */
  get isNewsShown() {
    return this.#unread.includes(this.shown);
  }

  async refresh() {
    const asked = (this.#asked += 1);
    const question = this.shown ? { ...this.#about, shown: this.shown } : this.#about;
    const answer = await this.#fetch("interactions.open", question);
    if (asked === this.#asked) this.take(answer);
  }

  /** Show the list that `answer` has. */
  take({ card, unread }) {
    this.heard(unread);
    if (!card) return;
    this.#place.show(card, "interactions");
    this.#showSelected();
  }

  /** The focus is on the line of `leg`: on its name, or on the first one where it has gone. */
  focusName(leg) {
    const names = [...this.#list.querySelectorAll(NAME)];
    (names.find((name) => name.dataset.leg === leg) ?? names[0] ?? this.#root.querySelector("#view-interactions")).focus();
  }

  #press({ verb, data }) {
    if (verb === "interactions.show") {
      this.#unread = this.#unread.filter((one) => one !== data.leg);
      return data.place === "dialog" ? this.#handlers.enlarge(data.card, data.leg) : this.#handlers.pick(data.card, data.leg);
    }
    this.#about = data.after ? { after: data.after } : {};
    return this.refresh().then(() => this.#list.querySelector(ROW)?.focus());
  }

  #lines() {
    return [...this.#list.querySelectorAll(ROW)].map((row) => ({
      row,
      name: this.#list.querySelector(`${NAME}[data-leg="${CSS.escape(row.dataset.leg)}"]`),
    }));
  }

  #showSelected() {
    const lines = this.#lines();
    const current = lines.find(({ row }) => row.dataset.leg === this.shown);
    const focused = lines.find(({ row, name }) => row === document.activeElement || name === document.activeElement);
    for (const line of lines) {
      line.row.ariaCurrent = line === current ? "true" : null;
      line.row.closest('[id^="own."]:not([id$=".show"])')?.classList.toggle("current", line === current);
      for (const part of [line.row, line.name]) if (part) part.tabIndex = line === (focused ?? current ?? lines[0]) ? 0 : -1;
    }
  }

  #turn(isInteractions) {
    this.#root.querySelector("#customers").hidden = isInteractions;
    this.#root.querySelector("#interactions").hidden = !isInteractions;
    for (const button of this.#root.querySelectorAll("#views button")) {
      button.ariaPressed = String((button.dataset.view === "interactions") === isInteractions);
    }
  }

  #listen() {
    for (const button of this.#root.querySelectorAll("#views button")) {
      button.addEventListener("click", () => {
        this.#turn(button.dataset.view === "interactions");
        keep(button.dataset.view);
        if (this.isShown) this.refresh().catch(() => {}); // The next event asks again.
      });
    }
    this.#list.addEventListener("keydown", (event) => this.#arrows(event));
  }

  /** Up and down from line to line, left and right between its name and the rest of it. */
  #arrows(event) {
    const lines = this.#lines();
    const at = lines.findIndex(({ row, name }) => [row, name].includes(document.activeElement));
    if (at < 0) return;
    const isName = document.activeElement === lines[at].name;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    const across = { ArrowLeft: lines[at].name, ArrowRight: lines[at].row }[event.key];
    const line = to === undefined ? null : lines[Math.max(0, Math.min(lines.length - 1, to))];
    const next = line ? ((isName && line.name) || line.row) : across;
    if (!next) return;
    event.preventDefault();
    for (const { row, name } of lines) for (const part of [row, name]) if (part) part.tabIndex = -1;
    const { row, name } = line ?? lines[at];
    for (const part of [row, name]) if (part) part.tabIndex = 0;
    next.focus();
  }
}

// Which of the two lists was looked at, for a reload. Storage may be switched off.
function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(view) {
  try {
    sessionStorage.setItem(KEPT, view);
  } catch {
    // Memory alone, then.
  }
}
