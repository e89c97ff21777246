// What the agent has typed and not saved, per card and input: survives redraws, other cards and a reload of the tab.

const KEY = "customer-card.drafts.";

export class Drafts {
  #key;
  #cards;

  constructor(person) {
    this.#key = KEY + person;
    this.#cards = this.#read();
  }

  /** Drafts of a card: input id → {base: saved value it began from, value, theirs?: saved value since then}. */
  of(card) {
    return (this.#cards[card] ??= {});
  }

  has(card) {
    return Object.keys(this.#cards[card] ?? {}).length > 0;
  }

  set(card, id, draft) {
    this.of(card)[id] = draft;
    this.#write();
  }

  drop(card, id) {
    if (!(id in this.of(card))) return;
    delete this.#cards[card][id];
    this.#write();
  }

  /** What was typed on one card goes on on another: it has become part of that one. */
  move(from, to) {
    if (from === to || !this.has(from)) return;
    this.#cards[to] = { ...this.#cards[from], ...this.#cards[to] };
    this.dropAll(from);
  }

  dropAll(card) {
    delete this.#cards[card];
    this.#write();
  }

  /** What was typed while `leg` was the current interaction is gone; what belongs to another one of the card stays. */
  dropOf(card, leg) {
    this.#keep(card, (input) => isOther(input, leg));
  }

  /** After Close, which has saved the rest: the form of the profile and a comment count when they are sent alone. */
  dropClosed(card, leg) {
    this.#keep(card, (input) => /^(profile|comment)\./.test(input) || isOther(input, leg));
  }

  #keep(card, isKept) {
    this.#cards[card] = Object.fromEntries(Object.entries(this.of(card)).filter(([input]) => isKept(input)));
    this.#write();
  }

  // Session storage ends with the Teams window; it may also be switched off, and then a reload loses drafts.
  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key)) ?? {};
    } catch {
      return {};
    }
  }

  #write() {
    const kept = Object.fromEntries(Object.entries(this.#cards).filter(([, inputs]) => Object.keys(inputs).length));
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Memory alone, then.
    }
  }
}

/** Under what name a draft is kept: notes, outcome and comments belong to one interaction, the rest to the customer. */
export function draftName(input, leg) {
  return leg && /^(wrapup\.|create\.|comment\.text$)/.test(input) ? `${input}@${leg}` : input;
}

/** The input of a draft that is kept under `name`. */
export function inputOf(name) {
  return name.split("@")[0];
}

/** True where the draft belongs to another interaction than the one of `leg`. */
export function isOther(name, leg) {
  return name.includes("@") && name !== draftName(inputOf(name), leg);
}

/**
 * What an input shall show when the saved value is `saved`, and the draft that remains.
 * The agent's text always stays; `theirs` tells that somebody else has saved another one meanwhile. Nobody else asks
 * the agent's questions: what they hold is never in conflict.
 */
export function reconcile(draft, saved, isQuestion = false) {
  if (!draft || draft.value === saved) return { value: saved, draft: null };
  if (draft.base === saved) return { value: draft.value, draft };
  if (isQuestion) return { value: draft.value, draft: { ...draft, base: saved } };
  return { value: draft.value, draft: { ...draft, base: saved, theirs: saved } };
}

// Inputs that have a button of their own; a card sends all of its inputs with every button.
const TAKERS = {
  "wrapup.tag": "tag.add",
  "profile.tag": "tag.add",
  search: "link.search",
  query: "customers.search",
  "merge.query": "merge.search",
  "activity.query": "activity.find",
  "journey.query": "journey.find",
  "journey.channel": "journey.find",
  "comment.text": "comment.add",
  "agents.user": "agents.link",
  "preview.ref": "admin.preview",
};
// After these another question is asked, or none.
const MERGE_STEPS = new Set(["merge.open", "merge.preview", "merge.confirm"]);

// A comment on one message has that message's id in its name.
const ON_MESSAGE = "comment.message.";

/** The verb of the input's own button, if it has one. */
export function takerOf(input) {
  if (input.startsWith("merge.pick.")) return "merge.confirm";
  if (isLookup(input)) return "record.find";
  return input.startsWith(ON_MESSAGE) ? "comment.add" : TAKERS[input];
}

/** True where a button with `verb` and `data` is the input's own: there are several that send comments, or add tags. */
export function takes(verb, data, input) {
  if (verb !== takerOf(input)) return false;
  if (verb === "record.find") return input === `create.${data?.creation}.${data?.field}.search`;
  if (verb === "tag.add") return Boolean(data?.leg) === (input === "wrapup.tag");
  return verb !== "comment.add" || (data?.message ?? "") === (input.startsWith(ON_MESSAGE) ? input.slice(ON_MESSAGE.length) : "");
}

/** True where a record is searched for that a field of a new one shall point to. */
function isLookup(input) {
  return input.startsWith("create.") && input.endsWith(".search");
}

/** True where Tab makes a tag of it, too (B-10). */
export function isTag(input) {
  return takerOf(input) === "tag.add";
}

/** True where Enter sends the input and Shift+Enter starts a line (C-04). */
export function isComment(input) {
  return takerOf(input) === "comment.add";
}

/** True where the input holds what its button shall use, and nothing that is kept beyond that. */
export function isQuestion(input) {
  return takerOf(input) !== undefined;
}

/** True where the agent would lose something if it were let go of: fields, a comment, a tag; nothing searched for. */
export function isWork(input, value) {
  return !isQuestion(input) || (["comment.text", "wrapup.tag", "profile.tag"].includes(input) && value.trim() !== "");
}

/** True where the answer is wanted while the agent is still typing. */
export function asks(input) {
  return input === "merge.query" || input.startsWith("journey.");
}

/** True where pressing a button with `verb` saves the input: `wrapup.save` takes `wrapup.notes`. */
export function consumes(verb, input, data = {}) {
  if (input.startsWith("merge.") && MERGE_STEPS.has(verb)) return true;
  if (input === "profile.tag" && verb === "profile.save") return true;
  if (takerOf(input)) return takes(verb, data, input);
  // The fields of a request have its id in their names: those of another one stay typed.
  if (input.startsWith("create.")) return verb === "record.create" || verb === "record.cancel";
  if (input.startsWith("new.")) return verb === "customers.create";
  if (input.startsWith("profile.")) return verb === "profile.save" || verb === "profile.cancel";
  if (input.startsWith("request.")) return /^request\.(save|close|reopen|cancel)$/.test(verb);
  return /\.(save|finish|add|create)$/.test(verb) && verb.split(".")[0] === input.split(".")[0];
}

/** Nothing that anybody has typed is left in this window. */
export function forgetDrafts() {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(KEY))
    .forEach((key) => sessionStorage.removeItem(key));
}
