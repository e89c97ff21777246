// What screen readers and voice control call things that are pressed as a whole: by the words in them (WCAG 2.5.3).

/** `element` is called by its words and by `title`, what a press does; what tells whether it is open, by its words. */
export function nameAsWhole(element, title) {
  for (const sign of element.querySelectorAll('[id$=".avatar"] .ac-textBlock')) drawInitials(sign);
  const words = wordsIn(element);
  if (!words || plain(title).includes(plain(words))) return;
  // An element that is open or closed says so by itself; what a press does stays its description.
  if (element.ariaExpanded) element.removeAttribute("aria-label");
  else element.ariaLabel = `${words}, ${title}`;
}

/** Initials are a picture of the name beside them: for the eyes alone. */
function drawInitials(sign) {
  sign.dataset.initials = sign.textContent;
  sign.ariaHidden = "true";
  sign.replaceChildren();
}

/** What can be read in `element`; empty where there are signs alone. */
function wordsIn(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = new Map();
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement.closest("[aria-hidden=true]")) continue;
    // What matches a search is marked: the parts of a word stay together.
    const line = node.parentElement.closest("p, div");
    found.set(line, (found.get(line) ?? "") + node.data);
  }
  const words = [...found.values()].join(" ").replace(/\s+/g, " ").trim();
  return /[\p{L}\p{N}]/u.test(words) ? words : "";
}

function plain(text = "") {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
