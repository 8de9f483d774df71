// One panel: its legend, its badges, and a plot of uPlot's axes with our own drawing.

import { badges } from "./badges.js";
import { colour, isDark, ramp } from "./colours.js";
import * as draw from "./draw.js";
import * as format from "./format.js";
import { listen } from "./gestures.js";

const AXIS = 64, BELOW = 38, TOP = 20, RIGHT = 14;
const LINE = 1.5, MARGIN = 0.05, CALM_MS = 1000, SHRINK_BELOW = 0.6;
const FONT = '11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

/** What panels share that are linked: their x, and whether they follow. Other panels have one of their own. */
export class Group {
  constructor(number, span) {
    Object.assign(this, { number, mode: "live", x: null, span, first: span, seen: null, cursors: {}, hover: null, back: [] });
  }
  hold(x, mode = "held") {
    if (this.mode !== "paused" || mode === "paused") this.mode = mode;
    this.x = x;
  }
  live() { Object.assign(this, { mode: "live", x: null, span: this.first }); }
}

export class Panel {
  constructor(spec, group, app) {
    Object.assign(this, { spec, group, app, log: [...spec.log], y: spec.y ?? null, hidden: new Set(spec.hidden ?? []) });
    Object.assign(this, { shows: null, series: [], auto: null, shrunk: 0, keeper: {}, rows: new Map(), shown: { x: [0, 1], y: [-1, 1] } });
    this.root = element("section", "panel");
    this.root.tabIndex = 0;
    const head = element("div", "head");
    if (spec.title) head.append(element("h2", "", spec.title));
    this.legend = element("div", "legend");
    this.badges = element("div", "badges");
    head.append(this.legend, this.badges);
    this.place = element("div", "canvas");
    this.root.append(head, this.place);
    this.root.addEventListener("pointerdown", () => app.activate(this));
    this.root.addEventListener("focus", () => app.activate(this));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.place);
  }

  get kind() { return this.spec.kind; }
  get isOverTime() { return this.kind === "time"; }
  get names() { return this.spec.streams; }
  visible() { return this.names.filter((name) => !this.hidden.has(name)); }
  infos() { return this.visible().map((name) => this.app.stream(name)).filter(Boolean); }

  remove() {
    this.observer.disconnect();
    this.plot?.destroy();
    this.root.remove();
  }

  resize() {
    const width = Math.floor(this.place.clientWidth), height = Math.floor(this.place.clientHeight);
    if (width < 60 || height < 60) return;
    if (!this.plot) this.make(width, height);
    else if (this.plot.width !== width || this.plot.height !== height) this.plot.setSize({ width, height });
    else return;
    this.app.changed();
    this.redraw();
  }

  make(width, height) {
    const grid = { stroke: () => colour("grid"), width: 1 };
    const axis = { stroke: () => colour("text"), font: FONT, grid, ticks: { ...grid, size: 4 }, gap: 4 };
    const scale = (at) => ({ time: false, auto: false, distr: this.log[at] ? 3 : 1 });
    this.plot = new uPlot({
      width, height, padding: [TOP, RIGHT, 0, 0], legend: { show: false },
      scales: { x: scale(0), y: scale(1) },
      axes: [
        { ...axis, size: BELOW, space: 74, values: (_, values, __, ___, step) => this.labels("x", values, step) },
        { ...axis, size: AXIS, space: 30, values: (_, values, __, ___, step) => this.labels("y", values, step) },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      cursor: { drag: { setScale: false, x: false, y: false }, points: { show: false }, y: this.kind !== "time" },
      select: { show: false },
      hooks: { draw: [(plot) => this.paint(plot)], setCursor: [(plot) => this.hovered(plot)] },
    }, [[0, 1], [null, null]], this.place);
    listen(this);
  }

  /** Makes the plot anew: its scales have changed. */
  remake() {
    this.plot?.destroy();
    this.plot = null;
    this.auto = null;
    this.resize();
  }

  labels(axis, values, step) {
    const at = axis === "x" ? 0 : 1;
    if (this.log[at]) return format.logTicks(values);
    const known = values.filter((value) => value !== null);
    const origin = this.origin();
    if (axis === "x" && origin !== null) return format.clock(values, step, origin);
    const [texts, prefix] = format.ticks(known, step || 1);
    this[`${axis}Prefix`] = prefix;
    return texts;
  }

  /** Nanoseconds since 1970 of x = 0, where x is such a time. */
  origin() {
    if (!this.isOverTime) return null;
    return this.infos()[0]?.origin_unix_nanos ?? null;
  }

  /** What the server is asked for; `null` where there is no room to draw. */
  view() {
    if (!this.plot) return null;
    const { width, height } = this.plot.bbox;
    const size = [Math.min(8192, Math.max(1, Math.round(width))), Math.min(4096, Math.max(1, Math.round(height)))];
    const view = { kind: this.kind, streams: this.visible(), size, log: this.log, group: this.group.number };
    if (this.group.x && this.kind !== "curves") view.x = this.group.x;
    // Rows show what there is, until somebody asks for more or less.
    if (this.kind === "time" || (this.kind === "waterfall" && this.group.span !== this.app.span)) view.span = this.group.span;
    if (this.y && (this.kind === "plane" || this.kind === "waterfall")) view.y = this.y;
    return view;
  }

  /** Takes what the server tells of it. */
  take(shows, frame, at) {
    this.shows = shows;
    const floats = (from, count) => frame.floats(at + from, count), words = (from, count) => frame.words(at + from, count);
    if (this.kind === "time") this.takeColumns(shows, floats, words);
    else if (this.kind === "curves") this.takeCurves(shows, floats);
    else if (this.kind === "plane") this.takePlane(shows, floats, words, (from, count) => frame.bytes(at + from, count));
    else this.takeRows(shows, floats, words);
  }

  takeColumns(shows, floats, words) {
    const n = shows.count;
    this.series = shows.series.map((series) => {
      let at = series.at;
      const next = (read, count) => { const array = read(at, count); at += 4 * count; return array; };
      const low = next(floats, n), high = next(floats, n);
      const spanColumns = next(words, series.spans), spanLow = next(floats, series.spans), spanHigh = next(floats, series.spans);
      return { ...series, low, high, spanColumns, spanLow, spanHigh, gapColumns: next(words, series.gaps), losses: next(words, 2 * series.lost) };
    });
    const asked = this.group.x;
    const width = (shows.x[1] - shows.x[0]) / n;
    // A view that stands still is moved by a part of a column, so that columns are pixels.
    const isOurs = asked && Math.abs(shows.x[0] - asked[0]) <= 1.5 * width && Math.abs(shows.x[1] - asked[1]) <= 1.5 * width;
    if (!asked || isOurs || this.log[0]) this.group.seen = shows.x;
    else this.group.seen = asked;
    this.group.newest = shows.newest;
  }

  takeCurves(shows, floats) {
    this.series = shows.series.map((series) => ({
      ...series,
      curves: series.curves.map(({ at, count }) => ({ x: floats(at, count), y: floats(at + 4 * count, count) })),
    }));
  }

  takePlane(shows, floats, words, bytes) {
    this.group.seen = shows.x;
    this.seenY = shows.y;
    if (shows.points !== undefined) this.points = [floats(0, shows.points), floats(4 * shows.points, shows.points)];
    else if (shows.cells !== undefined) {
      this.points = null;
      this.density = [words(0, shows.cells), bytes(4 * shows.cells, shows.cells)];
    }
    this.isStale = true;
  }

  takeRows(shows, floats, words) {
    if (!shows.rows) return;
    this.group.seen = shows.x;
    this.seenY = shows.y;
    if (shows.all) this.rows.clear();
    const places = words(0, shows.new), missing = words(4 * shows.new, shows.missing);
    let at = 4 * (shows.new + shows.missing);
    for (const place of places) {
      this.rows.set(shows.first + place, floats(at, shows.columns));
      at += 4 * shows.columns;
    }
    for (const number of this.rows.keys()) if (number < shows.first || number >= shows.first + shows.rows) this.rows.delete(number);
    this.missing = new Set(missing);
    this.isStale = true;
  }

  /** The stretches to show: those chosen, else what fits. */
  fit() {
    const { group } = this;
    const now = performance.now();
    if (this.kind === "time") {
      this.shown.x = group.x ?? group.seen ?? this.shown.x;
      if (group.x && group.seen && Math.abs(group.seen[0] - group.x[0]) < (group.x[1] - group.x[0]) * 0.01) this.shown.x = group.seen;
      this.shown.y = this.y ?? this.calm(this.extent(), now);
    } else if (this.kind === "curves") {
      let x = [Infinity, -Infinity], y = [Infinity, -Infinity];
      for (const series of this.series) {
        if (this.hidden.has(series.stream)) continue;
        for (const curve of series.curves) for (let i = 0; i < curve.x.length; i++) {
          const at = curve.x[i], value = curve.y[i] + series.offset;
          if (!isFinite(at) || !isFinite(value) || (this.log[0] && at <= 0) || (this.log[1] && value <= 0)) continue;
          if (at < x[0]) x[0] = at;
          if (at > x[1]) x[1] = at;
          if (value < y[0]) y[0] = value;
          if (value > y[1]) y[1] = value;
        }
      }
      this.shown.x = group.x ?? (x[0] < x[1] ? x : this.shown.x);
      this.shown.y = this.y ?? this.calm(y[0] <= y[1] ? y : null, now);
    } else {
      this.shown.x = group.x ?? group.seen ?? this.shown.x;
      this.shown.y = this.y ?? this.seenY ?? this.shown.y;
    }
    // A logarithmic axis has no place for 0 and what is below it.
    ["x", "y"].forEach((axis, at) => {
      const [low, high] = this.shown[axis];
      if (this.log[at] && !(low > 0)) this.shown[axis] = high > 0 ? [high / 1e6, high] : [0.1, 10];
    });
  }

  /** Least and greatest value of the columns in view. */
  extent() {
    let low = Infinity, high = -Infinity;
    for (const series of this.series) {
      if (this.hidden.has(series.stream)) continue;
      const { low: l, high: h, offset } = series;
      for (let i = 0; i < l.length; i++) {
        if (!(l[i] <= h[i])) continue;
        const a = l[i] + offset, b = h[i] + offset;
        if (this.log[1]) { if (b > 0) { high = Math.max(high, b); if (a > 0) low = Math.min(low, a); } } else {
          if (a < low) low = a;
          if (b > high) high = b;
        }
      }
      if (["area", "stem"].includes(this.app.stream(series.stream)?.style) && !this.log[1] && l.length) { low = Math.min(low, 0); high = Math.max(high, 0); }
      if (series.held) { low = Math.min(low, series.held[2]); high = Math.max(high, series.held[2]); }
    }
    return low <= high ? [low, high] : null;
  }

  /** An axis that grows at once and shrinks seldom. */
  calm(extent, now) {
    if (!extent) return this.auto ?? this.shown.y;
    const isLog = this.log[1];
    const to = isLog ? Math.log10 : (v) => v, from = isLog ? (v) => 10 ** v : (v) => v;
    let [low, high] = extent.map(to);
    if (high - low <= Math.max(Math.abs(low), Math.abs(high)) * 4e-13) {
      const room = isLog ? 0.5 : Math.max(Math.abs(high) * 0.1, 1e-290) || 1;
      [low, high] = [low - (low === 0 && !isLog ? 1 : room), high + (high === 0 && !isLog ? 1 : room)];
    }
    const margin = (high - low) * MARGIN;
    const wanted = [low - margin, high + margin];
    const before = this.auto?.map(to);
    let next = wanted;
    if (before && this.group.mode === "live") {
      const isInside = low >= before[0] && high <= before[1];
      const isSmall = wanted[1] - wanted[0] < (before[1] - before[0]) * SHRINK_BELOW;
      if (isInside && !(isSmall && now - this.shrunk > CALM_MS)) return this.auto;
      if (!isInside && !isSmall) next = [Math.min(wanted[0], before[0]), Math.max(wanted[1], before[1])];
    }
    this.shrunk = now;
    this.auto = next.map(from);
    return this.auto;
  }

  redraw() {
    if (!this.plot) return;
    this.fit();
    const [x, y] = [this.shown.x, this.shown.y];
    const { scales } = this.plot;
    const isSame = scales.x.min === x[0] && scales.x.max === x[1] && scales.y.min === y[0] && scales.y.max === y[1];
    if (isSame) this.plot.redraw(false, false);
    else this.plot.batch(() => {
      this.plot.setScale("x", { min: x[0], max: x[1] });
      this.plot.setScale("y", { min: y[0], max: y[1] });
    });
    this.tell();
  }

  /** From values to pixels of the canvas. */
  mapping(plot) {
    const { left, top, width, height } = plot.bbox;
    const of = ([min, max], isLog) => {
      const [a, b] = isLog ? [Math.log10(min), Math.log10(max)] : [min, max];
      return (value) => ((isLog ? Math.log10(value) : value) - a) / (b - a);
    };
    const x = of([plot.scales.x.min, plot.scales.x.max], this.log[0]), y = of([plot.scales.y.min, plot.scales.y.max], this.log[1]);
    return { left, top, width, height, x: (v) => left + x(v) * width, y: (v) => Math.max(top - 1e4, Math.min(top + height + 1e4, top + (1 - y(v)) * height)) };
  }

  paint(plot) {
    const { ctx } = plot;
    if (plot.scales.x.min == null || plot.scales.y.min == null) return;
    const map = this.mapping(plot);
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(map.left, map.top, map.width, map.height);
    ctx.clip();
    if (!this.log[1] && plot.scales.y.min < 0 && plot.scales.y.max > 0 && this.kind !== "waterfall") {
      ctx.fillStyle = colour("zero");
      ctx.fillRect(map.left, Math.round(map.y(0)), map.width, 1);
    }
    if (this.kind === "time") this.paintColumns(ctx, map, ratio);
    else if (this.kind === "curves") this.paintCurves(ctx, map, ratio);
    else if (this.kind === "plane") this.paintPlane(ctx, map, ratio);
    else this.paintRows(ctx, map);
    this.paintCursors(ctx, map, ratio);
    ctx.restore();
    this.paintUnits(ctx, map, ratio);
  }

  paintColumns(ctx, map, ratio) {
    if (!this.shows) return;
    const { x, count } = this.shows;
    const [from, to] = x.map(map.x);
    const isExact = Math.abs(from - map.left) < 0.6 && Math.abs((to - from) / count - 1) < 1e-3 * (1000 / count);
    const left = isExact ? Math.round(map.left) : from, step = isExact ? 1 : (to - from) / count;
    const shown = this.series.filter((series) => !this.hidden.has(series.stream));
    for (const { losses } of shown) draw.losses(ctx, losses, { left, step, top: map.top, height: map.height, colour: colour("bad") });
    for (const series of shown) {
      const info = this.app.stream(series.stream);
      const own = this.app.colourOf(series.stream);
      const style = info?.style ?? "line";
      draw.spans(ctx, { ...series, colour: own, style }, { left, step, place: map.y, width: LINE * ratio, wide: Math.max(1, Math.round(ratio)), right: map.left + map.width });
      draw.breaks(ctx, series.gapColumns, { left, step, top: map.top, colour: colour("faint") });
      if (series.held) {
        ctx.setLineDash([6 * ratio, 5 * ratio]);
        draw.line(ctx, [map.x(series.held[0]), map.x(series.held[1])], [map.y(series.held[2]), map.y(series.held[2])], own, LINE * ratio * 0.8);
        ctx.setLineDash([]);
      }
    }
    this.paintEvents(ctx, map, ratio);
  }

  paintEvents(ctx, map, ratio) {
    let free = Infinity;
    ctx.textAlign = "left";
    ctx.font = FONT.replace("11.5px", `${11 * ratio}px`);
    ctx.textBaseline = "top";
    for (const { stream, texts } of this.shows.events) {
      if (this.hidden.has(stream)) continue;
      for (const [t, text] of texts) {
        const x = Math.round(map.x(t));
        ctx.fillStyle = this.app.colourOf(stream);
        ctx.globalAlpha = 0.6;
        ctx.fillRect(x, map.top, Math.max(1, Math.round(ratio)), map.height);
        ctx.globalAlpha = 1;
        const shown = text.length > 40 ? text.slice(0, 39) + "…" : text;
        const wide = ctx.measureText(shown).width + 8 * ratio;
        if (x + wide < free) {
          ctx.fillText(shown, x + 4 * ratio, map.top + 4 * ratio);
          free = x;
        }
      }
    }
  }

  paintCurves(ctx, map, ratio) {
    for (const series of this.series) {
      if (this.hidden.has(series.stream)) continue;
      const style = this.app.stream(series.stream)?.style;
      series.curves.forEach((curve, index) => {
        const age = series.curves.length - 1 - index;
        ctx.globalAlpha = age === 0 ? 1 : 0.5 * (1 - age / series.curves.length);
        const x = Float64Array.from(curve.x, map.x), y = Float64Array.from(curve.y, (value) => map.y(value + series.offset));
        const own = this.app.colourOf(series.stream);
        if (style === "points") draw.dots(ctx, x, y, own, 3 * ratio);
        else draw.line(ctx, x, y, own, LINE * ratio);
      });
      ctx.globalAlpha = 1;
    }
  }

  paintPlane(ctx, map, ratio) {
    const shows = this.shows;
    if (!shows?.size || this.hidden.has(shows.stream)) return;
    const [x0, x1] = shows.x.map(map.x), [y1, y0] = shows.y.map(map.y);
    const own = this.app.colourOf(shows.stream);
    if (this.points) {
      const [u, v] = this.points, [w, h] = shows.size;
      const x = Float64Array.from(u, (at) => x0 + (at / w) * (x1 - x0)), y = Float64Array.from(v, (at) => y0 + (at / h) * (y1 - y0));
      if (shows.style === "points") draw.dots(ctx, x, y, own, 3 * ratio);
      else draw.line(ctx, x, y, own, LINE * ratio);
    } else if (this.density) {
      const key = own + isDark();
      if (this.isStale || this.keeper.key !== key) {
        draw.density(this.keeper, shows.size, ...this.density, ramp(own));
        this.keeper.key = key;
        this.isStale = false;
      }
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(this.keeper.canvas, x0, y0, x1 - x0, y1 - y0);
    }
  }

  paintRows(ctx, map) {
    const shows = this.shows;
    if (!shows?.rows || this.hidden.has(shows.stream)) return;
    if (this.isStale) {
      const list = Array.from({ length: shows.rows }, (_, place) => this.missing.has(place) ? null : this.rows.get(shows.first + place));
      draw.rows(this.keeper, shows.columns, list, shows.range ?? [0, 1], this.app.table, isDark() ? 0xff5e6af4 : 0xff2b33c9);
      this.isStale = false;
    }
    const [x0, x1] = shows.x.map(map.x), [y1, y0] = shows.y.map(map.y);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.keeper.canvas, x0, y0, x1 - x0, y1 - y0);
  }

  paintCursors(ctx, map, ratio) {
    for (const [name, x] of Object.entries(this.group.cursors)) {
      const at = Math.round(map.x(x));
      ctx.fillStyle = colour("strong");
      ctx.fillRect(at, map.top, Math.max(1, Math.round(ratio)), map.height);
      ctx.font = `600 ${FONT.replace("11.5px", `${11.5 * ratio}px`)}`;
      ctx.textBaseline = "top";
      ctx.textAlign = "left";
      const pad = 4 * ratio;
      const wide = ctx.measureText(name).width + 2 * pad;
      ctx.fillRect(at, map.top, wide, 16 * ratio);
      ctx.fillStyle = colour("plot");
      ctx.fillText(name, at + pad, map.top + 2 * ratio);
    }
  }

  /** The units of both axes, outside the plot. */
  paintUnits(ctx, map, ratio) {
    const info = this.infos()[0];
    ctx.font = FONT.replace("11.5px", `${11.5 * ratio}px`);
    ctx.fillStyle = colour("faint");
    const unit = (name, prefix, of) => [name, prefix || of ? `${name ? "(" : ""}${prefix}${of}${name ? ")" : ""}` : ""].filter(Boolean).join(" ");
    const origin = this.origin();
    const isWaterfall = this.kind === "waterfall";
    const units = [...new Set(this.infos().map((stream) => stream.y_unit))];
    const x = this.spec.x_label ?? (this.isOverTime ? (origin === null ? unit("time", this.xPrefix ?? "", "s") : "local time") : unit("", this.xPrefix ?? "", info?.x_unit ?? ""));
    const y = this.spec.y_label ?? (isWaterfall ? (this.shows?.over_time === false ? "curve" : "s") : unit("", this.log[1] ? "" : this.yPrefix ?? "", units.length === 1 ? units[0] : ""));
    ctx.textBaseline = "alphabetic";
    ctx.textAlign = "left";
    ctx.fillText(y, 10 * ratio, map.top - 7 * ratio);
    ctx.textAlign = "right";
    ctx.fillText(x, map.left + map.width, map.top + map.height + 34 * ratio);
    ctx.textAlign = "left";
  }

  /** The column under the pointer, of this panel or one that is linked. */
  hovered(plot) {
    const { left } = plot.cursor;
    const x = left >= 0 && this.isOverTime ? plot.posToVal(left, "x") : null;
    if (this.isOverTime && this.group.hover !== x) {
      this.group.hover = x;
      this.app.hover(this.group, this);
    }
    this.tellValues();
  }

  /** Puts the pointer's line where it is in a linked panel. */
  point(x) {
    if (!this.plot) return;
    const left = x === null ? -10 : this.plot.valToPos(x, "x");
    this.plot.setCursor({ left, top: x === null ? -10 : 0 }, false);
    this.tellValues();
  }

  /** Legend and badges. */
  tell() {
    this.tellLegend();
    this.tellValues();
    const wanted = badges(this);
    const key = JSON.stringify(wanted.map(({ tone, text }) => [tone, text]));
    if (key === this.told) return;
    this.told = key;
    this.badges.replaceChildren(...wanted.map(({ tone, text, title, action }) => {
      const made = element(action ? "button" : "span", `badge ${tone}`, text);
      made.title = title;
      if (action) made.addEventListener("click", () => action(this));
      return made;
    }));
  }

  tellLegend() {
    const key = JSON.stringify([this.names.map((name) => [name, this.app.stream(name)?.label, this.app.colourOf(name), this.hidden.has(name)])]);
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.values = new Map();
    this.legend.replaceChildren(...this.names.map((name) => {
      const entry = element("button", "entry");
      const swatch = element("span", "swatch");
      swatch.style.background = this.app.colourOf(name);
      const label = element("bdi", "label", this.app.stream(name)?.label ?? name);
      const value = element("span", "value");
      entry.append(swatch, label, value);
      entry.title = `${name}: click to hide or show, Alt+click to show it alone`;
      entry.classList.toggle("off", this.hidden.has(name));
      entry.setAttribute("aria-pressed", String(!this.hidden.has(name)));
      entry.addEventListener("click", (event) => this.toggle(name, event.altKey || event.ctrlKey || event.metaKey));
      this.values.set(name, value);
      return entry;
    }));
  }

  toggle(name, isAlone) {
    if (isAlone) {
      const others = this.names.filter((other) => other !== name);
      const isAloneNow = !this.hidden.has(name) && others.every((other) => this.hidden.has(other));
      this.hidden = new Set(isAloneNow ? [] : others);
    } else if (!this.hidden.delete(name)) this.hidden.add(name);
    this.app.changed();
    this.redraw();
  }

  tellValues() {
    for (const [name, into] of this.values ?? []) {
      const info = this.app.stream(name);
      let text = "";
      if (!info || this.hidden.has(name)) text = "";
      else if (this.kind === "time") text = this.valueAt(name, info);
      else if (this.kind === "plane" && info.newest) text = `${format.value(info.newest[0], info.x_unit)}, ${format.value(info.newest[1], info.y_unit)}`;
      else {
        const newest = this.kind === "waterfall" ? this.shows?.newest : this.series.find((series) => series.stream === name)?.newest;
        text = newest ? `t = ${format.value(newest.t, "s")}` : "";
      }
      if (into.textContent !== text) into.textContent = text;
    }
  }

  /** The newest value, or all that lies in the column under the pointer. */
  valueAt(name, info) {
    const { hover } = this.group;
    if (hover === null) return info.newest ? format.value(info.newest[1], info.y_unit) : "–";
    const series = this.series.find((series) => series.stream === name);
    if (!series || !this.shows) return "–";
    const to = this.log[0] ? Math.log10 : (v) => v;
    const [from, end] = this.shows.x.map(to);
    const column = Math.floor(((to(hover) - from) / (end - from)) * this.shows.count);
    const low = series.low[column], high = series.high[column];
    if (!(low <= high)) return "–";
    const [a, b] = [low, high].map((value) => format.value(value + series.offset, info.y_unit));
    return a === b ? a : `${a} … ${b}`;
  }
}
