// The page: customers on one side, the open card on the other, notices at the bottom; kept fresh by events.

import { ADMINISTRATION, Administration } from "./administration.js";
import { Api, Refused } from "./api.js";
import { CardPlace } from "./cards.js";
import { CardDialog } from "./dialog.js";
import { Drafts, forgetDrafts, inputOf, isOther, isWork } from "./drafts.js";
import { Events } from "./events.js";
import { findHost } from "./host.js";
import { Interactions } from "./interactions.js";
import { Lists } from "./list.js";
import { useMarkdown, wear } from "./look.js";
import { button, Notices } from "./notices.js";
import { Preview } from "./preview.js";
import { ask } from "./question.js";
import { Session, SignInNeeded } from "./sign-in.js";
import { chooseLanguage, errorKey, translate, words } from "./texts.js";

const TYPING_SECONDS = 10;
// Milliseconds between two fetches of the lists: a call that comes in changes its card several times at once.
const LIST_PAUSE = 250;
const NEW = "new";
const HOPELESS = new Set(["tenant_not_allowed", "scope_missing", "token_invalid"]);
const NARROW = matchMedia("(max-width: 47.99rem)");
const find = (selector) => document.querySelector(selector);

class Pane {
  #say;
  #session;
  #api;
  #notices;
  #drafts = null;
  #card;
  #lists;
  #own;
  #dialog;
  #behind = null;
  #administration;
  #shown = null;
  #leg = null;
  #refreshing = new Map();
  #listsAt = -LIST_PAUSE;
  #typedAt = -Infinity;

