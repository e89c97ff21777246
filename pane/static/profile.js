// The customer form: where the focus goes when it opens and closes.

const PANEL = "#profile\\.panel";
// The field for a label stands there without the form, too.
const FIELD = `${PANEL} [data-input]:not([data-input="profile.tag"])`;

/** True where `place` shows the form, not what was written in it. */
export function isWriting(place) {
  return place.querySelector(FIELD) !== null;
}

/** After a redraw: into the form where it has opened, back to Edit where it has closed. */
export function focusAfter(before, place, active) {
  const now = isWriting(place);
  if (now === before || !active?.matches(`${PANEL} *`)) return;
  place.querySelector(now ? FIELD : '[id="profile.edit"]')?.focus();
}

/** Marks the name as what opens the form, and tells whether it has. */
export function nameOpener(place) {
  const opener = place.querySelector('[id="profile.show"]');
  if (opener) opener.ariaExpanded = String(place.querySelector(PANEL) !== null);
}
