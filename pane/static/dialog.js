// The card as a dialog (E-10): the very same place, with all that it can do, taken into a dialog and put back again.

const INTO = ["#connection", "#card", "#notices", "#heard"];
const NARROW = matchMedia("(max-width: 47.99rem)");
const find = (selector) => document.querySelector(selector);

export class CardDialog {
  #place = find("#card-dialog");
  #marks = new Map();
  #still = null;

  /** `close()` is called when the agent wants to be out of it: by Escape or by its button. */
  constructor(close) {
    this.#place.addEventListener("cancel", (event) => (event.preventDefault(), close()));
    find("#card-dialog-close").addEventListener("click", close);
  }

  get isOpen() {
    return this.#place.open;
  }

  /** The card stands in the dialog; where it stood a still picture of it is left. */
  open() {
    if (this.isOpen) return;
    this.#still = stillOf(find("#card"), NARROW.matches);
    for (const selector of INTO) {
      const element = find(selector);
      const mark = document.createComment("");
      element.before(mark);
      this.#marks.set(element, mark);
      this.#place.append(element);
    }
    if (this.#still.element) {
      // After the dialog: whoever looks for a part of the card finds the real one first.
      this.#place.after(this.#still.element);
      this.#still.element.scrollTop = this.#still.top;
    }
    this.#place.showModal();
  }

  /** What the dialog is called: the customer's name. */
  name(text) {
    this.#place.ariaLabel = text;
  }

  /** Everything is where it was before; resolves to how far the card was scrolled then. */
  close() {
    if (!this.isOpen) return 0;
    this.#place.close();
    const top = this.#still.top;
    this.#still.element?.remove();
    this.#still = null;
    for (const [element, mark] of this.#marks) mark.replaceWith(element);
    this.#marks.clear();
    return top;
  }
}

/** Nothing of it can be reached, and nothing in it answers for what it is a picture of. None where it is covered. */
function stillOf(card, isCovered) {
  if (isCovered) return { element: null, top: card.scrollTop };
  const element = card.cloneNode(true);
  element.inert = true;
  element.ariaHidden = "true";
  for (const named of element.querySelectorAll("[name]")) named.removeAttribute("name");
  return { element, top: card.scrollTop };
}
