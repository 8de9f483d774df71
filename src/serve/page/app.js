// The page: what comes from the server goes to the panels, and what a person does goes back.

import * as colours from "./colours.js";
import { Reading } from "./cursors.js";
import * as format from "./format.js";
import { moved, zoomed } from "./gestures.js";
import * as keys from "./keys.js";
import { Link } from "./link.js";
import { Panels } from "./panels.js";

const FPS = 30, CURSOR_PX = 6, MOST_BACK = 50;
const find = (id) => document.getElementById(id);

// The token is in a cookie by now: it need not stand in the address bar, nor in the history.
history.replaceState(null, "", location.pathname);

class App {
  constructor(start) {
    Object.assign(this, { span: start.span, streams: new Map(), list: { streams: [], panels: [] }, isStale: false, isBoxing: false, pointed: null });
    this.table = colours.table(start.table);
    this.layoutColours = {};
    this.panels = new Panels(find("panels"), this);
    this.reading = new Reading(find("reading"));
    this.title(start.title);
    this.offer(start.layouts);
    this.buttons();
    keys.listen(this);
    keys.list(find("keys"));
    colours.onChange(() => this.redraw());
    this.link = new Link((frame, acknowledge) => this.take(frame, acknowledge), (tone, text) => this.tell(tone, text));
  }

  title(text) {
    find("title").textContent = text ?? "ringplot";
    document.title = text ? `${text} · ringplot` : "ringplot";
  }

  offer(layouts) {
    const select = find("layouts");
    select.hidden = layouts.length === 0;
    const option = (text, value) => Object.assign(document.createElement("option"), { textContent: text, value });
    select.append(...layouts.map((layout, index) => option(layout.name, index)), option("automatic", -1));
    const choose = (index) => {
      const layout = layouts[index] ?? null;
      this.layoutColours = layout?.colours ?? {};
      if (layout?.title) this.title(layout.title);
      this.panels.choose(layout);
      this.panels.sync(this.list);
    };
    select.addEventListener("change", () => choose(Number(select.value)));
    if (layouts.length) choose(0);
  }

  buttons() {
    const on = (id, action) => find(id).addEventListener("click", action);
    on("pause", () => this.pause());
    on("live", () => this.live());
    on("fit", () => this.fit(this.active()));
    on("theme", () => this.theme());
    on("help", () => this.help());
    for (const name of ["A", "B"]) on(`cursor-${name.toLowerCase()}`, () => this.arm(name));
  }

  stream(name) { return this.streams.get(name); }
  colourOf(name) { return this.layoutColours[name] ?? this.streams.get(name)?.colours[colours.isDark() ? 0 : 1] ?? colours.colour("text"); }
  active() { return this.panels.list.find((panel) => panel === this.chosen) ?? this.panels.list[0]; }
  activate(panel) {
    this.chosen = panel;
    for (const other of this.panels.list) other.root.classList.toggle("active", other === panel && this.panels.list.length > 1);
  }

  // Frames.

  take(frame, acknowledge) {
    this.waiting?.acknowledge();
    const header = frame.header;
    if (header.list) {
      this.list = header.list;
      this.memory = header.memory;
      this.streams = new Map(header.list.streams.map((stream) => [stream.name, stream]));
      this.panels.sync(header.list);
      this.status();
      this.showEnded();
    }
    for (const { panel: index, at, shows } of header.panels) {
      const panel = this.asked?.[index];
      if (shows && panel) panel.take(shows, frame, at);
    }
    this.waiting = { acknowledge };
    this.draw();
  }

  /** What was over before it was looked at is shown whole. */
  showEnded() {
    for (const panel of this.panels.list.filter((panel) => panel.isOverTime && !panel.group.isBegun)) {
      panel.group.isBegun = true;
      const all = this.panels.list.filter((other) => other.group === panel.group).flatMap((other) => other.infos());
      if (panel.group.mode === "live" && all.length && all.every((info) => !["live", "stalled"].includes(info.state))) this.fit(panel);
    }
  }

