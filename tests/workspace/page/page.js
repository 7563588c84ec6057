// Owns the page: who one is, what is typed, the clock, and keeping everything fresh; each pane is a file of its own.
import { ask, byId, el } from "/page/dom.js";
import { renderBlocks } from "/page/blocks.js";
import { showMails } from "/page/mails.js";
import { showViews } from "/page/modal.js";
import { clockTime, context, dayName, here, mrkdwn, sameDay, utc } from "/page/mrkdwn.js";

const FRESHEN_EVERY = 3000; // milliseconds
const people = new Map();
const drawn = new Map(); // message id -> {print, node}
const typedFor = new Map(); // message id -> the command that brought it
const history = [];
let person = null;
let place = 0; // where arrow up stands in the history
let offset = 0; // the workspace's clock minus the browser's, milliseconds
let frozenAt = null;
let turn = 0; // of answers that cross, the last asked for is drawn
let busy = 0;

context.now = () => (frozenAt === null ? new Date(Date.now() + offset) : new Date(frozenAt));

// -- who

async function meet() {
  const groups = new Map();
  for (const user of await ask("/api/users")) {
    people.set(user.name, user);
    context.users.set(user.id, user.name);
    if (!groups.has(user.group)) groups.set(user.group, []);
    groups.get(user.group).push(user);
  }
  byId("person").append(...[...groups].map(([group, users]) => el("optgroup", { label: group[0].toUpperCase() + group.slice(1) },
    users.map((user) => el("option", { value: user.name }, title(user))))));
}

function title(user) {
  const mark = user.is_external ? " (other team)" : user.is_guest ? " (guest)" : "";
  return `${user.name}${mark}`;
}

async function become(name) {
  person = people.get(name) ?? [...people.values()][0];
  location.hash = person.name;
  byId("person").value = person.name;
  byId("mailbox").textContent = person.email;
  context.zone = person.tz;
  drawn.clear();
  byId("messages").replaceChildren();
  remember(person.name);
  const list = await ask(`/api/channels?user=${encodeURIComponent(person.id)}`);
  list.forEach((channel) => channel.kind === "im" || context.channels.set(channel.id, channel.name));
  byId("channel").replaceChildren(...list.map((channel) => el("option", { value: channel.id },
    channel.kind === "im" ? "direct message" : `#${channel.name}`)));
  await freshen();
}

function remember(name) {
  const names = [name, ...JSON.parse(sessionStorage.getItem("recent") ?? "[]").filter((other) => other !== name)].slice(0, 5);
  sessionStorage.setItem("recent", JSON.stringify(names));
  byId("recent").replaceChildren(...names.filter((other) => other !== name && people.has(other)).map((other) =>
    el("button", { type: "button", onclick: () => become(other) }, other)));
}

// -- keeping fresh

async function freshen() {
  const mine = (turn += 1);
  const everybody = byId("all-mails").checked;
  const found = await ask(`/api/state?user=${encodeURIComponent(person.id)}${everybody ? "&mails=all" : ""}`);
  if (mine !== turn) return;
  offset = Date.parse(found.clock.now) - Date.now();
  frozenAt = found.clock.frozen ? Date.parse(found.clock.now) : null;
  tell();
  showMessages(found.messages);
  showMails(found.mails, everybody);
  byId("tab-mails").textContent = byId("mails-title").textContent = found.mails.length ? `Mail (${found.mails.length})` : "Mail";
  showViews(found.views, person.id, doing);
}

function tell() {
  const now = context.now();
  const [local, world] = byId("now").children;
  local.textContent = `${here(now)}`;
  world.textContent = `${person.tz} · ${utc(now)}`;
}

/** Wait for something that was asked of the bot, then show everything afresh; what went wrong is said. */
async function doing(promise) {
  busy += 1;
  document.body.classList.add("busy");
  notice("");
  try {
    const answer = await promise;
    if (answer?.error) notice(TROUBLES[answer.error] ?? `Slack would say: ${answer.error}`);
    await freshen();
    return answer;
  } catch (error) {
    notice(error.message);
    return null;
  } finally {
    busy -= 1;
    if (!busy) document.body.classList.remove("busy");
  }
}

const TROUBLES = {
  operation_timeout: "The bot did not answer within three seconds (operation_timeout).",
  dispatch_failed: "The bot could not be reached, or failed (dispatch_failed).",
  invalid_command_response: "The bot answered something Slack would not show (invalid_command_response).",
};

function notice(words) {
  byId("notice").textContent = words;
}

// -- messages

