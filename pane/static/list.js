// The customers list: three tabs, arrow keys, which row is open, and who is new in it.

import { LinesPlace } from "./lines.js";
import { linesOf, OpenList } from "./open-list.js";

const SEARCH_PAUSE = 250;

export class Lists {
  #root;
  #place;
  #fetch;
  #opened = new OpenList();
  #heard = new Map();
  #text = "";
  #timer = null;
  #asked = 0;

  /** `fetch(verb, data)` → {card, known}; `pick(card)` opens a customer. */
  constructor(root, fetch, pick) {
    this.#root = root;
    this.#fetch = fetch;
    this.#place = new LinesPlace(root.querySelector("#list"), pick);
    this.name = "open";
    this.selected = null;
    this.#listen();
  }

  /** Customers in the list Open, as last heard. */
  get openCustomers() {
    return this.#opened.customers;
  }

  /** True where `card` is in the list Open, or in the one that is shown. */
  has(card) {
    return this.openCustomers.some((line) => line.card === card) || this.#rows().some((row) => row.dataset.card === card);
  }

  /** True where `card` is in the list Open, or in the one that is shown. */
  has(card) {
    return this.openCustomers.some((line) => line.card === card) || this.#rows().some((row) => row.dataset.card === card);
  }

  /** `card` has changed, to this version. */
  hear(card, version) {
    this.#heard.set(card, Math.max(version, this.#heard.get(card) ?? 0));
  }

  /** True where a list shows a card as it was before a change that was heard of since it was asked for. */
  get isBehind() {
    const others = this.name === "open" ? [] : this.#rows().map((row) => row.dataset.card);
    return [...this.#heard].some(([card, version]) => this.#opened.isBehind(card, version) || others.includes(card));
  }

  select(card) {
    this.selected = card;
    this.#showSelected();
  }

  /** All of the list Open is fetched the next time: something may have been missed. */
  forget() {
    this.#opened.forget();
  }

  /** Fetch the list Open, for what is new and how many they are, and the one that is shown; the customers who are new. */
  async refresh() {
    this.#heard.clear();
    const before = new Set(this.openCustomers.map(({ card }) => card));
    await this.#fetchOpen();
    if (this.name === "recent") await this.show();
    return this.openCustomers.filter(({ card }) => !before.has(card));
  }

  async #fetchOpen() {
    const ask = async () => this.#opened.take(await this.#fetch("customers.open", { ...this.#about(), ...this.#opened.asked }));
    if (!(await ask())) await ask();
    this.#count(this.openCustomers.length);
    if (this.name === "open") this.#draw(this.#opened.lines);
  }

  async show(name = this.name) {
    this.#tab(name);
    if (name === "search") return this.#search();
    const asked = (this.#asked += 1);
    if (name === "open") return this.#fetchOpen();
    const { card } = await this.#fetch(`customers.${name}`, this.#about());
    if (card && asked === this.#asked) this.#drawWhole(card);
    return undefined;
  }

  async #search() {
    const query = this.#root.querySelector("#find-text").value.trim();
    const asked = (this.#asked += 1);
    const { card } = await this.#fetch("customers.search", { ...this.#about(), query });
    if (card && asked === this.#asked && this.name === "search") this.#drawWhole(card);
  }

  #about() {
    return this.selected ? { card: this.selected } : {};
  }

  /** Once: fetched again as it was, it stays as it is. */
  #drawWhole(card) {
    const text = this.name + JSON.stringify(card);
    if (text !== this.#text) this.#draw(linesOf(card), text);
  }

  #draw(lines, text = "") {
    this.#text = text;
    this.#place.show(lines, () => this.#showSelected());
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
