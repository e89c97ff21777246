// One place that shows a card: draws it, keeps what the agent is typing across redraws, hands on what is pressed.

import { asks, consumes, draftName, isComment, isQuestion, isTag as isTagInput, reconcile, takerOf, takes } from "./drafts.js";
import { showRoom } from "./characters.js";
import { Hands } from "./hands.js";
import { isNoChoice, joinButton, liftLimit, savedValue, shownValue, TEXT_INPUTS, write } from "./inputs.js";
import { hostConfig, isAllowed, isLink } from "./look.js";
import { firstVisible, keyOf, mark, nameOf, selectables } from "./marks.js";
import { closerOf, focusAfter, foundIn, namePanel, stepOf } from "./merging.js";
import * as moving from "./moving.js";
import { nameAsWhole } from "./naming.js";
import * as profile from "./profile.js";
import { button } from "./notices.js";

const ASK_PAUSE = 250;

export class CardPlace {
  #place;
  #column;
  #handlers;
  #card = null;
  #json = "";
  #pressed = null;
  #busy = new Set();
  #asking = null;
  #hands = new Hands();

  /** `handlers`: say, drafts(), act({verb, data, inputs}), edited(), refusedLink(), heard(text) where it is wanted. */
  constructor(place, scroller, handlers) {
    this.#place = place;
    this.#column = scroller;
    this.#handlers = handlers;
    this.id = null;
    this.leg = null;
    for (const kind of ["click", "keypress", "keydown"]) {
      place.addEventListener(kind, (event) => (this.#pressed = event.target), { capture: true });
    }
    for (const kind of ["input", "change"]) place.addEventListener(kind, (event) => this.#edited(event.target));
    place.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("resize", () => this.#card?.updateLayout());
  }

  /** What scrolls: the column, or the whole page where it is too low for columns. */
  get #scroller() {
    return getComputedStyle(this.#column).overflowY === "visible" ? document.scrollingElement : this.#column;
  }

  /**
   * Show `json`, the card `id` in the light of `leg`, once the agent's hands are free; a later call takes the place of
   * one that waits.
   */
  show(json, id, version = 0, leg = null) {
    this.#hands.whenFree(this.#place, () => {
      this.#show(json, id, leg);
      // Which version of which card the agent has before them: for whoever looks for what a page missed.
      Object.assign(this.#place.dataset, { shown: id, version });
    });
  }

  /** Draw the next card even where it is the same one: the agent lets go of what was typed. */
  forget() {
    this.#json = "";
  }

  clear() {
    this.#hands.whenFree(this.#place, () => {
      this.#place.replaceChildren();
      this.#card = null;
      this.#json = "";
      this.id = null;
      this.leg = null;
    });
  }

  #show(json, id, leg) {
    const text = JSON.stringify(json);
    if (text === this.#json && id === this.id && leg === this.leg) return;
    const isSame = id === this.id;
    const before = isSame ? this.#remember() : null;
    const step = isSame ? stepOf(this.#place) : null;
    const wrote = isSame && profile.isWriting(this.#place);
    const moved = isSame ? moving.movingIn(this.#place) : null;
    const found = foundIn(this.#place);
    this.#json = text;
    this.id = id;
    this.leg = leg;
    this.#draw(json, before);
    if (before) {
      this.#restore(before);
      focusAfter(step, this.#place, before.active);
      moving.focusAfter(moved, this.#place, before.active);
      profile.focusAfter(wrote, this.#place, before.active);
    } else {
      this.#scroller.scrollTop = 0;
    }
    if (foundIn(this.#place) !== found) this.#handlers.heard?.(foundIn(this.#place));
  }

  #draw(json, before) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = hostConfig();
    card.onExecuteAction = (action) => this.#execute(action);
    card.onAnchorClicked = (_element, anchor) => !isLink(anchor.href);
    card.parse(json);
    const drawn = card.render();
    for (const link of drawn.querySelectorAll("a[href]")) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    for (const name of ["aria-live", "tabindex", "aria-label"]) drawn.removeAttribute(name);
    const old = this.#card;
    this.#card = card;
    this.#label(card);
    this.#place.append(drawn);
    this.#keepTyping(old, card, before);
    for (const child of [...this.#place.children]) if (child !== drawn) child.remove();
    namePanel(this.#place);
    moving.namePanel(this.#place);
    profile.nameOpener(this.#place);
    this.#fill(card);
    card.updateLayout();
  }

  // --- names, so that tests, screen readers and redraws find elements again

  #label(card) {
    for (const { element, action } of selectables(card)) {
      mark(element, action);
      nameAsWhole(element, action.title);
    }
    for (const action of card.getAllActions()) if (action.renderedElement) mark(action.renderedElement, action);
    for (const input of card.getAllInputs()) {
      const control = input.renderedInputControlElement;
      if (!control) continue;
      control.dataset.input = input.id;
      control.setAttribute("autocomplete", "off");
      if (control instanceof HTMLTextAreaElement) control.rows = 3;
      liftLimit(input, control);
      joinButton(card, input, control);
    }
    this.#showBusy();
  }

  // --- what the agent types

  #edited(target) {
    const input = this.#card?.getAllInputs().find((one) => one.renderedInputControlElement?.contains(target));
    if (!input?.id || this.id === null) return;
    this.#showRoom(input);
    const drafts = this.#handlers.drafts();
    const name = this.#named(input);
    const draft = drafts.of(this.id)[name];
    const base = draft?.base ?? savedValue(input);
    const value = input.value ?? "";
    if (value === base && !draft?.theirs) drafts.drop(this.id, name);
    else drafts.set(this.id, name, { ...draft, base, value });
    this.#handlers.edited();
    if (asks(input.id)) this.#askSoon(input.id);
  }

  #named(input) {
    return draftName(input.id, this.leg);
  }

  /** Search while the agent types; what was typed during a search is searched for after it. */
  #askSoon(id) {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      const input = this.#card?.getAllInputs().find((one) => one.id === id);
      const taker = this.#card?.getAllActions().find((one) => takes(one.verb, one.toJSON()?.data, id));
      if (!input || !taker || (input.value ?? "") === savedValue(input)) return;
      if (this.#busy.has(keyOf(taker))) this.#askSoon(id);
      else taker.execute();
    }, ASK_PAUSE);
  }

  #fill(card) {
    const drafts = this.#handlers.drafts();
    for (const input of card.getAllInputs()) {
      if (!input.id) continue;
      const name = this.#named(input);
      if (isQuestion(input.id) && isNoChoice(input, drafts.of(this.id)[name]?.value)) drafts.drop(this.id, name);
      const { value, draft } = reconcile(drafts.of(this.id)[name], savedValue(input), isQuestion(input.id));
      if (draft) drafts.set(this.id, name, draft);
      else drafts.drop(this.id, name);
      if ((input.value ?? "") !== value) write(input, value);
      if (draft?.theirs !== undefined) this.#warn(input, draft);
      this.#showRoom(input);
    }
  }

  /** How much more may be written, said before it is too much. */
  #showRoom(input) {
    const control = input.renderedInputControlElement;
    if (!input.maxLength || !control?.matches(TEXT_INPUTS)) return;
    showRoom(control, input.renderedElement, input.maxLength, this.#handlers.say);
  }

  #warn(input, draft) {
    const say = this.#handlers.say;
    const warning = document.createElement("div");
    warning.className = "conflict";
    warning.setAttribute("role", "alert");
    warning.dataset.conflict = input.id;
    const words = document.createElement("p");
    words.textContent = say(draft.theirs ? "conflict" : "conflict_empty");
    warning.append(words);
    if (draft.theirs) {
      const theirs = document.createElement("blockquote");
      theirs.textContent = shownValue(input, draft.theirs);
      warning.append(theirs);
    }
    const load = button(say("load"), () => this.#load(input, draft, warning));
    const keep = button(say("keep"), () => this.#keep(input, draft, warning));
    warning.append(load, keep);
    input.renderedElement.append(warning);
  }

  #load(input, draft, warning) {
    this.#handlers.drafts().drop(this.id, this.#named(input));
    write(input, draft.theirs);
    warning.remove();
    input.focus();
  }

  #keep(input, draft, warning) {
    const { theirs, ...mine } = this.#handlers.drafts().of(this.id)[this.#named(input)] ?? draft;
    this.#handlers.drafts().set(this.id, this.#named(input), { ...mine, base: theirs ?? mine.base });
    warning.remove();
    input.focus();
  }

  /** What was sent and is saved now is no draft any more. */
  saved(id, verb, inputs, data) {
    const drafts = this.#handlers.drafts();
    for (const [input, sent] of Object.entries(inputs)) {
      if (!consumes(verb, input, data)) continue;
      for (const name of new Set([draftName(input, this.leg), draftName(input, data?.leg)])) {
        if (drafts.of(id)[name]?.value === sent) drafts.drop(id, name);
      }
    }
  }

  /** The control that has the caret stays the very same element, so that undo and half-typed letters survive. */
  #keepTyping(old, card, before) {
    const control = before?.control;
    const input = control && card.getAllInputs().find((one) => one.id === control.dataset.input);
    const fresh = input?.renderedInputControlElement;
    if (!fresh || fresh.tagName !== control.tagName || !fresh.parentElement.moveBefore) return;
    for (const name of ["oninput", "onkeypress", "onblur", "placeholder", "id", "disabled"]) {
      if (control[name] !== fresh[name]) control[name] = fresh[name];
    }
    const label = fresh.getAttribute("aria-labelledby");
    if (label) control.setAttribute("aria-labelledby", label);
    fresh.parentElement.moveBefore(control, fresh);
    fresh.remove();
    input._renderedInputControlElement = control;
    before.isKept = true;
    const previous = old?.getAllInputs().find((one) => one.id === input.id);
    if (previous) previous._renderedInputControlElement = undefined;
  }

  // --- focus, caret and scroll across redraws

  #remember() {
    const active = this.#place.contains(document.activeElement) ? document.activeElement : null;
    const anchor = active ?? firstVisible(this.#place, this.#scroller);
    return {
      control: active?.matches(TEXT_INPUTS) && active.dataset.input ? active : null,
      active,
      key: active?.dataset.key,
      id: active?.id.startsWith("__ac-") ? "" : active?.id,
      rank: active ? [...this.#place.querySelectorAll("[data-key]")].indexOf(active) : -1,
      input: active?.closest("[data-input]")?.dataset.input,
      caret: active?.matches(TEXT_INPUTS) ? [active.selectionStart, active.selectionEnd, active.selectionDirection] : null,
      inner: active?.scrollTop ?? 0,
      scroll: this.#scroller.scrollTop,
      anchor: anchor && nameOf(anchor),
      top: anchor?.getBoundingClientRect().top,
    };
  }

  #restore(before) {
    const active = before.isKept ? before.control : this.#again(before);
    if (before.active && active && document.activeElement !== active) {
      active.focus({ preventScroll: true });
      if (before.caret && before.caret[0] !== null && active.setSelectionRange) active.setSelectionRange(...before.caret);
      active.scrollTop = before.inner;
    }
    this.#scroller.scrollTop = before.scroll;
    const anchor = before.anchor && this.#place.querySelector(before.anchor);
    if (anchor) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before.top;
  }

  #again(before) {
    if (before.input) return this.#place.querySelector(`[data-input="${CSS.escape(before.input)}"]`);
    const named = before.id ? this.#place.querySelector(`#${CSS.escape(before.id)}`) : null;
    if (!before.key) return named;
    const exact = this.#place.querySelector(`[data-key="${CSS.escape(before.key)}"]`) ?? named;
    const [, about] = before.key.split(" ", 2);
    const sameThing = about && this.#place.querySelector(`[data-key$=" ${CSS.escape(about)}"]`);
    const all = this.#place.querySelectorAll("[data-key]");
    return exact ?? this.#otherWay(before.id) ?? (sameThing || all[Math.min(before.rank, all.length - 1)]);
  }

  /** Of two buttons that turn pages the other one, where the one with this id has come to its end. */
  #otherWay(id) {
    const other = id?.replace(/\.(more|before)$/, (end) => (end === ".more" ? ".before" : ".more"));
    return other && other !== id ? this.#place.querySelector(`#${CSS.escape(other)}`) : null;
  }

  // --- what the agent presses

  #execute(action) {
    if (action instanceof AdaptiveCards.OpenUrlAction) return this.#open(action.url);
    if (!(action instanceof AdaptiveCards.ExecuteAction || action instanceof AdaptiveCards.SubmitAction)) return undefined;
    return this.press(this.#read(action), keyOf(action));
  }

  #read(action) {
    const { verb = action.verb, ...data } = action.toJSON()?.data ?? {};
    const inputs = {};
    for (const [id, input] of Object.entries(action.getReferencedInputs())) inputs[id] = String(input.value ?? "");
    return { verb, data, inputs };
  }

  /** What the button with this verb would send now; null where there is none. */
  pressable(verb, input = "") {
    const isIts = (one) => !takerOf(input) || takes(verb, one.toJSON()?.data, input);
    const action = this.#card?.getAllActions().find((one) => one.verb === verb && one.isEffectivelyEnabled() && isIts(one));
    return action ? this.#read(action) : null;
  }

  /** Carry out what was pressed; the same button does nothing until that is done. */
  async press(pressed, key = `${pressed.verb} `) {
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    this.#showBusy();
    try {
      await this.#handlers.act(pressed);
    } finally {
      this.#busy.delete(key);
      this.#showBusy();
    }
  }

  #showBusy() {
    for (const element of this.#place.querySelectorAll("[data-key]")) {
      const isBusy = this.#busy.has(element.dataset.key);
      element.classList.toggle("busy", isBusy);
      element.ariaBusy = isBusy ? "true" : null;
    }
  }

  #open(address) {
    if (isAllowed(address)) window.open(address, "_blank", "noopener,noreferrer");
    else this.#handlers.refusedLink();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.#leavePanel(event);
    const control = event.target.closest?.("[data-input]");
    if (!control) return;
    // B-10: Tab makes a tag, too, and goes on as Tab does.
    const isTag = event.key === "Tab" && isTagInput(control.dataset.input) && control.value.trim();
    if (event.key !== "Enter" && !isTag) return;
    const isLine = control.matches("input:not([type=checkbox], [type=radio])");
    // C-04: Enter sends a comment, Shift+Enter starts a line.
    const isSent = isComment(control.dataset.input) && !event.shiftKey;
    if (!(event.ctrlKey || event.metaKey || isLine || isTag || isSent)) return;
    const taker = takerOf(control.dataset.input);
    const isSaving = ({ verb, ...action }) =>
      taker ? takes(verb, action.data, control.dataset.input) : consumes(verb, control.dataset.input) && !/remove|finish/.test(verb);
    const saving = this.#card
      .getAllActions()
      .find((action) => action.verb && action.isEffectivelyEnabled() && isSaving({ verb: action.verb, data: action.toJSON()?.data }));
    if (!saving) return;
    if (!isTag) event.preventDefault();
    event.stopPropagation();
    saving.execute();
  }

  /** Escape closes the part of the card where a merge is prepared; the focus goes to what opens it again. */
  #leavePanel(event) {
    const closer = closerOf(event.target, this.#place) ?? moving.closerOf(event.target, this.#place);
    if (!closer) return;
    event.preventDefault();
    event.stopPropagation();
    closer.focus();
    closer.click();
  }
}
