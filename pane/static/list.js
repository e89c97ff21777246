// The customers list: three tabs, arrow keys, which row is open, and who is new in it.

import { CardPlace } from "./cards.js";

const SEARCH_PAUSE = 250;

export class Lists {
  #root;
  #place;
  #fetch;
  #handlers;
  #open = [];
  #timer = null;
  #asked = 0;

  /** `fetch(verb, data)` → card JSON; `handlers`: pick(card), appeared([{card, name}]), plus those of CardPlace. */
  constructor(root, fetch, handlers) {
    this.#root = root;
    this.#fetch = fetch;
    this.#handlers = handlers;
    const list = root.querySelector("#list");
    this.#place = new CardPlace(list, list, {
      ...handlers,
      act: ({ verb, data }) => (verb === "customers.show" ? handlers.pick(data.card) : handlers.act({ verb, data, inputs: {} })),
    });
    this.name = "open";
    this.selected = null;
    this.#listen();
  }

  /** Customers in the list Open, as last heard. */
  get openCustomers() {
    return this.#open;
  }

  /** True where `card` is in the list Open, or in the one that is shown. */
  has(card) {
    return this.#open.some((row) => row.card === card) || this.#rows().some((row) => row.dataset.card === card);
  }

  select(card) {
    this.selected = card;
    this.#showSelected();
  }

  /** Fetch the list Open, for what is new and how many they are, and the one that is shown. */
  async refresh() {
    const json = await this.#fetch("customers.open", this.#about());
    const before = new Set(this.#open.map((row) => row.card));
    this.#open = json ? rowsOf(json) : [];
    this.#count(this.#open.length);
    if (this.name === "open" && json) this.#draw(json);
    if (this.name === "recent") await this.show();
    return this.#open.filter((row) => !before.has(row.card));
  }

  async show(name = this.name) {
    this.#tab(name);
    if (name === "search") return this.#search();
    const asked = (this.#asked += 1);
    const json = await this.#fetch(`customers.${name}`, this.#about());
    if (json && asked === this.#asked) this.#draw(json);
    return undefined;
  }

  async #search() {
    const query = this.#root.querySelector("#find-text").value.trim();
    const asked = (this.#asked += 1);
    const json = await this.#fetch("customers.search", { ...this.#about(), query });
    if (json && asked === this.#asked && this.name === "search") this.#draw(json);
  }

  #about() {
    return this.selected ? { card: this.selected } : {};
  }

  #draw(json) {
    this.#place.show(withoutControls(json), `list.${this.name}`);
    this.#showSelected();
  }

  #rows() {
    return [...this.#root.querySelectorAll('#list [data-verb="customers.show"]')];
  }

  #showSelected() {
    const rows = this.#rows();
    const current = rows.find((row) => row.dataset.card === this.selected);
    for (const row of rows) {
      row.ariaCurrent = row === current ? "true" : null;
      row.tabIndex = row === (current ?? rows[0]) ? 0 : -1;
    }
  }

  #count(number) {
    for (const badge of this.#root.querySelectorAll(".count:not(.unread)")) {
      badge.textContent = String(number);
      badge.hidden = number === 0;
    }
  }

  #tab(name) {
    this.name = name;
    for (const tab of this.#root.querySelectorAll("[role=tab]")) {
      const isSelected = tab.dataset.list === name;
      tab.ariaSelected = String(isSelected);
      tab.tabIndex = isSelected ? 0 : -1;
    }
    this.#root.querySelector("#list").setAttribute("aria-labelledby", `tab-${name}`);
    this.#root.querySelector("#find").hidden = name !== "search";
  }

  #listen() {
    const query = this.#root.querySelector("#find-text");
    for (const tab of this.#root.querySelectorAll("[role=tab]")) {
      tab.addEventListener("click", () => (this.show(tab.dataset.list), tab.dataset.list === "search" && query.focus()));
    }
    this.#root.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#arrowsInTabs(event));
    this.#root.querySelector("#list").addEventListener("keydown", (event) => this.#arrowsInRows(event));
    this.#root.querySelector("#find").addEventListener("submit", (event) => (event.preventDefault(), this.#search()));
    query.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), SEARCH_PAUSE);
    });
    query.addEventListener("keydown", (event) => event.key === "ArrowDown" && this.#goTo(0, event));
  }

  #arrowsInTabs(event) {
    const tabs = [...this.#root.querySelectorAll("[role=tab]:not([hidden])")];
    const next = step(event.key, tabs.indexOf(document.activeElement), tabs.length, "ArrowRight", "ArrowLeft");
    if (next === null) return;
    event.preventDefault();
    tabs[next].focus();
    this.show(tabs[next].dataset.list);
  }

  #arrowsInRows(event) {
    const rows = this.#rows();
    const next = step(event.key, rows.indexOf(document.activeElement), rows.length, "ArrowDown", "ArrowUp");
    if (next !== null) this.#goTo(next, event);
  }

  #goTo(index, event) {
    const row = this.#rows()[index];
    if (!row) return;
    event.preventDefault();
    for (const other of this.#rows()) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus();
  }
}

function step(key, at, length, forward, back) {
  if (length === 0 || at < 0) return null;
  const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: length - 1 }[key];
  return to === undefined ? null : Math.max(0, Math.min(length - 1, to));
}

/** Customers in the list, from the buttons that open them. */
export function rowsOf(json) {
  const rows = [];
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (node === null || typeof node !== "object") return undefined;
    const action = node.selectAction ?? (node.type === "Action.Execute" ? node : null);
    if (action?.verb === "customers.show") rows.push({ card: action.data?.card, name: firstText(node) });
    else Object.values(node).forEach(walk);
    return undefined;
  };
  walk(json.body);
  return rows.filter((row, index) => rows.findIndex((other) => other.card === row.card) === index);
}

// In chat the card brings tabs and a search field; here they are the page's own, and stay while the list is fetched.
const CONTROLS = ["list.tabs", "query", "list.search.actions"];

function withoutControls(json) {
  return { ...json, body: json.body.filter((element) => !CONTROLS.includes(element.id)) };
}

function firstText(node) {
  if (Array.isArray(node)) return node.map(firstText).find(Boolean) ?? "";
  if (node === null || typeof node !== "object") return "";
  return typeof node.text === "string" ? node.text.replace(/\\(.)/g, "$1") : (Object.values(node).map(firstText).find(Boolean) ?? "");
}
