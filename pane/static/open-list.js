// The list Open as the page has it: its lines, and what to send along to be told of those alone that have changed.

// In chat a list brings tabs and a search field; here they are the page's own, and stay while it is fetched.
const CONTROLS = ["list.tabs", "query", "list.search.actions"];

export class OpenList {
  #lines = new Map();
  #others = [];
  #known = "";

  /** What to send along with the question. */
  get asked() {
    return this.#known ? { known: this.#known } : {};
  }

  /** The next answer has all lines again. */
  forget() {
    this.#known = "";
  }

  /** From then on the list is as the server has told it; false where a line is missing, and all have to be asked for. */
  take({ card: told, known }) {
    if (!told) return true;
    const news = new Map(told.body.map((element) => [element.id, element]));
    const lines = new Map();
    for (const place of known.split(",").slice(1)) {
      const [card, version] = place.split(".");
      const element = news.get(`customer.${card}`);
      const line = element ? { card, version: Number(version), name: firstText(element), element } : this.#lines.get(place);
      if (!line) return this.forget(), false;
      lines.set(place, line);
    }
    this.#others = linesOf(told).filter(({ element }) => !element.id?.startsWith("customer."));
    this.#lines = lines;
    this.#known = known;
    return true;
  }

  /** True where the line of `card` is older than `version` of it. */
  isBehind(card, version) {
    return this.customers.some((line) => line.card === card && line.version < version);
  }

  /** {card, name} of the customers in it, in their order. */
  get customers() {
    return [...this.#lines.values()];
  }

  /** What stands in the list, to be drawn: the customers, or that there are none. */
  get lines() {
    return [...this.#lines.values(), ...this.#others];
  }
}

/** The lines of a card that is a whole list. */
export function linesOf(card) {
  return card.body.filter((element) => !CONTROLS.includes(element.id)).map((element) => ({ element }));
}

function firstText(node) {
  if (Array.isArray(node)) return node.map(firstText).find(Boolean) ?? "";
  if (node === null || typeof node !== "object") return "";
  return typeof node.text === "string" ? node.text.replace(/\\(.)/g, "$1") : (Object.values(node).map(firstText).find(Boolean) ?? "");
}
