// The page's own words are gettext catalogues (translations/pane.pot and the like), which the server makes words.js of.
// Cards and notices come from the server in the viewer's language.

import { TEXTS } from "./words.js";

/** The first of `wanted` that is offered, else the first that is offered. */
export function chooseLanguage(wanted, offered) {
  const known = offered.filter((language) => language in TEXTS);
  const short = wanted.map((language) => (language || "").slice(0, 2).toLowerCase());
  return short.find((language) => known.includes(language)) ?? known[0] ?? "en";
}

/** A function from a key, and values for its blanks, to the words of `language`. */
export function words(language) {
  const texts = TEXTS[language];
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The words for an error code of the server. */
export function errorKey(code) {
  return `error_${code}` in TEXTS.en ? `error_${code}` : "error_other";
}

/** Every element that asks for words has them afterwards. */
export function translate(root, language, say) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.ariaLabel = say(element.dataset.label);
  for (const element of root.querySelectorAll("[data-placeholder]")) {
    element.placeholder = say(element.dataset.placeholder);
  }
}
