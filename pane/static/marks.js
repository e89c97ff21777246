// Names on what is pressed, so that tests, screen readers and redraws find it again.

const EXPANDING = new Set(["card.section", "related.expand"]);

/** Elements under `element` that are pressed as a whole, with what a press does. */
export function* selectables(element) {
  const action = element.selectAction ?? element._selectAction;
  if (action && element.renderedElement) yield { element: element.renderedElement, action };
  for (let index = 0; index < (element.getItemCount?.() ?? 0); index += 1) yield* selectables(element.getItemAt(index));
}

export function mark(element, action) {
  element.dataset.key = keyOf(action);
  if (action.verb) element.dataset.verb = action.verb;
  if (action.id && !element.id) element.id = action.id;
  const data = action.toJSON()?.data;
  for (const about of ["card", "leg", "place"]) if (data?.[about]) element.dataset[about] = data[about];
  if (EXPANDING.has(action.verb)) drawArrow(element);
}

/** The same button again after a redraw: "verb about-what", without versions, which every redraw changes. */
export function keyOf(action) {
  const { version, versions, verb, ...about } = action.toJSON()?.data ?? {};
  const parts = Object.keys(about).sort().map((name) => `${name}=${about[name]}`);
  return `${action.verb ?? action.url ?? action.getJsonTypeName()} ${parts.join("&").replaceAll(" ", "_")}`;
}

/** Cards draw arrows as letters, which screen readers read out. */
function drawArrow(element) {
  const letters = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const found = letters?.data.match(/^\s*([▾▸])\s*/);
  if (!found) return;
  letters.data = letters.data.slice(found[0].length);
  const arrow = document.createElement("span");
  arrow.className = "arrow";
  letters.before(arrow);
  element.ariaExpanded = String(found[1] === "▾");
}

/** What the agent reads at the top of `scroller`, where it has a name. */
export function firstVisible(place, scroller) {
  const top = scroller.getBoundingClientRect().top;
  return [...place.querySelectorAll("[data-key], [data-input], [id]")].find((element) => {
    const box = element.getBoundingClientRect();
    return nameOf(element) && box.height > 0 && box.height < 200 && box.top >= top;
  });
}

/** Where to find the same thing again after a redraw. */
export function nameOf(element) {
  if (element.dataset.input) return `[data-input="${CSS.escape(element.dataset.input)}"]`;
  if (element.dataset.key) return `[data-key="${CSS.escape(element.dataset.key)}"]`;
  return element.id && !element.id.startsWith("__ac-") ? `#${CSS.escape(element.id)}` : null;
}
