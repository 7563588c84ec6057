// Owns the modal on top of the stack: showing it, submitting it, its errors; the fields are fields.js's.
import { ask, byId, el } from "/page/dom.js";
import { renderBlocks } from "/page/blocks.js";
import { plain } from "/page/mrkdwn.js";

let shown = null; // {id, hash, form}

/** Show the topmost of the open views, or close the dialog when there is none; an unchanged one keeps what was typed. */
export function showViews(views, user, done) {
  const dialog = byId("modal");
  const view = views.at(-1);
  if (!view) {
    shown = null;
    if (dialog.open) dialog.close();
    return;
  }
  if (shown && shown.id === view.id && shown.hash === view.hash && shown.user === user) return;
  const form = new Map();
  shown = { id: view.id, hash: view.hash, user, form };
  dialog.replaceChildren(...content(view, user, form, done));
  dialog.oncancel = (event) => { event.preventDefault(); leave(view, user, done); };
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input, select, textarea, .body button")?.focus();
}

function content(view, user, form, done) {
  const values = () => Object.fromEntries([...form].map(([block, read]) => [block, read()]));
  const press = (_block, element, value) =>
    done(ask("/api/press", { user, message: view.id, action_id: element.action_id, value, values: values() }));
  const submit = (event) => {
    event.preventDefault();
    send(view, user, values(), done);
  };
  return [
    el("form", { onsubmit: submit, novalidate: true },
      el("header", {}, el("h2", { id: "modal-title" }, plain(view.title)),
        el("button", { type: "button", class: "cross", "aria-label": "Close", onclick: () => leave(view, user, done) }, "×")),
      el("div", { class: "body" }, renderBlocks(view.blocks, press, form, { target: { user, view: view.id } })),
      el("p", { class: "error trouble", role: "alert" }),
      el("footer", {},
        el("button", { type: "button", onclick: () => leave(view, user, done) }, plain(view.close ?? "Cancel")),
        view.submit ? el("button", { type: "submit", class: "primary" }, plain(view.submit)) : null)),
  ];
}

async function send(view, user, values, done) {
  const dialog = byId("modal");
  const say = (where, words) => { if (where) where.textContent = words; };
  dialog.querySelectorAll(".error").forEach((place) => say(place, ""));
  dialog.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  const button = dialog.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const answer = await ask("/api/submit", { user, view: view.id, values });
    for (const [block, words] of Object.entries(answer.errors)) {
      const field = dialog.querySelector(`[data-block="${CSS.escape(block)}"]`);
      say(field?.querySelector(".error"), words);
      field?.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    }
    dialog.querySelector("[aria-invalid]")?.focus();
    say(dialog.querySelector(".trouble"), answer.error);
    if (answer.ok) await done(Promise.resolve(answer));
  } catch (error) {
    say(dialog.querySelector(".trouble"), error.message);
  } finally {
    button.disabled = false;
  }
}

const leave = (view, user, done) => done(ask("/api/close", { user, view: view.id }));
