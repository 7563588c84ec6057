// Owns the mail pane: the list, one mail with its parts, and a calendar part in words.
import { byId, el } from "/page/dom.js";
import { context, here, link, utc } from "/page/mrkdwn.js";

let open = null; // number of the mail that is shown
let drawn = "";

/** Draw the list, newest first, and the open mail. */
export function showMails(mails, everybody) {
  const print = JSON.stringify([mails.map((m) => m.number), everybody, open, context.zone]);
  if (print === drawn) return;
  drawn = print;
  byId("no-mails").hidden = mails.length > 0;
  byId("mails").replaceChildren(...[...mails].reverse().map((mail) => el("li", {},
    el("button", {
      type: "button", "aria-current": mail.number === open ? "true" : null,
      onclick: () => { open = mail.number; showMails(mails, everybody); byId("mail").focus(); },
    },
      el("strong", {}, mail.subject || "(no subject)"),
      el("small", {}, everybody ? `to ${mail.to}` : mail.from, " · ", when(mail.date))))));
  const mail = mails.find((one) => one.number === open);
  byId("mail").hidden = !mail;
  byId("mails").classList.toggle("short", Boolean(mail));
  if (mail) byId("mail").replaceChildren(...details(mail, () => { open = null; showMails(mails, everybody); }));
}

const when = (date) => (Number.isNaN(Date.parse(date)) ? "" : here(new Date(date)));

function details(mail, close) {
  const parts = [
    ["Text", mail.text && el("pre", { class: "text" }, ...linked(mail.text))],
    ["HTML", mail.html && frame(mail.html)],
    ["Calendar", mail.calendar && calendar(mail)],
    ["Raw", el("pre", { class: "raw", tabindex: "0" }, mail.raw)],
  ].filter(([, node]) => node);
  const pane = el("div", { class: "part" });
  const tabs = parts.map(([name, node]) => el("button", {
    type: "button", role: "tab", onclick: (event) => choose(event.currentTarget, node),
  }, name));
  const choose = (tab, node) => {
    tabs.forEach((one) => one.setAttribute("aria-selected", String(one === tab)));
    pane.replaceChildren(node);
  };
  choose(tabs[0], parts[0][1]);
  const head = [["From", mail.from], ["To", mail.recipients.join(", ")], ["Date", mail.date]];
  return [
    el("header", {}, el("h3", {}, mail.subject || "(no subject)"),
      el("button", { type: "button", class: "cross", "aria-label": "Close this mail", onclick: close }, "×")),
    el("dl", {}, head.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    mail.attachments.length
      ? el("p", { class: "hint" }, `Attached: ${mail.attachments.map((a) => `${a.name} (${a.type}, ${a.bytes} bytes)`).join(", ")}`)
      : null,
    el("div", { class: "parts", role: "tablist", "aria-label": "Parts of the mail" }, tabs),
    pane,
  ].filter(Boolean);
}

/** Text with its addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => (index % 2 ? link(part, part) : part));
}

/** HTML in a frame that runs nothing; its links open elsewhere. */
function frame(html) {
  return el("iframe", {
    title: "The mail's HTML part", sandbox: "allow-popups allow-popups-to-escape-sandbox",
    srcdoc: `<base target="_blank"><meta name="color-scheme" content="light"><style>body{background:#fff;color:#111}</style>${html}`,
  });
}

/** Property lines of an iCalendar text, unfolded: [component, name, parameters, value]. */
export function properties(text) {
  const stack = [];
  return text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/).flatMap((line) => {
    const found = line.match(/^([A-Za-z0-9-]+)((?:;[^:";]+=(?:"[^"]*"|[^":;]*))*):(.*)$/);
    if (!found) return [];
    const [, name, parameters, value] = found;
    if (name === "BEGIN") { stack.push(value); return []; }
    if (name === "END") { stack.pop(); return []; }
    return [[stack.at(-1), name.toUpperCase(), parameters, value.replace(/\\n/gi, "\n").replace(/\\([,;\\])/g, "$1")]];
  });
}

const WORDS = {
  SUMMARY: "What", DTSTART: "From", DTEND: "To", DURATION: "Lasts", LOCATION: "Where", URL: "Link", STATUS: "Status",
  ORGANIZER: "Organizer", ATTENDEE: "Invited", DESCRIPTION: "Notes", CLASS: "Class", SEQUENCE: "Sequence", UID: "UID",
  "RECURRENCE-ID": "Instance", COMMENT: "Comment",
};

function calendar(mail) {
  const order = Object.keys(WORDS);
  const rows = properties(mail.calendar)
    .filter(([component, name]) => component === "VEVENT" && WORDS[name])
    .sort((one, other) => order.indexOf(one[1]) - order.indexOf(other[1]))
    .flatMap(([, name, parameters, value]) => [el("dt", {}, WORDS[name]), el("dd", {}, ...shownValue(name, parameters, value))]);
  const method = { REQUEST: "An invitation, or its update", CANCEL: "A cancellation", REPLY: "A reply" }[mail.method] ?? mail.method;
  return el("div", { class: "calendar" }, el("p", {}, el("strong", {}, method ?? "Calendar"), mail.method ? ` (METHOD:${mail.method})` : ""),
    el("dl", {}, rows), el("details", {}, el("summary", {}, "As it was sent"), el("pre", { class: "raw", tabindex: "0" }, mail.calendar)));
}

function shownValue(name, parameters, value) {
  const time = value.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/);
  if (time) {
    const [, year, month, day, hour, minute, second, zulu] = time;
    const zone = parameters.match(/TZID="?([^":;]+)/)?.[1];
    if (!zulu) return [`${year}-${month}-${day} ${hour}:${minute} ${zone ?? ""}`];
    const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    return [`${here(moment)} (${context.zone})`, el("br"), el("small", {}, utc(moment))];
  }
  if (name === "ATTENDEE" || name === "ORGANIZER") {
    const called = parameters.match(/CN="?([^":;]+)/)?.[1];
    const state = parameters.match(/PARTSTAT=([A-Z-]+)/)?.[1];
    return [[called, value.replace(/^mailto:/i, ""), state].filter(Boolean).join(" · ")];
  }
  return linked(value);
}
