// The part of a card where an activity is moved: where the focus goes when it opens and closes.

const PANEL = "#activity\\.panel";
const CLOSER = "#activity\\.close";
const OPENER = '[data-verb="activity.move"]';

/** The activity that `place` shows places for; "" where it shows none. */
export function movingIn(place) {
  return keyOf(place.querySelector(CLOSER));
}

/** Makes the panel a part of the page that screen readers name. */
export function namePanel(place) {
  const panel = place.querySelector(PANEL);
  if (!panel) return;
  panel.setAttribute("role", "region");
  panel.ariaLabel = panel.querySelector("[role=heading]")?.textContent ?? "";
  panel.tabIndex = -1;
}

/** After a redraw: into the panel where it has opened, back to what opens it where it has closed. */
export function focusAfter(before, place, active) {
  const now = movingIn(place);
  if (now === before || !active?.matches(`${OPENER}, ${PANEL} *, ${PANEL}`)) return;
  if (now) return place.querySelector(PANEL).focus();
  const openers = [...place.querySelectorAll(OPENER)];
  (openers.find((one) => keyOf(one) === before) ?? place.querySelector('[id="section.requests"]'))?.focus();
}

/** What closes the panel that `element` is in; null where it is in none. */
export function closerOf(element, place) {
  return element.closest?.(PANEL) ? place.querySelector(CLOSER) : null;
}

function keyOf(element) {
  return element?.dataset.key?.match(/interaction=(\w+)/)?.[1] ?? "";
}
