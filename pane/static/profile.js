// The customer form: where the focus goes when it opens and closes.

const PANEL = "#profile\\.panel";

/** True where `place` shows the form, not what was written in it. */
export function isWriting(place) {
  return place.querySelector(`${PANEL} [data-input]`) !== null;
}

/** After a redraw: into the form where it has opened, back to Edit where it has closed. */
export function focusAfter(before, place, active) {
  const now = isWriting(place);
  if (now === before || !active?.matches(`${PANEL} *`)) return;
  place.querySelector(now ? `${PANEL} [data-input]` : '[id="profile.edit"]')?.focus();
}

/** Marks the name as what opens the form, and tells whether it has. */
export function nameOpener(place) {
  const opener = place.querySelector('[id="profile.show"]');
  if (opener) opener.ariaExpanded = String(place.querySelector(PANEL) !== null);
}