  /** Draws before the next picture of the screen, once; what came is acknowledged when it is drawn. */
  draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.send();
      this.redraw();
      this.waiting?.acknowledge();
      this.waiting = null;
    });
  }

  redraw() {
    for (const panel of this.panels.list) panel.redraw();
    this.reading.show(this.measured());
  }

  /** What is shown has changed: the server is told with the next picture. */
  changed() { this.draw(); }

  send() {
    const shown = this.panels.list.map((panel) => [panel, panel.view()]).filter(([, view]) => view);
    const views = shown.map(([, view]) => view);
    const key = JSON.stringify(views);
    if (key === this.sent) return;
    this.sent = key;
    // What comes from now on is of these; what is under way says no panel that is not there.
    this.asked = shown.map(([panel]) => panel);
    this.link?.show(views, FPS);
  }

  tell(tone, text) {
    const badge = find("connection");
    badge.className = `badge ${tone}`;
    if (badge.textContent !== text) badge.textContent = text;
    const isStale = tone !== "good";
    if (isStale !== this.isStale) {
      this.isStale = isStale;
      for (const panel of this.panels.list) panel.place.classList.toggle("stale", isStale);
      this.redraw();
    }
    const mode = this.panels.list[0]?.group.mode;
    find("pause").setAttribute("aria-pressed", String(mode === "paused"));
    find("pause").textContent = mode === "paused" ? "Go on" : "Pause";
  }

  status() {
    const { streams } = this.list;
    const total = streams.reduce((sum, stream) => sum + (stream.rate_hz ?? 0), 0);
    const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
    const [used, budget] = this.memory;
    const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
    const of = streams.length === 1 ? "1 stream" : `${streams.length} streams`;
    find("summary").textContent = streams.length ? `${of} · ${format.rate(total)} · ${format.count(lost)} lost · ${mib(used)} of ${mib(budget)}` : "no streams";
    if (!find("status").open) return;
    const tones = { live: "good", stalled: "warn", dead: "bad", damaged: "bad" };
    find("streams").replaceChildren(...streams.map((stream) => {
      const row = document.createElement("tr");
      const cell = (text, className = "number") => row.append(Object.assign(document.createElement("td"), { textContent: text, className }));
      cell(stream.name, "");
      cell(stream.state, tones[stream.state] ?? "");
      cell(format.rate(stream.rate_hz));
      for (const count of [stream.written, stream.received]) cell(format.count(count));
      cell(format.count(stream.lost), stream.lost ? "number bad" : "number");
      cell(stream.derived ?? stream.kind, "");
      return row;
    }));
  }

  // Views.

  remember(panel) {
    const { group } = panel;
    const now = performance.now();
    if (now - (group.remembered ?? -1e9) > 600) {
      group.back.push({ mode: group.mode, x: group.x, span: group.span, ys: this.panels.list.filter((other) => other.group === group).map((other) => [other, other.y]) });
      if (group.back.length > MOST_BACK) group.back.shift();
    }
    group.remembered = now;
  }

  back(panel) {
    const before = panel.group.back.pop();
    if (!before) return;
    Object.assign(panel.group, { mode: before.mode, x: before.x, span: before.span, remembered: undefined });
    for (const [other, y] of before.ys) other.y = y;
    this.changed();
  }

  set(panel, x, y) {
    this.remember(panel);
    if (x) panel.group.hold(x);
    if (y) panel.y = y;
    // A plane and rows stand still in both, or in none.
    if (panel.kind === "plane" || panel.kind === "waterfall") {
      panel.group.x ??= [...panel.shown.x];
      panel.y ??= [...panel.shown.y];
      if (panel.group.mode === "live") panel.group.mode = "held";
    }
    this.changed();
  }

  zoom(panel, at, [fx, fy]) {
    const x = fx !== 1 ? zoomed(panel, panel.shown.x, at[0], fx, 0) : null;
    const y = fy !== 1 ? zoomed(panel, panel.shown.y, at[1], fy, 1) : null;
    this.set(panel, x, y);
  }

  pan(panel, [dx, dy]) {
    this.set(panel, dx ? moved(panel, panel.shown.x, dx, 0) : null, dy ? moved(panel, panel.shown.y, dy, 1) : null);
  }

  zoomTo(panel, a, b) {
    const part = ([low, high], from, to, axis) => {
      const middle = zoomed(panel, [low, high], 0, from, axis)[1], end = zoomed(panel, [low, high], 0, to, axis)[1];
      return [middle, end];
    };
    const [x0, x1] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])], [y0, y1] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    this.set(panel, part(panel.shown.x, Math.max(x0, 1e-9), x1, 0), part(panel.shown.y, Math.max(y0, 1e-9), y1, 1));
  }

  fit(panel) {
    if (!panel) return;
    this.remember(panel);
    if (panel.isOverTime) {
      const held = this.panels.list.filter((other) => other.group === panel.group).flatMap((other) => other.infos()).map((info) => info.held).filter(Boolean);
      if (!held.length) return;
      const [low, high] = [Math.min(...held.map((range) => range[0])), Math.max(...held.map((range) => range[1]))];
      panel.group.hold(low < high ? [low, high + (high - low) * 1e-3] : [low - 1, high + 1]);
      for (const other of this.panels.list) if (other.group === panel.group) other.y = null;
    } else {
      panel.group.live();
      panel.y = null;
    }
    this.changed();
  }

  fitY(panel) {
    if (!panel) return;
    panel.y = null;
    panel.auto = null;
    this.changed();
  }

  fitOrLive(panel) {
    const isOver = panel.infos().length > 0 && panel.infos().every((info) => !["live", "stalled"].includes(info.state));
    if (isOver || (panel.group.mode === "live" && !panel.y)) this.fit(panel);
    else this.live(panel.group);
  }

  live(group) {
    for (const of of group ? [group] : new Set(this.panels.list.map((panel) => panel.group))) of.live();
    for (const panel of this.panels.list) if (!group || panel.group === group) panel.y = panel.spec.y ?? null;
    this.changed();
  }

  pause() {
    const groups = new Set(this.panels.list.map((panel) => panel.group));
    const isPaused = [...groups].some((group) => group.mode === "paused");
    for (const panel of this.panels.list) {
      if (isPaused) {
        if (panel.group.mode === "paused") panel.group.live();
        if (panel.kind === "plane" || panel.kind === "waterfall") panel.y = null;
      } else {
        panel.group.hold([...panel.shown.x], "paused");
        if (panel.kind === "plane" || panel.kind === "waterfall") panel.y = [...panel.shown.y];
      }
    }
    this.changed();
  }

  toggleLog(panel, axis) {
    if (panel.kind === "waterfall" && axis === 1) return;
    panel.log[axis] = !panel.log[axis];
    panel.y = axis === 1 ? null : panel.y;
    if (axis === 0) {
      for (const other of this.panels.list) if (other.group === panel.group && other !== panel) { other.log[0] = panel.log[0]; other.remake(); }
      panel.group.x = null;
      panel.group.mode = "live";
    }
    panel.remake();
  }

  // Cursors.

  hover(group, from) {
    this.pointed = group.hover === null ? null : { group, x: group.hover };
    for (const panel of this.panels.list) if (panel.group === group && panel !== from) panel.point(group.hover);
  }

  measured() {
    const chosen = this.active();
    const has = (panel) => panel?.isOverTime && Object.keys(panel.group.cursors).length > 0;
    return has(chosen) ? chosen : this.panels.list.find(has);
  }

  cursorKey(name) {
    const panel = this.panels.list.find((panel) => panel.isOverTime && (!this.pointed || panel.group === this.pointed.group));
    if (!panel) return;
    const [from, to] = panel.shown.x;
    panel.group.cursors[name] = this.pointed?.x ?? from + (to - from) * (name === "A" ? 0.4 : 0.7);
    this.redraw();
  }

  /** The next click places a cursor: for fingers, which point at nothing before. */
  arm(name) {
    this.armed = this.armed === name ? null : name;
    for (const of of ["A", "B"]) find(`cursor-${of.toLowerCase()}`).setAttribute("aria-pressed", String(this.armed === of));
  }

  clicked(panel, [x]) {
    if (!this.armed || !panel.isOverTime) return;
    this.placeCursor(panel, this.armed, x);
    this.arm(this.armed);
  }

  placeCursor(panel, name, share) {
    const [from, to] = panel.shown.x;
    const to10 = panel.log[0] ? [Math.log10(from), Math.log10(to)] : [from, to];
    const place = to10[0] + (to10[1] - to10[0]) * share;
    panel.group.cursors[name] = panel.log[0] ? 10 ** place : place;
    this.redraw();
  }

  cursorNear(panel, event) {
    if (!panel.isOverTime) return null;
    const left = event.clientX - panel.plot.over.getBoundingClientRect().left;
    const near = Object.entries(panel.group.cursors).find(([, x]) => Math.abs(panel.plot.valToPos(x, "x") - left) < CURSOR_PX);
    return near?.[0] ?? null;
  }

  clearCursors() {
    for (const panel of this.panels.list) panel.group.cursors = {};
    if (this.armed) this.arm(this.armed);
    this.redraw();
  }

  // The rest.

  box() { this.isBoxing = !this.isBoxing; }
  theme() { colours.toggle(); }
  help() { find("keys").showModal(); }

  /** What a panel shows, at full resolution. */
  save(panel) {
    if (!panel) return;
    const streams = panel.visible().map((name) => `stream=${encodeURIComponent(name)}`);
    const range = panel.isOverTime ? [`from=${panel.shown.x[0]}`, `to=${panel.shown.x[1]}`] : [];
    const link = Object.assign(document.createElement("a"), { href: `/api/data?${[...streams, ...range].join("&")}`, download: "ringplot.csv" });
    link.click();
  }
}

async function begin() {
  const answer = await fetch("/api/start");
  if (!answer.ok) throw new Error(`${answer.status}`);
  const start = await answer.json();
  colours.begin(start.layouts[0]?.theme);
  // For tests, and for who wants to look.
  window.ringplot = new App(start);
}

colours.begin(null);
begin().catch(() => setTimeout(() => location.reload(), 2000));