  constructor(host, config) {
    const language = chooseLanguage(host.languages, config.languages);
    this.#say = words(language);
    this.#session = new Session(host, config);
    this.#api = new Api(this.#session, language);
    translate(document, language, this.#say);
    this.#notices = new Notices(find("#notices"), this.#say);
    const handlers = {
      say: this.#say,
      drafts: () => (this.#drafts ??= new Drafts(this.#session.person)),
      edited: () => (this.#typedAt = performance.now()),
      refusedLink: () => this.#tell("warning", "link_refused"),
    };
    this.#card = new CardPlace(find("#sheet"), find("#card"), {
      ...handlers,
      act: (pressed) => this.#press(pressed),
      heard: (text) => (find("#heard").textContent = text),
    });
    this.#lists = new Lists(find("#side"), (verb, data) => this.#quietly(verb, data), (card) => this.#pick(card));
    this.#administration = new Administration(find("#administration"), this.#say, {
      open: () => this.#administrate(),
      refresh: () => this.#refresh(ADMINISTRATION),
    });
    this.#own = new Interactions(find("#side"), (verb, data) => this.#api.act(verb, data, {}, true), {
      ...handlers,
      pick: (card, leg) => this.#pick(card, leg),
      enlarge: (card, leg) => this.#enlarge(card, leg),
    });
    this.#dialog = new CardDialog(() => this.#leaveDialog());
    new Preview(find("#list"), (verb, data) => this.#quietly(verb, data));
    this.#wanted = host.card;
    this.#wantedLeg = host.leg;
    document.body.classList.toggle("alone", host.isDialog);
    this.#listen();
  }

  #wanted;
  #wantedLeg;

  async start() {
    if (!this.#session.isPossible) return this.#empty("not_in_teams", "not_in_teams_more");
    const events = new Events((signal) => this.#api.events(signal), {
      ready: ({ administration }) => (this.#administration.offer(administration), this.#catchUp()),
      change: (change) => this.#changed(change),
      lost: (isLost) => this.#connection(isLost),
      refused: (error) => this.#refused(error),
    });
    return events.run();
  }

  // --- events

  /** Connected, for the first time or again: whatever changed meanwhile is fetched now. */
  async #catchUp() {
    if (this.#shown) this.#refresh(this.#shown);
    this.#lists.forget();
    const appeared = await this.#refreshList();
    if (this.#shown) return;
    const first = this.#wanted ?? this.#lists.openCustomers[0]?.card;
    if (first) await this.#open(first, first === this.#wanted ? this.#wantedLeg : null);
    else if (appeared) this.#empty("nothing", "nothing_more");
  }

  /** `card`: the one that changed; none where a list did, in which customers may be new. `all`: more than is told. */
  async #changed({ card, version, all }) {
    if (all) return void this.#catchUp();
    if (this.#shown === ADMINISTRATION) this.#administration.soon(() => this.#refresh(ADMINISTRATION));
    if (card && card === this.#shown) this.#refresh(card);
    // Cards of the whole house change all day. What is being fetched may have this one as it was before, or as it is now.
    const isFetched = this.#refreshing.has("list");
    if (card && (isFetched || this.#lists.has(card))) this.#lists.hear(card, version);
    if (card && !this.#own.has(card) && (isFetched || !this.#lists.isBehind)) return;
    const appeared = await this.#refreshList();
    for (const customer of appeared ?? []) this.#appeared(customer);
  }

  #appeared(customer) {
    if (customer.card === this.#shown) return;
    if (this.#isTyping() || this.#shown === ADMINISTRATION || this.#dialog.isOpen) this.#announce(customer);
    else this.#open(customer.card, null, customer);
  }

  #announce({ card, name }) {
    const text = name ? this.#say("new_customer", { name }) : this.#say("new_customer_unnamed");
    this.#notices.show({ kind: "info", text, key: `new ${card}` }, [{ text: this.#say("show"), press: () => this.#openOutside(card) }]);
  }

  #isTyping() {
    if (this.#shown && this.#drafts?.has(this.#shown)) return true;
    return performance.now() - this.#typedAt < TYPING_SECONDS * 1000;
  }

  /**
   * One fetch at a time per thing; what changes meanwhile, or is behind afterwards, is fetched once more. `rest` comes
   * before each.
   */
  async #once(thing, work, rest = null, isBehind = null) {
    const running = this.#refreshing.get(thing);
    if (running) {
      running.isStale = true;
      return running.done;
    }
    const state = { isStale: false };
    this.#refreshing.set(thing, state);
    state.done = (async () => {
      try {
        let result = null;
        do {
          await rest?.();
          state.isStale = false;
          const next = await work();
          result = Array.isArray(result) && Array.isArray(next) ? [...result, ...next] : next;
        } while (state.isStale || isBehind?.());
        return result;
      } finally {
        this.#refreshing.delete(thing);
      }
    })();
    return state.done;
  }

  #refreshList() {
    const isBehind = () => this.#lists.isBehind;
    return this.#once("list", () => this.#refetchLists(), () => this.#listsRested(), isBehind).catch((error) => void this.#failed(error));
  }

  async #listsRested() {
    const left = this.#listsAt + LIST_PAUSE - performance.now();
    if (left > 0) await new Promise((rested) => setTimeout(rested, left));
    this.#listsAt = performance.now();
  }

  async #refetchLists() {
    const [appeared] = await Promise.all([this.#lists.refresh(), this.#own.isShown ? this.#own.refresh() : null]);
    this.#readShown();
    return appeared;
  }

  /** What is new in the interaction on the screen has been read (E-08). */
  #readShown() {
    if (document.visibilityState !== "visible" || !this.#own.isNewsShown) return;
    this.#once("read", () => this.#own.read()).catch(() => {}); // It is told again with the next change.
  }

  #refresh(card) {
    return this.#once(card, () => this.#refetch(card)).catch((error) => void this.#failed(error));
  }

  /** An action that is under way brings a newer card than a refresh from before it. */
  async #refetch(card) {
    let answer = null;
    do {
      await this.#turn;
      if (this.#shown !== card || card === NEW) return;
      const isCard = card !== ADMINISTRATION;
      const leg = this.#leg;
      const question = isCard ? { verb: "card.refresh", data: this.#inLight({ card }) } : this.#administration.question;
      if (question === null) return;
      answer = await this.#api.act(question.verb, question.data, {}, true);
      // Another page may have been asked for meanwhile.
      if (!isCard && question !== this.#administration.question) return;
      if (leg !== this.#leg) return;
    } while (this.#acting > 0);
    if (this.#shown === card && answer.card) this.#drawInPlaceOf(card, answer);
  }

  // --- what the agent does

  #acting = 0;
  #turn = Promise.resolve();

  /** Actions go one after the other: each sees what the one before has changed. */
  #act(pressed, place = this.#shown) {
    const mine = this.#turn.then(() => this.#carryOut(pressed, place));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The card stays that of the interaction which the agent has chosen, or on which they are writing (E-09). */
  #inLight(data) {
    const light = this.#leg ?? (this.#drafts?.has(this.#shown) ? this.#card.leg : null);
    return light && data.card === this.#shown && !data.leg ? { ...data, light } : data;
  }

  async #carryOut({ verb, data, inputs }, shown) {
    this.#acting += 1;
    const leg = this.#leg;
    try {
      const answer = await this.#api.act(verb, this.#inLight(data), inputs);
      this.#took({ verb, data, inputs }, shown, answer, this.#shown === shown && this.#leg !== leg);
    } catch (error) {
      this.#failed(error, () => this.#act({ verb, data, inputs }, shown));
    } finally {
      this.#acting -= 1;
    }
  }

  /** What the agent presses on the sheet; what would lose something is asked about first (B-17, B-18). */
  #press(pressed) {
    if (pressed.verb === "card.close") return this.#close(pressed);
    if (pressed.verb === "customers.open" && this.#shown === NEW) return this.#leaveNew();
    return this.#act(pressed);
  }

  #unsaved(card) {
    return Object.entries(this.#drafts?.of(card) ?? {})
      .filter(([name, draft]) => !isOther(name, this.#card.leg) && isWork(inputOf(name), draft.value))
      .map(([name]) => inputOf(name));
  }

  async #close(pressed, card = this.#shown) {
    if (this.#unsaved(card).length === 0) return this.#act(pressed);
    const answers = [["save", this.#say("save")], ["discard", this.#say("discard")]];
    const answer = await ask(this.#say("close_unsaved"), this.#say("close_unsaved_more"), answers, this.#say("go_on"));
    if (answer === "discard") {
      this.#drafts.dropOf(card, this.#card.leg);
      return this.#act({ ...pressed, data: { ...pressed.data, answer: "discard" }, inputs: {} });
    }
    if (answer !== "save") return undefined;
    // Each of these is sent alone as a rule; Close takes the rest along.
    for (const [begin, verb] of [["profile.", "profile.save"], ["comment.text", "comment.add"], ["wrapup.tag", "tag.add"], ["profile.tag", "tag.add"]]) {
      const isTyped = () => this.#unsaved(card).some((input) => input.startsWith(begin));
      const saving = isTyped() && this.#card.pressable(verb, begin);
      if (saving) await this.#act(saving);
      if (saving && isTyped()) return undefined; // It was refused: the notice says why.
    }
    return this.#act(this.#card.pressable("card.close") ?? pressed);
  }

  async #newCustomer() {
    if (NARROW.matches) this.#drawer(false);
    this.#at(NEW);
    this.#wait(this.#card.id === null);
    await this.#act({ verb: "customers.new", data: {}, inputs: {} });
    this.#wait(false);
    find('#sheet [data-input="new.name"]')?.focus();
  }

  async #leaveNew() {
    const answers = [["create", this.#say("create")], ["discard", this.#say("discard")]];
    const isTyped = this.#unsaved(NEW).length > 0;
    const answer = isTyped ? await ask(this.#say("new_unsaved"), this.#say("new_unsaved_more"), answers, this.#say("go_on")) : "discard";
    const creating = answer === "create" && this.#card.pressable("customers.create");
    if (creating) return this.#act(creating);
    if (answer !== "discard" || this.#shown !== NEW) return undefined;
    this.#drafts?.dropAll(NEW);
    this.#gone(NEW);
    find("#new-customer").focus();
    return undefined;
  }

  #took({ verb, data, inputs }, shown, answer, isElsewhere = false) {
    if (answer.notice) this.#notices.show(answer.notice, this.#remedies(answer.notice, shown));
    const isTaken = !["warning", "error"].includes(answer.notice?.kind);
    if (isTaken && shown) this.#card.saved(shown, verb, inputs, data);
    // The other card stays where the direction was swapped: the notes belong to the interaction, which is there now.
    if (isTaken && verb === "merge.confirm" && answer.id) this.#drafts?.move(shown, answer.id);
    if (verb === "customers.create" && answer.id) this.#drafts?.dropAll(NEW);
    if (verb === "card.close" && isTaken && (this.#dialog.isOpen || !(answer.card && answer.id === shown))) return this.#closed(shown, answer);
    // The agent may have gone on to another card, or interaction, while this one answered.
    if (answer.card && !isElsewhere && (this.#shown === shown || answer.id === this.#shown)) this.#draw(answer);
    if (["merge.confirm", "customers.create"].includes(verb) && document.activeElement === document.body) find("#card").focus();
    return undefined;
  }

  #remedies(notice, card) {
    if (notice.code === "merged") return [{ text: this.#say("show_identities"), press: () => this.#showIdentities() }];
    if (notice.code !== "changed_elsewhere" || !card) return [];
    return [{ text: this.#say("load"), press: () => (this.#drafts?.dropOf(card, this.#card.leg), this.#card.forget(), this.#refresh(card)) }];
  }

  /** Where a merge is taken apart again. */
  async #showIdentities() {
    const head = () => find('#sheet [id="section.identities"]');
    if (head()?.ariaExpanded === "false") await this.#act({ verb: "card.section", data: { card: this.#shown, section: "identities" }, inputs: {} });
    head()?.scrollIntoView({ block: "start" });
    head()?.focus();
  }

  #closed(card, answer) {
    this.#drafts?.dropClosed(card, this.#card.leg);
    if (this.#dialog.isOpen && this.#shown === card) {
      if (this.#behind.shown === card) this.#behind.shown = null;
      this.#leaveDialog();
    } else if (this.#shown === card) {
      this.#at(null);
      if (answer.card && answer.id) this.#draw(answer);
      else this.#empty("nothing", "nothing_more");
    }
    this.#refreshList();
  }

  async #pick(card, leg = null) {
    await this.#open(card, leg);
    if (NARROW.matches) this.#drawer(false);
    find("#card").focus({ preventScroll: true });
  }

  /** `leg`: the interaction that the card shall show; none: the newest one. `customer`: who is opened by themselves; where the
      agent has begun to type meanwhile, they wait. */
  async #open(card, leg = null, customer = null) {
    const [before, beforeLeg] = [this.#shown, this.#leg];
    this.#at(card, leg);
    this.#notices.dismiss(`new ${card}`);
    this.#wait(this.#card.id === null);
    try {
      const answer = await (leg ? this.#api.act("interactions.show", { card, leg }) : this.#api.act("customers.show", { card }));
      if (this.#shown !== card || this.#leg !== leg) return;
      if (customer && before && this.#isTyping()) {
        this.#at(before, beforeLeg);
        this.#refresh(before);
        this.#announce(customer);
        return;
      }
      if (answer.notice) this.#notices.show(answer.notice);
      if (answer.card) this.#drawInPlaceOf(card, answer);
      else this.#gone(card);
    } catch (error) {
      // What is pressed now belongs to the card that is still to be seen.
      if (this.#shown === card && this.#leg === leg && before) this.#at(before, beforeLeg);
      this.#failed(error, () => this.#open(card, leg));
    } finally {
      this.#wait(false);
    }
  }

  async #administrate() {
    if (NARROW.matches) this.#drawer(false);
    this.#at(ADMINISTRATION);
    this.#wait(this.#card.id === null);
    const { verb, data } = this.#administration.first;
    await this.#act({ verb, data, inputs: {} });
    this.#wait(false);
    find("#card").focus({ preventScroll: true });
  }

  #gone(card) {
    if (card === this.#wanted) this.#wanted = null;
    if (this.#dialog.isOpen) return this.#leaveDialog();
    this.#at(null);
    return this.#empty("nothing", "nothing_more");
  }

  /** From now on this is shown. */
  #at(card, leg = null) {
    this.#shown = card;
    this.#leg = leg;
    this.#lists.select([NEW, ADMINISTRATION].includes(card) ? null : card);
    this.#own.select(leg);
  }

  // --- the card as a dialog

  async #enlarge(card, leg) {
    this.#behind = { shown: this.#shown, leg: this.#leg, opener: leg };
    this.#dialog.open();
    await this.#open(card, leg);
    if (this.#dialog.isOpen) find("#card").focus({ preventScroll: true });
  }

  /** What was typed is kept, as it is across a reload; the panel shows again what it showed before. */
  async #leaveDialog() {
    const { shown, leg, opener } = this.#behind;
    const [card, its] = [this.#shown, this.#card.leg];
    const isUnsaved = card !== null && this.#unsaved(card).length > 0;
    const name = find("#drawer-name").textContent;
    const top = this.#dialog.close();
    this.#own.focusName(opener);
    if (isUnsaved) {
      const text = this.#say("draft_stays", { name });
      this.#notices.show({ kind: "info", text, key: `draft ${card}` }, [{ text: this.#say("go_on"), press: () => this.#enlarge(card, its) }]);
    }
    await this.#comeBack(shown, leg);
    find("#card").scrollTop = top;
  }

  async #comeBack(shown, leg) {
    this.#at(shown, leg);
    if (shown === null) return this.#empty("nothing", "nothing_more");
    this.#card.clear();
    this.#wait(true);
    if (shown !== NEW) await this.#refresh(shown);
    else await this.#act({ verb: "customers.new", data: {}, inputs: {} });
    return this.#wait(false);
  }

  async #openOutside(card) {
    this.#dialog.close();
    await this.#open(card);
  }

  async #quietly(verb, data) {
    const answer = await this.#api.act(verb, data, {}, true);
    this.#own.heard(answer.unread);
    return answer;
  }

  // --- what is shown

  /** Somebody may have merged the card that was asked for into another: what was typed on it goes on there. */
  #drawInPlaceOf(card, answer) {
    if (answer.id) this.#drafts?.move(card, answer.id);
    this.#draw(answer);
  }

  #draw(answer) {
    const id = answer.id ?? this.#shown;
    const isCard = id !== ADMINISTRATION;
    // The chosen interaction may have gone to another customer meanwhile.
    this.#at(id, this.#leg === answer.leg ? this.#leg : null);
    this.#own.select(answer.leg);
    this.#readShown();
    this.#administration.show(!isCard);
    if (!isCard) this.#administration.drawn(answer.card);
    find("#sheet").hidden = false;
    find("#nothing").hidden = true;
    this.#wait(false);
    this.#card.show(answer.card, id, answer.version, answer.leg);
    this.#nameDrawer(answer.card);
  }

  #nameDrawer(json) {
    const named = findElement(json, "customer.name") ?? findElement(json, "admin.title");
    const text = named?.text ?? named?.inlines?.map((run) => run.text ?? run).join("");
    find("#drawer-name").textContent = text?.replace(/\\(.)/g, "$1") || this.#say("lists");
    this.#dialog.name(find("#drawer-name").textContent);
  }

  #empty(title, more, actions = []) {
    this.#card.clear();
    this.#administration.show(false);
    find("#sheet").hidden = true;
    find("#nothing").hidden = false;
    find("#nothing-title").textContent = this.#say(title);
    find("#nothing-more").textContent = this.#say(more);
    find("#nothing-actions").replaceChildren(...actions);
    find("#drawer-name").textContent = this.#say("lists");
    this.#wait(false);
  }

  #wait(isWaiting) {
    find("#card").classList.toggle("waiting", isWaiting);
    if (isWaiting) find("#nothing").hidden = true;
  }

  #connection(isLost) {
    document.body.classList.toggle("lost", isLost);
    find("#connection").textContent = isLost ? this.#say("reconnecting") : "";
  }

  #drawer(isOpen) {
    document.body.classList.toggle("drawer", isOpen);
    find("#drawer").ariaExpanded = String(isOpen);
  }

  #listen() {
    find("#drawer").addEventListener("click", () => this.#drawer(!document.body.classList.contains("drawer")));
    find("#new-customer").addEventListener("click", () => this.#newCustomer());
    find(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      find("#card").focus();
    });
    document.addEventListener("visibilitychange", () => this.#readShown());
    document.addEventListener("keydown", (event) => {
      // Escape in the dialog closes that.
      if (event.key !== "Escape" || event.defaultPrevented || this.#dialog.isOpen) return;
      if (document.body.classList.contains("drawer")) {
        this.#drawer(false);
        find("#drawer").focus();
      } else this.#notices.dismissNewest();
    });
  }

  // --- troubles

  #tell(kind, key, buttons = []) {
    this.#notices.show({ kind, text: this.#say(key), key }, buttons);
  }

  #failed(error, again = null) {
    if (error instanceof SignInNeeded || error.status === 401) return this.#signIn(error);
    if (error instanceof Refused) {
      if (error.status === 403) return this.#forbidden(error.code);
      const isOld = error.code === "unknown_verb" || error.code === "bad_action";
      return this.#tell("error", errorKey(error.code), isOld ? [this.#reload()] : this.#retry(again));
    }
    if (!again) return undefined; // Fetched again once the event stream is back.
    return this.#tell("error", error.name === "TimeoutError" ? "slow" : "failed", this.#retry(again));
  }

  #retry(again) {
    return again ? [{ text: this.#say("again"), press: again }] : [];
  }

  #reload() {
    return { text: this.#say("reload"), press: () => location.reload() };
  }

  /** True where trying again by itself is of no use. */
  #refused(error) {
    if (error instanceof SignInNeeded || error.status === 401) this.#signIn(error);
    else if (error.status === 403) this.#forbidden(error.code);
    else return false;
    return true;
  }

  #forbidden(code) {
    this.#lists.select(null);
    const others = this.#session.isOwn ? [button(this.#say("other_account"), () => this.#enter(true))] : [];
    this.#empty(errorKey(code), "nothing_more", others);
    find("#nothing-more").textContent = "";
  }

  #signIn(error) {
    if (error.people) return this.#choosePerson(error.people);
    if (error.needsConsent) return this.#startAgain("consent", "consent_more", "consent_button");
    if (HOPELESS.has(error.code)) return this.#startAgain(errorKey(error.code), "ask_administrator", this.#session.isOwn ? "other_account" : "again", true);
    if (error.isFirst) return this.#startAgain("welcome", "welcome_more", "sign_in_microsoft");
    this.#wait(false);
    return this.#tell("warning", "sign_in", [{ text: this.#say("sign_in_button"), press: () => this.#enter() }]);
  }

  /** Signs in: in Teams by asking it again, elsewhere at Entra, from where the browser comes back. */
  async #enter(other = false) {
    if (!(await this.#session.leave(other))) this.start();
  }

  /** Signing in once more would end the same until somebody has done something elsewhere. */
  #startAgain(title, more, caption, other = false) {
    this.#lists.select(null);
    this.#empty(title, more, [button(this.#say(caption), () => this.#enter(other))]);
    find("#heard").textContent = this.#say(title);
  }

  #choosePerson(people) {
    const choices = people.map((person) => button(person.name, () => this.#become(person.email)));
    this.#empty("choose_person", "choose_person_more", choices);
  }

  #become(person) {
    const url = new URL(location);
    url.searchParams.set("user", person);
    location.assign(url);
  }
}

function findElement(node, id) {
  if (node === null || typeof node !== "object") return null;
  if (node.id === id) return node;
  for (const child of Object.values(node)) {
    const found = findElement(child, id);
    if (found) return found;
  }
  return null;
}

async function main() {
  const [host, answer] = await Promise.all([findHost(), fetch("config", { cache: "no-store" })]);
  const config = await answer.json();
  wear(host.theme);
  host.onTheme(wear);
  useMarkdown();
  if (host.isAlone && config.signIn && !config.developmentSignIn) {
    const { findAccount, showAccount } = await import("./entra.js");
    host.account = await findAccount(config);
    showAccount(find("#account"), host.account, () => forgetDrafts());
  }
  await new Pane(host, config).start();
}

main();
