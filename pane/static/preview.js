// What a customer's line shows before it is opened: on hover with a mouse, on focus with the keyboard; never on touch.

import { hostConfig } from "./look.js";

const PAUSE = 400;
const GRACE = 200;
const WIDTH = 288;
const ROW = '[data-verb="customers.show"]';

export class Preview {
  #place = document.querySelector("#preview");
  #fetch;
  #row = null;
  #timer = null;

  /** `list` holds the lines; `fetch(verb, data)` → {card}. */
  constructor(list, fetch) {
    this.#fetch = fetch;
    list.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.#soon(event.target.closest(ROW)));
    list.addEventListener("pointerout", (event) => this.#leave(event.relatedTarget));
    list.addEventListener("focusin", (event) => event.target.matches(`${ROW}:focus-visible`) && this.#soon(event.target));
    list.addEventListener("focusout", () => this.hide());
    list.addEventListener("click", () => this.hide());
    list.addEventListener("scroll", () => this.hide(), { passive: true });
    this.#place.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#place.addEventListener("pointerleave", (event) => this.#leave(event.relatedTarget));
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  hide() {
    clearTimeout(this.#timer);
    this.#row?.removeAttribute("aria-describedby");
    this.#row = null;
    this.#place.hidden = true;
  }

  #soon(row) {
    clearTimeout(this.#timer);
    if (!row || row === this.#row) return;
    this.#timer = setTimeout(() => this.#show(row), PAUSE);
  }

  /** The pointer may go into the preview, e.g. to copy a number from it. */
  #leave(to) {
    clearTimeout(this.#timer);
    if (to?.closest?.("#preview") || (this.#row && to?.closest?.(ROW) === this.#row)) return;
    this.#timer = setTimeout(() => this.hide(), GRACE);
  }

  #key(event) {
    if (event.key !== "Escape" || this.#place.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
  }

  async #show(row) {
    this.hide();
    this.#row = row;
    const answer = await this.#fetch("customers.preview", { card: row.dataset.card }).catch(() => null);
    // The agent may be elsewhere by now, and the list may have been drawn anew.
    if (!answer?.card || this.#row !== row || !row.isConnected) return;
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = hostConfig();
    card.parse(answer.card);
    const drawn = card.render();
    for (const name of ["tabindex", "aria-label", "role"]) drawn.removeAttribute(name);
    this.#place.replaceChildren(drawn);
    this.#place.hidden = false;
    this.#put(row.getBoundingClientRect());
    row.setAttribute("aria-describedby", "preview");
  }

  /** Beside the line where there is room, else below it; never over it, never outside the window. */
  #put(line) {
    const isBeside = innerWidth - line.right > WIDTH + 16;
    const box = this.#place.getBoundingClientRect();
    const left = isBeside ? line.right + 8 : Math.max(8, Math.min(line.left, innerWidth - box.width - 8));
    const below = isBeside ? line.top : line.bottom + 4;
    const top = !isBeside && below + box.height > innerHeight ? line.top - box.height - 4 : below;
    this.#place.style.left = `${left}px`;
    this.#place.style.top = `${Math.max(8, Math.min(top, innerHeight - box.height - 8))}px`;
  }
}
