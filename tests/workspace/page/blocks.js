// Owns blocks: how each kind looks and what can be pressed in it; inputs are fields.js's, text is mrkdwn.js's.
import { byId, el } from "/page/dom.js";
import { field, reader } from "/page/fields.js";
import { context, link, mrkdwn, plain, textObject } from "/page/mrkdwn.js";

/**
 * Blocks as nodes. `act(element, value)` is called when something is pressed or chosen; `form` collects the
 * inputs among the blocks: block_id -> function that reads the value.
 */
export function renderBlocks(blocks, act, form = new Map(), source = {}) {
  return blocks.map((block) => (BLOCKS[block.type] ?? unknown)(block, act, form, source));
}

const unknown = (block) => el("p", { class: "empty" }, `(a block of type ${block.type})`);

const BLOCKS = {
  section(block, act, form, source) {
    const fields = (block.fields ?? []).map((text) => el("div", {}, textObject(text)));
    return el("div", { class: "section" },
      el("div", { class: "words" }, textObject(block.text), fields.length ? el("div", { class: "fields" }, fields) : null),
      block.accessory ? element(block.accessory, block, act, form, source) : null);
  },
  header: (block) => el("h3", { class: "header" }, textObject(block.text)),
  context: (block) => el("div", { class: "context" }, block.elements.map((one) =>
    one.type === "image" ? el("img", { src: one.image_url, alt: one.alt_text }) : el("span", {}, textObject(one)))),
  actions: (block, act, form, source) =>
    el("div", { class: "actions" }, block.elements.map((one) => element(one, block, act, form, source))),
  divider: () => el("hr"),
  image: (block) => el("figure", {}, el("img", { src: block.image_url, alt: block.alt_text }),
    block.title ? el("figcaption", {}, textObject(block.title)) : null),
  input(block, act, form, source) {
    const made = field(block, source);
    form.set(block.block_id, made.read);
    return made.node;
  },
  rich_text: (block) => el("div", { class: "rich" }, block.elements.map(rich)),
  table: (block) => el("div", { class: "wide" }, el("table", {}, block.rows.map((row, index) =>
    el("tr", {}, row.map((cell) => el(index ? "td" : "th", {}, cell.type === "rich_text" ? cell.elements.map(rich) : plain(cell.text ?? ""))))))),
  markdown: (block) => el("div", { class: "words" }, mrkdwn(block.text)),
};

function rich(part) {
  const children = () => part.elements.map(rich);
  switch (part.type) {
    case "rich_text_section": return el("p", {}, children());
    case "rich_text_preformatted": return el("pre", {}, children());
    case "rich_text_quote": return el("blockquote", {}, children());
    case "rich_text_list": return el(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => el("li", {}, rich(item))));
    case "link": return link(part.url, part.text ?? part.url);
    case "user": return el("span", { class: "mention" }, `@${context.users.get(part.user_id) ?? part.user_id}`);
    case "channel": return el("span", { class: "mention" }, `#${context.channels.get(part.channel_id) ?? part.channel_id}`);
    case "broadcast": return el("span", { class: "mention loud" }, `@${part.range}`);
    case "emoji": return plain(`:${part.name}:`);
    case "date": return mrkdwn(`<!date^${part.timestamp}^${part.format}|${part.fallback ?? ""}>`)[0];
    default: return styled(part);
  }
}

function styled(part) {
  const names = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(part.style ?? {}).reduce(
    (node, [style, on]) => (on && names[style] ? el(names[style], {}, node) : node), part.text ?? "");
}

function element(one, block, act, form, source) {
  if (one.type === "button") return button(one, block, act);
  if (one.type === "image") return el("img", { class: "accessory", src: one.image_url, alt: one.alt_text });
  if (one.type === "overflow") return overflow(one, block, act);
  const made = reader(one, block, { ...source, label: one.placeholder?.text ?? one.action_id });
  made.node.classList.add("inline");
  made.node.addEventListener("change", async () => {
    if (await confirmed(one.confirm)) act(block, one, made.read());
  });
  return made.node;
}

function button(one, block, act) {
  const press = async () => {
    if (one.url) window.open(one.url, "_blank", "noopener");
    if (await confirmed(one.confirm)) act(block, one, one.value ?? null);
  };
  return el("button", {
    type: "button", class: one.style ?? "", onclick: press, "aria-label": one.accessibility_label,
    "data-action": one.action_id, "data-value": one.value,
  }, textObject(one.text));
}

function overflow(one, block, act) {
  const list = el("select", { "aria-label": "More actions" }, el("option", { value: "" }, "⋯"),
    one.options.map((option) => el("option", { value: option.value }, plain(option.text.text))));
  list.addEventListener("change", async () => {
    const value = list.value;
    list.value = "";
    if (value && (await confirmed(one.confirm))) act(block, one, value);
  });
  return list;
}

/** Ask "are you sure" where the element has a confirm dialog; true when there is none. */
export function confirmed(words) {
  if (!words) return Promise.resolve(true);
  const dialog = byId("confirm");
  return new Promise((resolve) => {
    const close = (answer) => { dialog.close(); resolve(answer); };
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, textObject(words.title)),
      el("div", { class: "body" }, el("p", {}, textObject(words.text))),
      el("footer", {},
        el("button", { type: "button", onclick: () => close(false) }, textObject(words.deny)),
        el("button", { type: "button", class: words.style === "danger" ? "danger" : "primary", onclick: () => close(true) },
          textObject(words.confirm))));
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}
