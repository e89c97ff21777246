// When a redraw may come: never between press and release, under a list that is dropped down or in a half-typed letter.

export class Hands {
  #isDown = false;
  #isComposing = false;
  #waiting = null;

  constructor() {
    const down = () => (this.#isDown = true);
    const up = () => ((this.#isDown = false), setTimeout(() => this.#go()));
    addEventListener("pointerdown", down, { capture: true });
    for (const kind of ["pointerup", "pointercancel", "blur"]) addEventListener(kind, up, { capture: true });
    addEventListener("compositionstart", () => (this.#isComposing = true), { capture: true });
    addEventListener("compositionend", () => ((this.#isComposing = false), setTimeout(() => this.#go())), { capture: true });
    addEventListener("change", () => setTimeout(() => this.#go()), { capture: true });
    addEventListener("keyup", () => setTimeout(() => this.#go()), { capture: true });
  }

  /** Do `work` on `place` once the agent's hands are free; a later call takes the place of one that waits. */
  whenFree(place, work) {
    this.#waiting = { place, work };
    this.#go();
  }

  #go() {
    if (!this.#waiting || this.#isDown || this.#isComposing || isDroppedDown(this.#waiting.place)) return;
    const { work } = this.#waiting;
    this.#waiting = null;
    work();
  }
}

function isDroppedDown(place) {
  try {
    return place.querySelector("select:open") !== null;
  } catch {
    return false; // A browser that cannot tell.
  }
}
