// What is drawn on a plot's canvas: spans of columns, losses, curves, densities, rows.

/** The exact span of each column, a line's width at least. `place` gives y in pixels, `left` and `step` x. */
export function spans(ctx, series, { left, step, place, width, wide, right }) {
  const { low, high, offset, colour, style } = series;
  // On a dense screen a column is narrower than a line: a steep line is as wide as a flat one.
  const narrow = Math.max(wide, step);
  if (step < wide) left -= (wide - step) / 2;
  ctx.fillStyle = colour;
  const half = width / 2;
  const several = new Set(series.spanColumns);
  const bar = (x, lo, hi) => {
    const top = place(offset + hi), bottom = place(offset + lo);
    if (Number.isNaN(top) || Number.isNaN(bottom)) return;
    ctx.fillRect(x, top - half, narrow, bottom - top + width);
  };
  const dot = (x, y) => { const at = place(offset + y); if (at === at) ctx.fillRect(x - width, at - width, 2 * width + 1, 2 * width + 1); };
  for (let i = 0; i < low.length; i++) {
    if (!(low[i] <= high[i])) continue;
    const x = left + i * step;
    if (x > right || x + narrow < 0) continue;
    if (style === "points") {
      dot(x, low[i]);
      if (high[i] !== low[i]) dot(x, high[i]);
    } else if (!several.has(i)) bar(x, low[i], high[i]);
  }
  for (let k = 0; k < series.spanColumns.length; k++) {
    const x = left + series.spanColumns[k] * step;
    bar(x, series.spanLow[k], series.spanHigh[k]);
  }
  if (style === "area") {
    ctx.globalAlpha = 0.22;
    const zero = place(0);
    for (let i = 0; i < low.length; i++) {
      if (!(low[i] <= high[i])) continue;
      const y = offset + (low[i] >= -offset ? low[i] : high[i]);
      const at = place(y);
      ctx.fillRect(left + i * step, Math.min(at, zero), narrow, Math.abs(at - zero));
    }
    ctx.globalAlpha = 1;
  }
}

let hatching = null;

/** Hatches where points were lost. */
export function losses(ctx, stretches, { left, step, top, height, colour }) {
  if (hatching?.colour !== colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const to = tile.getContext("2d");
    to.strokeStyle = colour;
    to.lineWidth = 2;
    for (const at of [-8, 0, 8]) { to.moveTo(at - 1, 9); to.lineTo(at + 9, -1); }
    to.stroke();
    hatching = { colour, pattern: ctx.createPattern(tile, "repeat") };
  }
  for (let i = 0; i + 1 < stretches.length; i += 2) {
    const from = left + stretches[i] * step;
    const width = Math.max(2, (stretches[i + 1] - stretches[i] + 1) * step);
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colour;
    ctx.fillRect(from, top, width, height);
    ctx.globalAlpha = 0.55;
    ctx.fillStyle = hatching.pattern;
    ctx.fillRect(from, top, width, height);
    ctx.globalAlpha = 1;
  }
}

/** Marks at the upper edge where the line has a break. */
export function breaks(ctx, columns, { left, step, top, colour }) {
  ctx.fillStyle = colour;
  for (const column of columns) ctx.fillRect(left + column * step, top, Math.max(1, step), 4);
}

/** A line through points in pixels; NaN lifts the pen. */
export function line(ctx, x, y, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.beginPath();
  let isDown = false;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) { isDown = false; continue; }
    if (isDown) ctx.lineTo(x[i], y[i]);
    else { ctx.moveTo(x[i], y[i]); ctx.lineTo(x[i] + 0.01, y[i]); }
    isDown = true;
  }
  ctx.stroke();
}

export function dots(ctx, x, y, colour, size) {
  ctx.fillStyle = colour;
  for (let i = 0; i < x.length; i++) if (x[i] === x[i] && y[i] === y[i]) ctx.fillRect(x[i] - size / 2, y[i] - size / 2, size, size);
}

/** A canvas of so many pixels, kept in `keeper`, with its image data as words. */
function image(keeper, width, height) {
  if (keeper.canvas?.width !== width || keeper.canvas?.height !== height) {
    keeper.canvas = document.createElement("canvas");
    keeper.canvas.width = width;
    keeper.canvas.height = height;
    keeper.data = new ImageData(width, height);
    keeper.words = new Uint32Array(keeper.data.data.buffer);
  }
  return keeper;
}

/** Makes the picture of a density: cells, their levels from 1 to 255, and 256 colours. */
export function density(keeper, [width, height], cells, levels, table) {
  const { canvas, data, words } = image(keeper, width, height);
  words.fill(0);
  for (let i = 0; i < cells.length; i++) words[cells[i]] = table[levels[i]];
  canvas.getContext("2d").putImageData(data, 0, 0);
}

/** Makes the picture of a waterfall: `rows` from the lowest, `undefined` where there is none, `null` where it is missing. */
export function rows(keeper, width, rows, [low, high], table, missing) {
  const height = rows.length;
  const { canvas, data, words } = image(keeper, Math.max(1, width), Math.max(1, height));
  words.fill(0);
  const scale = 255 / (high - low || 1);
  for (let r = 0; r < height; r++) {
    const values = rows[r], at = (height - 1 - r) * width;
    if (values === undefined) continue;
    if (values === null) {
      for (let c = 0; c < width; c++) if (((c + r) & 7) < 2) words[at + c] = missing;
      continue;
    }
    for (let c = 0; c < width; c++) {
      const value = values[c];
      if (value === value) words[at + c] = table[Math.max(0, Math.min(255, ((value - low) * scale) | 0))];
    }
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
}
