// What stands in a field of a card: what is saved, what is chosen, how much more may be written.

import { takes } from "./drafts.js";

export const TEXT_INPUTS = "textarea, input:not([type=checkbox], [type=radio])";

export function savedValue(input) {
  if (input instanceof AdaptiveCards.ToggleInput) return input.defaultValue ?? input.valueOff ?? "false";
  return String(input.defaultValue ?? "");
}

/** True where `value` is none of the choices that `input` has now. */
export function isNoChoice(input, value) {
  return value !== undefined && input.choices !== undefined && !input.choices.some((choice) => choice.value === value);
}

export function shownValue(input, value) {
  return input.choices?.find((choice) => choice.value === value)?.title ?? value;
}

/** The browser counts otherwise than people do, and cuts what is pasted without a word: here the server refuses. */
export function liftLimit(input, control) {
  if (input.maxLength && control.matches(TEXT_INPUTS)) control.removeAttribute("maxlength");
}

/** A field with a button of its own has it beside it, as search fields do. */
export function joinButton(card, input, control) {
  const taker = card.getAllActions().find((action) => action.renderedElement && takes(action.verb, action.toJSON()?.data, input.id));
  const row = taker?.renderedElement.closest(".ac-actionSet");
  if (!row || row.querySelectorAll("button").length > 1) return;
  control.parentElement.append(taker.renderedElement);
  control.parentElement.classList.add("with-button");
  (row.closest('[id$=".actions"]') ?? row).classList.add("emptied");
}

export function write(input, value) {
  const control = input.renderedInputControlElement;
  const boxes = control.querySelectorAll?.("input[type=checkbox], input[type=radio]") ?? [];
  if (control.matches(`${TEXT_INPUTS}, select`)) control.value = value;
  else if (input instanceof AdaptiveCards.ToggleInput) boxes[0].checked = value === (input.valueOn ?? "true");
  else boxes.forEach((box, index) => (box.checked = value.split(",").includes(input.choices[index].value)));
}
