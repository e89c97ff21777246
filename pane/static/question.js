// A question that must be answered before anything else: a dialog with a button for each answer.

import { button } from "./notices.js";

const dialog = () => document.querySelector("#question");

/** Ask; resolves to the key of the answer, null where the agent goes back (Escape). `answers`: [[key, text], …]. */
export function ask(title, text, answers, back) {
  const place = dialog();
  const heading = document.createElement("h2");
  heading.id = "question-title";
  heading.textContent = title;
  const words = document.createElement("p");
  words.id = "question-text";
  words.textContent = text;
  const row = document.createElement("div");
  row.className = "answers";
  return new Promise((resolve) => {
    const close = (answer) => (place.close(), resolve(answer));
    for (const [key, label] of answers) row.append(named(button(label, () => close(key)), key));
    row.append(named(button(back, () => close(null)), "back"));
    place.oncancel = (event) => (event.preventDefault(), close(null));
    place.replaceChildren(heading, words, row);
    place.showModal();
    row.firstElementChild.focus();
  });
}

function named(element, key) {
  element.dataset.answer = key;
  return element;
}
