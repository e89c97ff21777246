// A list of customers, each line of which is drawn by itself: those that have not changed are not touched. What is drawn
// is kept without what drew it, for a list is long and stands there all day.

import { Hands } from "./hands.js";
import { hostConfig } from "./look.js";
import { mark, selectables } from "./marks.js";
import { nameAsWhole } from "./naming.js";

export class LinesPlace {
  #place;
  #pick;
  #config = hostConfig();
  #hands = new Hands();

  /** `pick(card)` opens the customer whose line is pressed. */
  constructor(place, pick) {
    this.#place = place;
    this.#pick = pick;
    place.addEventListener("click", (event) => this.#press(event));
    place.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && this.#press(event));
  }

  /** Show `lines` in this order once the agent's hands are free, then call `done`. Of each `element` is drawn, once. */
  show(lines, done) {
    this.#hands.whenFree(this.#place, () => {
      const before = this.#remember();
      this.#arrange(lines.map((line) => this.#drawn(line)));
      this.#restore(before);
      done();
    });
  }

  #drawn(line) {
    line.drawn ??= this.#draw(line.element);
    line.element = null;
    return line.drawn;
  }

  #draw(element) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = this.#config;
    card.parse({ type: "AdaptiveCard", version: "1.5", body: [element] });
    const drawn = card.render();
    for (const name of ["aria-live", "tabindex", "aria-label", "role"]) drawn.removeAttribute(name);
    for (const { element: pressed, action } of selectables(card)) {
      mark(pressed, action);
      nameAsWhole(pressed, action.title);
      pressed.style.backgroundColor = ""; // which line is chosen changes here, and has the page's own colours
    }
    return drawn.cloneNode(true);
  }

  async #press(event) {
    const pressed = event.target.closest("[data-key]");
    if (!pressed || event.repeat) return;
    event.preventDefault();
    if (pressed.ariaBusy) return;
    this.#showBusy(pressed, true);
    try {
      await this.#pick(pressed.dataset.card);
    } finally {
      this.#showBusy(pressed, false);
    }
  }

  #showBusy(pressed, isBusy) {
    pressed.classList.toggle("busy", isBusy);
    pressed.ariaBusy = isBusy ? "true" : null;
  }

  /** The place holds `wanted` in this order; what is there already stays as far as it can. */
  #arrange(wanted) {
    const kept = new Set(wanted);
    for (const child of [...this.#place.children]) if (!kept.has(child)) child.remove();
    let next = this.#place.firstElementChild;
    for (const drawn of wanted) {
      if (drawn === next) next = next.nextElementSibling;
      else this.#place.insertBefore(drawn, next);
    }
  }

  // --- focus and scroll, where the line that has them changes or moves

  #pressables() {
    return [...this.#place.querySelectorAll("[data-key]")];
  }

  #remember() {
    const all = this.#pressables();
    const rank = all.indexOf(document.activeElement);
    const edge = this.#place.getBoundingClientRect().top;
    const anchor = all[rank] ?? all.find((one) => one.getBoundingClientRect().top >= edge);
    return { rank, focused: all[rank], key: anchor?.dataset.key, top: anchor?.getBoundingClientRect().top, scroll: this.#place.scrollTop };
  }

  #restore({ rank, focused, key, top, scroll }) {
    const all = this.#pressables();
    const again = all.find((one) => one.dataset.key === key);
    if (focused && document.activeElement !== focused) {
      (again ?? all[Math.min(rank, all.length - 1)])?.focus({ preventScroll: true });
    }
    if (scroll > 0 && again) this.#place.scrollTop += again.getBoundingClientRect().top - top;
  }
}
