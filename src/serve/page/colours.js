// Colours of the page, dark and light: the system's choice until somebody chooses.

const media = matchMedia("(prefers-color-scheme: light)");
let listeners = [];

export const isDark = () => document.documentElement.dataset.theme === "dark";

/** A colour of the style sheet. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function apply(theme) {
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

/** Begins with what was chosen before, else `wish`, else what the system has. */
export function begin(wish) {
  let chosen = null;
  try { chosen = localStorage.getItem("ringplot-theme"); } catch { /* no storage */ }
  apply(chosen ?? wish ?? (media.matches ? "light" : "dark"));
  media.addEventListener("change", () => { if (!chosen && !wish) apply(media.matches ? "light" : "dark"); });
}

export function toggle() {
  const theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("ringplot-theme", theme); } catch { /* no storage */ }
  apply(theme);
}

export const onChange = (listener) => listeners.push(listener);

const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** 256 colours of a density, from those of its emptiest cells: away from the ground, slowly. */
export function ramp(own) {
  const [from, end] = [parts(own), isDark() ? [255, 255, 255] : [0, 0, 0]];
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const share = 0.85 * (i / 255) ** 3;
    const [r, g, b] = from.map((part, k) => Math.round(part + (end[k] - part) * share));
    table[i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
  return table;
}

/** The same of a table that the server tells as six digits a colour. */
export function table(text) {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const [r, g, b] = parts("#" + text.slice(6 * i, 6 * i + 6));
    table[i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
  return table;
}
