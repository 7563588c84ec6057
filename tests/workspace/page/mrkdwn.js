// Owns Slack's text: mrkdwn, mentions, links, dates and entities, turned into nodes; blocks are blocks.js's.
import { el } from "/page/dom.js";

/** What rendering needs to know: the reader's zone, the time, and names of users and channels. */
export const context = { zone: "UTC", now: () => new Date(), users: new Map(), channels: new Map() };

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", calendar: "📅", date: "📅", clock3: "🕒",
  bell: "🔔", lock: "🔒", unlock: "🔓", memo: "📝", mega: "📣", wave: "👋", question: "❓", bulb: "💡", link: "🔗",
  envelope: "✉️", busts_in_silhouette: "👥", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡",
  raised_hand: "✋", thumbsup: "👍", no_entry: "⛔", hourglass: "⌛", arrow_right: "➡️", telephone_receiver: "📞",
};
const MARKS = { "*": "strong", "_": "em", "~": "s" };
const TOKEN = /(<[^<>\n]+>)|(`[^`\n]+`)|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)(.*?\S)\3(?![\p{L}\p{N}*_~])/su;

/** `&amp; &lt; &gt;` undone, and emoji codes shown. */
export function plain(text) {
  const raw = text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  return raw.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

/** A text object as nodes. */
export function textObject(object) {
  if (!object) return [];
  return object.type === "plain_text" ? withBreaks(plain(object.text)) : mrkdwn(object.text);
}

/** mrkdwn as nodes: code blocks, quotes and lines. */
export function mrkdwn(text) {
  return text.split(/```/).flatMap((part, index) => {
    if (index % 2) return [el("pre", {}, plain(part.replace(/^\n/, "")))];
    return lines(index ? part.replace(/^\n/, "") : part);
  });
}

function lines(text) {
  const found = [];
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quote = line.match(/^&gt;\s?(.*)$/);
    if (quote) found.push(el("blockquote", {}, inline(quote[1])));
    else {
      found.push(...inline(line));
      if (index < all.length - 1) found.push(el("br"));
    }
  });
  return found;
}

function inline(text) {
  const found = TOKEN.exec(text);
  if (!found) return text ? [plain(text)] : [];
  const [whole, reference, code, mark, inner] = found;
  const node = reference ? referred(reference.slice(1, -1))
    : code ? el("code", {}, plain(code.slice(1, -1)))
    : el(MARKS[mark], {}, inline(inner));
  return [...inline(text.slice(0, found.index)), node, ...inline(text.slice(found.index + whole.length))];
}

function withBreaks(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

function referred(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${context.users.get(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${context.channels.get(target.slice(1)) ?? (label || "private channel")}`);
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${target.slice(1).split("^")[0]}`);
  return link(target, label ? plain(label) : plain(target.replace(/^mailto:/, "")));
}

/** A link that opens elsewhere; anything but http, https, mailto and tel stays text. */
export function link(url, label) {
  const target = plain(url);
  if (!/^(https?|mailto|tel):/i.test(target)) return label;
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label);
}

function dated(target, fallback) {
  const [, seconds, format, href] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return plain(fallback ?? "");
  const words = plain(format).replace(/\{(\w+)\}/g, (whole, token) => FORMATS[token]?.(moment) ?? whole);
  const shown = el("time", { datetime: moment.toISOString(), title: plain(fallback ?? "") }, words);
  return href ? link(href, shown) : shown;
}

const shaped = (options) => (moment) => new Intl.DateTimeFormat("en-GB", { timeZone: context.zone, ...options }).format(moment);
const iso = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: context.zone }).format(moment);
const long = shaped({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const medium = shaped({ day: "numeric", month: "long", year: "numeric" });
const short = shaped({ day: "numeric", month: "short", year: "numeric" });

function pretty(otherwise) {
  return (moment) => {
    const days = (Date.parse(iso(moment)) - Date.parse(iso(context.now()))) / 86_400_000;
    return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? otherwise(moment);
  };
}

function ago(moment) {
  const minutes = Math.round((moment - context.now()) / 60_000);
  const words = new Intl.RelativeTimeFormat("en");
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

const FORMATS = {
  date_num: iso, date: medium, date_short: short, date_long: long,
  date_pretty: pretty(medium), date_short_pretty: pretty(short), date_long_pretty: pretty(long),
  time: shaped({ hour: "2-digit", minute: "2-digit" }),
  time_secs: shaped({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** A moment in the reader's zone, and in UTC. */
export const here = shaped({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
export const clockTime = shaped({ hour: "2-digit", minute: "2-digit" });
export const utc = (moment) => `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
export const sameDay = (one, other) => iso(one) === iso(other);
export const dayName = pretty(long);