function showMessages(messages) {
  const list = byId("messages");
  const atEnd = isAtEnd();
  const wanted = messages.flatMap((message, index) => {
    const day = new Date(message.at);
    const first = index === 0 || !sameDay(day, new Date(messages[index - 1].at));
    const head = first ? [kept(`day ${message.id}`, dayName(day), () => el("li", { class: "day" }, el("span", {}, dayName(day))))] : [];
    return [...head, kept(message.id, JSON.stringify([message, typedFor.get(message.id), context.zone]), () => drawMessage(message))];
  });
  if (wanted.length !== list.children.length || wanted.some((node, index) => node !== list.children[index])) {
    list.replaceChildren(...wanted);
    if (atEnd) byId("scroll").scrollTop = byId("scroll").scrollHeight;
  }
  byId("no-messages").hidden = messages.length > 0;
}

function isAtEnd() {
  const box = byId("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
}

function kept(key, print, draw) {
  const known = drawn.get(key);
  if (known?.print === print) return known.node;
  const node = draw();
  drawn.set(key, { print, node });
  return node;
}

function drawMessage(message) {
  const form = new Map();
  const values = () => Object.fromEntries([...form].map(([block, read]) => [block, read()]));
  const press = (_block, element, value) => doing(ask("/api/press", {
    user: person.id, message: message.id, action_id: element.action_id, value, values: values(),
  }));
  const source = { target: { user: person.id, message: message.id } };
  const body = message.deleted ? [el("em", { class: "gone" }, "This message was deleted.")]
    : message.blocks.length ? renderBlocks(message.blocks, press, form, source)
    : [el("div", { class: "words" }, mrkdwn(message.text))];
  const typed = typedFor.get(message.id);
  return el("li", { class: `message${message.ephemeral ? " ephemeral" : ""}`, "data-id": message.id },
    typed ? el("p", { class: "typed" }, `/lap ${typed}`) : null,
    el("div", { class: "meta" }, el("strong", {}, message.author),
      el("time", { datetime: message.at, title: utc(new Date(message.at)) }, clockTime(new Date(message.at))),
      message.channel_name === "lap" ? null : el("span", {}, `in #${message.channel_name}`),
      message.ephemeral ? el("span", {}, "only you see this") : null,
      message.updated && !message.deleted ? el("span", {}, "edited") : null),
    body);
}

// -- typing

async function type(event) {
  event.preventDefault();
  const input = byId("command");
  const text = input.value.replace(/^\/lap\b\s*/, "").trim();
  history.push(text);
  place = history.length;
  input.value = "";
  const said = ask("/api/command", { user: person.id, channel: byId("channel").value, text });
  const answer = await doing(said.then((found) => {
    found.messages.forEach((message) => typedFor.set(message.id, text));
    return found;
  }));
  if (!answer) input.value = text;
  byId("scroll").scrollTop = byId("scroll").scrollHeight;
}

function recall(event) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  event.preventDefault();
  place = Math.min(Math.max(place + (event.key === "ArrowUp" ? -1 : 1), 0), history.length);
  byId("command").value = history[place] ?? "";
}

// -- the clock

const move = (body) => doing(ask("/api/clock", body));

function chooseTab(name) {
  document.querySelector("main").dataset.tab = name;
  for (const tab of document.querySelectorAll(".tabs [role=tab]")) {
    tab.setAttribute("aria-selected", String(tab.id === `tab-${name}`));
  }
}

// -- start

byId("person").addEventListener("change", (event) => become(event.target.value));
byId("composer").addEventListener("submit", type);
byId("command").addEventListener("keydown", recall);
byId("all-mails").addEventListener("change", freshen);
byId("tab-messages").addEventListener("click", () => chooseTab("messages"));
byId("tab-mails").addEventListener("click", () => chooseTab("mails"));
document.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => move({ advance: button.dataset.step })));
byId("set-clock").addEventListener("submit", async (event) => {
  event.preventDefault();
  await move({ now: `${byId("moment").value}Z` });
  byId("setting").open = false;
});
// Before it opens: the event of having opened may come after somebody has typed.
byId("setting").firstElementChild.addEventListener("click", () => { byId("moment").value = context.now().toISOString().slice(0, 16); });
document.addEventListener("keydown", (event) => {
  const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
  if (event.key === "/" && !typing) { event.preventDefault(); byId("command").focus(); }
});
window.addEventListener("hashchange", () => {
  const name = decodeURIComponent(location.hash.slice(1));
  if (people.has(name) && name !== person.name) become(name);
});

await meet();
await become(decodeURIComponent(location.hash.slice(1)));
byId("command").focus({ preventScroll: true });
setInterval(tell, 1000);
const look = () => { if (!document.hidden && !busy) freshen().catch((error) => notice(error.message)); };
setInterval(look, FRESHEN_EVERY);
window.addEventListener("focus", look);
document.body.dataset.ready = "yes";
