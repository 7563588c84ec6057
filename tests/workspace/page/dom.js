// Owns making elements; what they mean is the other files'.

/** An element with attributes (listeners as `onclick`, booleans as they are) and children; null children are left out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "disabled" || key === "selected") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

let count = 0;
/** An id that no other element has. */
export const freshId = () => `f${(count += 1)}`;

/** Ask a JSON door; throws an Error with the door's own words. */
export async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const reply = await fetch(path, { headers: { "Content-Type": "application/json" }, ...options });
  const found = await reply.json().catch(() => ({ error: `the workspace answered ${reply.status}` }));
  if (!reply.ok) throw new Error(found.error ?? `the workspace answered ${reply.status}`);
  return found;
}
