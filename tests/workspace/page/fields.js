// Owns input elements: a control for each type, and how its value is read; blocks around them are blocks.js's.
import { ask, el, freshId } from "/page/dom.js";
import { context, plain, textObject } from "/page/mrkdwn.js";

/** An input block: label, control, hint and a place for its error. */
export function field(block, source) {
  const many = ["checkboxes", "radio_buttons"].includes(block.element.type) || block.element.type.startsWith("multi_");
  const id = freshId();
  const label = [textObject(block.label), block.optional ? el("span", { class: "optional" }, " (optional)") : null];
  const made = reader(block.element, block, { ...source, id, label: plain(block.label.text) });
  made.node.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  const node = el(many ? "fieldset" : "div", { class: "field", "data-block": block.block_id },
    many ? el("legend", {}, label) : el("label", { for: id }, label),
    made.node,
    block.hint ? el("p", { class: "hint", id: `${id}-hint` }, textObject(block.hint)) : null,
    el("p", { class: "error", id: `${id}-error`, role: "alert" }));
  return { node, read: made.read };
}

/** The control of an element: its node, and what reads its value as the doors take it. */
export function reader(element, block, source) {
  const make = CONTROLS[element.type];
  return make ? make(element, source, block) : { node: el("p", {}, `(an input of type ${element.type})`), read: () => null };
}

const typed = (type, initial) => (element, source) => {
  const tall = type === "text" && element.multiline;
  const node = el(tall ? "textarea" : "input", {
    id: source.id, type: tall ? null : type, rows: tall ? 4 : null, value: element[initial] ?? "",
    maxlength: element.max_length, min: element.min_value, max: element.max_value,
    step: type === "number" ? (element.is_decimal_allowed ? "any" : "1") : null,
    placeholder: element.placeholder ? plain(element.placeholder.text) : null,
    "aria-label": source.id ? null : source.label,
  });
  return { node, read: () => node.value };
};

const choice = (options, initial) => (element, source) => {
  const node = el("select", { id: source.id, "aria-label": source.id ? null : source.label },
    el("option", { value: "" }, element.placeholder ? plain(element.placeholder.text) : "Choose"), options(element));
  node.value = initial(element) ?? "";
  return { node, read: () => node.value };
};

const ticks = (type, options, initial) => (element, source) => {
  const name = freshId();
  const first = initial(element);
  const boxes = options(element).map(({ value, text, description }) => {
    const id = freshId();
    const box = el("input", { type, name, id, value, checked: first.includes(value) });
    const label = el("label", { for: id }, box, el("span", {}, text, description ? el("small", {}, description) : null));
    return { box, label };
  });
  const node = el("div", { class: boxes.length > 8 ? "ticks tall" : "ticks", role: "group", "aria-label": source.label },
    boxes.map((one) => one.label));
  const chosen = () => boxes.filter((one) => one.box.checked).map((one) => one.box.value);
  return { node, read: () => (type === "radio" ? chosen()[0] ?? "" : chosen()) };
};

const optionOf = (option) => el("option", { value: option.value }, plain(option.text.text));
const tickOf = (option) => ({
  value: option.value, text: textObject(option.text), description: option.description ? textObject(option.description) : null,
});
const all = (element) => element.options ?? element.option_groups.flatMap((group) => group.options);
const grouped = (element) => element.options?.map(optionOf)
  ?? element.option_groups.map((group) => el("optgroup", { label: plain(group.label.text) }, group.options.map(optionOf)));
const users = () => [...context.users].map(([value, text]) => ({ value, text: [text] }));
const channels = () => [...context.channels].map(([value, text]) => ({ value, text: [`#${text}`] }));
const asOptions = (list) => () => list().map(({ value, text }) => el("option", { value }, text));
const initialOf = (key) => (element) => element[key]?.value ?? element[key];
const initialsOf = (key) => (element) => (element[key] ?? []).map((one) => one.value ?? one);

