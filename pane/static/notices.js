// The place for notices at the bottom: green for success; errors and warnings stay until they are dismissed.

const STAY_SECONDS = { success: 10, info: 12 };
const LONGER_SECONDS = 20;
const MOST = 3;
const ICONS = {
  success: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM6.8 10.2l2.2 2.2 4.2-4.6",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v4.5M10 6.3v.2",
  warning: "M10 3 2.5 16.5h15L10 3ZM10 8v4M10 14.2v.2",
  error: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM7.5 7.5l5 5m0-5-5 5",
};

export class Notices {
  #said;
  #alerts;
  #say;

  constructor(root, say) {
    this.#said = root.querySelector("#said");
    this.#alerts = root.querySelector("#alerts");
    this.#say = say;
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.target.closest(".notice")?.remove();
    });
  }

  /** Show `text`; `buttons` is a list of {text, press}. Returns a function that takes it away. */
  show({ kind = "info", text, key = text }, buttons = []) {
    if (!text) return () => {};
    const place = kind === "error" || kind === "warning" ? this.#alerts : this.#said;
    this.dismiss(key);
    const notice = this.#element(kind, text, key, buttons);
    place.append(notice);
    const all = document.querySelectorAll("#notices .notice");
    if (all.length > MOST) all[0].remove();
    // A question stays until it is answered; what has succeeded can be found again on the card.
    const seconds = buttons.length === 0 ? STAY_SECONDS[kind] : kind === "success" ? LONGER_SECONDS : undefined;
    if (seconds) leaveAfter(notice, seconds * 1000);
    return () => notice.remove();
  }

  dismiss(key) {
    for (const notice of document.querySelectorAll("#notices .notice")) if (notice.dataset.key === key) notice.remove();
  }

  /** Take away the newest one; false where there is none. */
  dismissNewest() {
    const newest = [...document.querySelectorAll("#notices .notice")].at(-1);
    newest?.remove();
    return newest !== undefined;
  }

  #element(kind, text, key, buttons) {
    const notice = document.createElement("div");
    notice.className = `notice ${kind}`;
    notice.dataset.key = key;
    const words = document.createElement("p");
    words.textContent = text;
    notice.append(icon(ICONS[kind] ?? ICONS.info), words);
    for (const { text: label, press } of buttons) {
      notice.append(button(label, () => (notice.remove(), press())));
    }
    const dismiss = button("", () => notice.remove());
    dismiss.className = "dismiss";
    dismiss.ariaLabel = this.#say("dismiss");
    dismiss.title = this.#say("dismiss");
    dismiss.append(icon("m5 5 10 10M15 5 5 15"));
    notice.append(dismiss);
    return notice;
  }
}

export function button(text, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", press);
  return element;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function leaveAfter(notice, milliseconds) {
  // Whoever reads it, by pointer or keyboard, keeps it.
  const isRead = () => notice.matches(":hover, :focus-within");
  const leave = () => (isRead() ? setTimeout(leave, 2000) : notice.remove());
  setTimeout(leave, milliseconds);
}
