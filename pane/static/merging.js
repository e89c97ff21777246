// The part of a card where a merge is prepared: its name, and where the focus goes when it opens, goes on or closes.

const PANEL = "#merge\\.panel";
const OPENER = '[id="merge.open"]';

/** Which step of a merge `place` shows: "", "choose" or "preview". */
export function stepOf(place) {
  const panel = place.querySelector(PANEL);
  if (!panel) return "";
  return panel.querySelector("#merge\\.preview") ? "preview" : "choose";
}

/** What the panel says of its list: how many a search has found. Empty where it shows no list. */
export function foundIn(place) {
  return place.querySelector("#merge\\.found")?.textContent ?? "";
}

/** Makes the panel a part of the page that screen readers name, and tells whether its control has opened it. */
export function namePanel(place) {
  const panel = place.querySelector(PANEL);
  const opener = place.querySelector(OPENER);
  if (opener) opener.ariaExpanded = String(panel !== null);
  if (!panel) return;
  panel.setAttribute("role", "region");
  panel.ariaLabel = panel.querySelector("[role=heading]")?.textContent ?? "";
  panel.tabIndex = -1;
}

/** After a redraw: where the step is another one than `before`, the focus goes along, if `active` was part of it. */
export function focusAfter(before, place, active) {
  const step = stepOf(place);
  if (step === before || !active?.matches(`${OPENER}, ${PANEL} *, ${PANEL}`)) return;
  const goal = { "": OPENER, choose: '[data-input="merge.query"]', preview: PANEL }[step];
  place.querySelector(goal)?.focus();
}

/** What closes the panel that `element` is in; null where it is in none. */
export function closerOf(element, place) {
  return element.closest?.(PANEL) ? place.querySelector(OPENER) : null;
}