const CONTROLS = {
  plain_text_input: typed("text", "initial_value"),
  number_input: typed("number", "initial_value"),
  email_text_input: typed("email", "initial_value"),
  url_text_input: typed("url", "initial_value"),
  datepicker: typed("date", "initial_date"),
  timepicker: typed("time", "initial_time"),
  datetimepicker,
  static_select: choice(grouped, initialOf("initial_option")),
  users_select: choice(asOptions(users), initialOf("initial_user")),
  conversations_select: choice(asOptions(channels), initialOf("initial_conversation")),
  channels_select: choice(asOptions(channels), initialOf("initial_channel")),
  radio_buttons: ticks("radio", (e) => all(e).map(tickOf), (e) => (e.initial_option ? [e.initial_option.value] : [])),
  checkboxes: ticks("checkbox", (e) => all(e).map(tickOf), initialsOf("initial_options")),
  multi_static_select: ticks("checkbox", (e) => all(e).map(tickOf), initialsOf("initial_options")),
  multi_users_select: ticks("checkbox", users, initialsOf("initial_users")),
  multi_conversations_select: ticks("checkbox", channels, initialsOf("initial_conversations")),
  multi_channels_select: ticks("checkbox", channels, initialsOf("initial_channels")),
  external_select: (element, source) => external(element, source, false),
  multi_external_select: (element, source) => external(element, source, true),
};

/** Slack's date and time picker: the reader's own wall time, sent as Unix seconds. */
function datetimepicker(element, source) {
  const initial = element.initial_date_time ? wall(new Date(element.initial_date_time * 1000)) : "";
  const node = el("input", { id: source.id, type: "datetime-local", value: initial, "aria-label": source.id ? null : source.label });
  return { node, read: () => (node.value ? unix(node.value) : "") };
}

function wall(moment) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: context.zone, dateStyle: "short", timeStyle: "short" }).format(moment);
  return parts.replace(" ", "T");
}

function unix(local) {
  const guess = Date.parse(`${local}Z`);
  const off = Date.parse(`${wall(new Date(guess))}Z`) - guess;
  const better = guess - off;
  const again = Date.parse(`${wall(new Date(better))}Z`) - better;
  return Math.round((guess - again) / 1000);
}

/** A select whose options the bot gives as one types. */
function external(element, source, many) {
  const known = new Map();
  const list = el("datalist", { id: freshId() });
  const input = el("input", {
    id: source.id, list: list.id, autocomplete: "off", "aria-label": source.id ? null : source.label,
    placeholder: element.placeholder ? plain(element.placeholder.text) : "Type to search",
  });
  const chosen = new Map((many ? element.initial_options ?? [] : []).map((option) => [option.value, plain(option.text.text)]));
  if (!many && element.initial_option) {
    input.value = plain(element.initial_option.text.text);
    known.set(input.value, element.initial_option.value);
  }
  const chips = el("div", { class: "chips" });
  const draw = () => chips.replaceChildren(...[...chosen].map(([value, text]) =>
    el("button", { type: "button", title: "Take off", onclick: () => { chosen.delete(value); draw(); } }, `${text} ×`)));
  const look = async () => {
    const found = await ask("/api/options", { ...source.target, action_id: element.action_id, value: input.value });
    list.replaceChildren(...found.options.map((option) => {
      known.set(plain(option.text.text), option.value);
      return el("option", { value: plain(option.text.text) });
    }));
  };
  let pause;
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(look, 200); });
  input.addEventListener("focus", look);
  if (many) {
    input.addEventListener("change", () => {
      if (!known.has(input.value)) return;
      chosen.set(known.get(input.value), input.value);
      input.value = "";
      draw();
    });
  }
  draw();
  const read = () => (many ? [...chosen.keys()] : known.get(input.value) ?? input.value);
  return { node: el("div", { class: "external" }, chips, input, list), read };
}
