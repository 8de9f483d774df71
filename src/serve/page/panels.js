// Which panels there are, and where they lie: as a layout says, or by themselves.

import { Group, Panel } from "./panel.js";

/** A panel over time for each unit: 350 °C would leave 5 bar no more than a flat line. */
function byUnit(panel, unitOf) {
  if (panel.kind !== "time") return [panel];
  const units = new Map();
  for (const name of panel.streams) {
    const unit = unitOf(name) ?? "";
    units.set(unit, [...(units.get(unit) ?? []), name]);
  }
  return [...units].map(([unit, streams], index) => ({ ...panel, key: index ? `${panel.key} ${unit}` : panel.key, streams }));
}

/** The panels that there should be: those of a layout, and those that streams have by themselves besides. */
function wanted(list, layout) {
  const kindOf = (name) => list.streams.find((stream) => stream.name === name);
  const of = layout?.panels.map((panel) => {
    const first = panel.streams.map(kindOf).find(Boolean);
    const kind = first?.panel ?? "time";
    const streams = panel.streams.filter((name) => (kindOf(name)?.panel ?? kind) === kind);
    const link = kind === "time" && !panel.unlinked ? first?.origin_unix_nanos ?? "simulation" : null;
    return { ...panel, key: `layout ${panel.id}`, kind, streams, link };
  }) ?? [];
  const placed = new Set(layout?.panels.flatMap((panel) => panel.streams) ?? []);
  const others = list.panels.map((panel) => ({ ...panel, streams: panel.streams.filter((name) => !placed.has(name)) })).flatMap((panel) => byUnit(panel, (name) => kindOf(name)?.y_unit));

  return [...of, ...others.filter((panel) => panel.streams.length)];
}

export class Panels {
  constructor(root, app) { Object.assign(this, { root, app, list: [], groups: new Map(), key: "", layout: null }); }

  groupOf(spec) {
    const key = spec.kind === "time" && spec.link !== null ? `linked ${spec.link}` : spec.key;
    if (!this.groups.has(key)) {
      const group = new Group(this.groups.size + 1, spec.kind === "time" ? spec.span ?? this.app.span : this.app.span);
      if (spec.x) group.hold(spec.x);
      this.groups.set(key, group);
    }
    return this.groups.get(key);
  }

  /** Shows what there should be; panels that stay keep what they show. */
  sync(list) {
    const specs = wanted(list, this.layout);
    const key = JSON.stringify([this.layout?.name, specs.map((spec) => [spec.key, spec.kind, spec.streams, spec.link])]);
    if (key === this.key) return;
    this.key = key;
    const before = new Map(this.list.map((panel) => [panel.spec.key + panel.kind, panel]));
    this.list = specs.map((spec) => {
      const kept = before.get(spec.key + spec.kind);
      if (!kept || kept.group !== this.groupOf(spec)) return new Panel(spec, this.groupOf(spec), this.app);
      before.delete(spec.key + spec.kind);
      if (JSON.stringify(kept.spec.streams) !== JSON.stringify(spec.streams)) kept.shows = null;
      kept.spec = spec;
      return kept;
    });
    for (const gone of before.values()) gone.remove();
    this.arrange();
    this.app.changed();
  }

  arrange() {
    const group = (kind, parts, share = 1) => {
      const made = document.createElement("div");
      made.className = `group ${kind}`;
      made.style.flexGrow = share;
      made.append(...parts);
      return made;
    };
    const placed = new Set();
    const part = (node, share) => {
      if (typeof node === "string") {
        const panel = this.list.find((panel) => panel.spec.id === node);
        if (!panel) return [];
        placed.add(panel);
        panel.root.style.flexGrow = share;
        return [panel.root];
      }
      const kind = node.kind === "tabs" ? "column" : node.kind;
      return [group(kind, node.parts.flatMap(([share, inner]) => part(inner, share)), share)];
    };
    const all = this.layout?.arrangement ? part(this.layout.arrangement, 1) : [];
    const rest = this.list.filter((panel) => !placed.has(panel));
    for (const panel of rest) panel.root.style.flexGrow = 1;
    const [time, others] = [rest.filter((panel) => panel.isOverTime), rest.filter((panel) => !panel.isOverTime)];
    const parts = [];
    if (time.length) parts.push(group(time.length > 4 ? "grid" : "column", time.map((panel) => panel.root), others.length && others.length <= 3 ? 1.7 : 1));
    if (others.length) parts.push(group(others.length > 3 ? "grid" : "column", others.map((panel) => panel.root)));
    if (parts.length) all.push(group("row", parts));
    for (const panel of this.list) panel.root.classList.toggle("alone", this.list.length === 1);
    this.root.replaceChildren(...(all.length ? all : [this.empty()]));
  }

  empty() {
    const made = document.createElement("div");
    made.className = "empty";
    made.append("Nothing is live yet. A stream that begins appears here by itself; to try one:");
    made.append(Object.assign(document.createElement("code"), { textContent: "ringplot produce test" }));
    return made;
  }

  choose(layout) {
    for (const panel of this.list) panel.remove();
    Object.assign(this, { layout, list: [], key: "", groups: new Map() });
  }
}
