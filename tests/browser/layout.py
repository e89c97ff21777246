"""Looks at a page as eyes do: what is clipped, what overlaps, what is too faint, too small, nameless or too wide."""

from __future__ import annotations

from playwright.async_api import Page

_LOOK = r"""
() => {
  for (const animation of document.getAnimations()) {
    if (animation.effect.getTiming().iterations !== Infinity) animation.finish();
  }
  const faults = new Set();
  const name = (element) => {
    const id = element.id || element.dataset?.input || element.dataset?.key;
    const words = (element.textContent || "").trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}${id ? ` ${id}` : ""}> "${words}"`;
  };
  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const color = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = color(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (front, back) => {
    const [a, b] = [light(over(front, back)), light(back)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const checkContrast = (element, front, what) => {
    const ratio = contrast(color(front), ground(element));
    if (ratio < 4.5) faults.add(`contrast ${ratio.toFixed(2)}: ${what} ${name(element)}`);
  };

  // Too wide.
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) faults.add(`page is ${root.scrollWidth} wide in ${innerWidth}`);
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const scrolls = /auto|scroll/.test(style.overflowX) && !element.matches("input, textarea");
    if (scrolls && isShown(element) && element.scrollWidth > element.clientWidth + 1) {
      faults.add(`scrolls sideways: ${name(element)}`);
    }
  }

  // Text: clipped, faint, overlapping.
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !isShown(element) || element.closest("script, style, select, .skip, .unseen")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let rects = [...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
    if (!rects.length) continue;
    checkContrast(element, getComputedStyle(element).color, "text");
    let isScrolledAway = false;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY, textOverflow } = getComputedStyle(at);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const frame = at.getBoundingClientRect();
      if (textOverflow === "ellipsis" && at.id === "drawer-name") {
        rects = [frame]; // The full name stands on the card.
        break;
      }
      const canScroll = /auto|scroll/.test(overflowY);
      for (const rect of rects) {
        const isCut = rect.right > frame.right + 1 || rect.left < frame.left - 1;
        const isLow = rect.bottom > frame.bottom + 2 || rect.top < frame.top - 2;
        if (canScroll && isLow) isScrolledAway = true;
        else if (isCut || isLow) faults.add(`clipped: ${name(element)}`);
      }
    }
    if (!isScrolledAway) boxes.push({ element, rects });
  }
  const layer = (element) => element.closest(".drawer #lists, #notices")?.id ?? "page";
  for (let i = 0; i < boxes.length; i += 1) {
    for (let j = i + 1; j < boxes.length; j += 1) {
      const [one, two] = [boxes[i], boxes[j]];
      if (layer(one.element) !== layer(two.element)) continue;
      if (one.element.contains(two.element) || two.element.contains(one.element)) continue;
      const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2;
      const along = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
      const meets = (a) => two.rects.some((b) => across(a, b) && along(a, b));
      if (one.rects.some(meets)) faults.add(`overlap: ${name(one.element)} and ${name(two.element)}`);
    }
  }

  // Fields and buttons.
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!isShown(field)) continue;
    checkContrast(field, getComputedStyle(field).color, "field");
    if (field.placeholder) checkContrast(field, getComputedStyle(field, "::placeholder").color, "placeholder");
    if (field.matches("select") && field.scrollHeight > field.clientHeight + 2) faults.add(`clipped: ${name(field)}`);
  }
  const controls = "button, input, textarea, select, a[href], [role=button], [tabindex='0']";
  for (const control of document.querySelectorAll(controls)) {
    if (!isShown(control) || control.matches(".skip")) continue;
    const box = control.getBoundingClientRect();
    if (box.width < 24 || box.height < 20) faults.add(`small: ${name(control)} ${box.width}x${box.height}`);
    const labels = [...(control.labels ?? [])].map((label) => label.textContent).join("");
    const given = control.ariaLabel || control.getAttribute("aria-labelledby") || control.title;
    if (!(given || labels || control.innerText)?.trim()) faults.add(`nameless: ${name(control)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.add(`two elements have the id ${id}`);
  return [...faults];
}
"""


async def faults(page: Page) -> list[str]:
    """What is wrong with what `page` shows now; empty where everything can be read and reached.

    Clipped or overlapping text, sideways scrolling, contrast below 4.5, controls without name or smaller than a
    fingertip (24 pixels wide, 20 high), ids used twice. Animations are taken to their end in the same moment.
    """
    found: list[str] = await page.evaluate(_LOOK)
    return sorted(found)
