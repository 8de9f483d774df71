// The table of what lies between the cursors A and B: the server computes it, over all samples.

import * as format from "./format.js";

const AGAIN_MS = 500;

const cell = (text, className) => Object.assign(document.createElement("td"), { textContent: text, className: className ?? "number" });

export class Reading {
  constructor(root) {
    Object.assign(this, { root, asked: "", at: 0, isAsking: false, answers: [] });
  }

  /** Shows what lies between the cursors of a panel's group, asking again where it may have changed. */
  show(panel) {
    const cursors = panel?.group.cursors ?? {};
    const both = ["A", "B"].filter((name) => name in cursors);
    this.root.hidden = both.length === 0;
    if (!both.length) return;
    const names = panel.infos().filter((info) => ["timed", "uniform"].includes(info.kind)).map((info) => info.name);
    const { A = cursors.B, B = cursors.A } = cursors;
    const [from, to] = [Math.min(A, B), Math.max(A, B)];
    // The end belongs to what is measured.
    const after = to === 0 ? Number.MIN_VALUE : to + Math.abs(to) * 2 ** -52;
    const query = names.map((name) => `stream=${encodeURIComponent(name)}`).concat(`from=${from}`, `to=${after}`).join("&");
    const now = performance.now();
    if (names.length && !this.isAsking && (query !== this.asked || now - this.at > AGAIN_MS)) this.ask(query);
    this.fill(panel, { A, B, has: both.length === 2 });
  }

  async ask(query) {
    Object.assign(this, { asked: query, at: performance.now(), isAsking: true });
    try {
      const answer = await fetch(`/api/statistics?${query}`, { signal: AbortSignal.timeout(3000) });
      if (answer.ok) this.answers = (await answer.json()).streams;
    } catch { /* it is asked again */ }
    this.isAsking = false;
  }

  fill(panel, { A, B, has }) {
    const x = (value) => panel.origin() === null ? format.value(value, "s") : format.clock([value], 1e-3, panel.origin())[0];
    const span = Math.abs(B - A);
    const text = has ? `A ${x(A)} · B ${x(B)} · Δ ${format.value(span, "s")} · 1/Δ ${format.value(1 / span, "Hz")}` : `${"A" in panel.group.cursors ? "A" : "B"} ${x(A)}`;
    const key = JSON.stringify([text, this.answers]);
    if (key === this.key) return;
    this.key = key;
    const title = Object.assign(document.createElement("h2"), { textContent: text });
    const heads = has ? ["stream", "at A", "at B", "Δ", "mean", "min", "max", "peak to peak", "rms", "std", "samples", "lost"] : ["stream", "value"];
    const head = document.createElement("tr");
    head.append(...heads.map((name, index) => Object.assign(document.createElement("th"), { textContent: name, className: index ? "number" : "" })));
    const rows = this.answers.map((answer) => {
      const info = panel.app.stream(answer.stream);
      const unit = info?.y_unit ?? "";
      const [left, right] = A <= B ? [answer.at_from, answer.at_to] : [answer.at_to, answer.at_from];
      const row = document.createElement("tr");
      row.dataset.stream = answer.stream;
      const value = (number) => cell(format.value(number, unit));
      const of = (pair) => pair?.[1] ?? null;
      row.append(cell(info?.label ?? answer.stream, ""), value(of(left)));
      if (has) {
        const difference = left && right ? right[1] - left[1] : null;
        row.append(value(of(right)), value(difference), value(answer.mean), value(answer.min), value(answer.max), value(answer.peak_to_peak),
          value(answer.rms), value(answer.std), cell(format.count(answer.count)), cell(format.count(answer.lost), answer.lost ? "number bad" : "number"));
      }
      return row;
    });
    const table = document.createElement("table");
    const body = document.createElement("tbody");
    body.append(head, ...rows);
    table.append(body);
    this.root.replaceChildren(title, table);
  }
}
