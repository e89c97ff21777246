// Characters as a person counts them: an emoji of a family is one, whatever it is made of.

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const NEARLY = 0.9;

/** How many characters a person sees in `text`. */
export function count(text) {
  if (/^[\x20-\x7e\n]*$/.test(text)) return text.length;
  let found = 0;
  for (const _ of SEGMENTER.segment(text)) found += 1;
  return found;
}

/** Says in `host` how many of `limit` characters are left, once it becomes tight; marks what is too long. */
export function showRoom(control, host, limit, say) {
  const used = count(control.value.trim());
  const isOver = used > limit;
  const room = host.querySelector(":scope > .room") ?? document.createElement("p");
  control.ariaInvalid = isOver ? "true" : null;
  if (used < NEARLY * limit) return room.remove();
  room.className = isOver ? "room over" : "room";
  // Said aloud when it is too much, not with every letter before.
  if (isOver) room.setAttribute("role", "status");
  else room.removeAttribute("role");
  const left = Math.abs(limit - used).toLocaleString(document.documentElement.lang);
  room.textContent = say(isOver ? "too_long" : "room", { count: left });
  if (!room.isConnected) host.append(room);
  return undefined;
}
