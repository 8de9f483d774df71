// Numbers and times as people read them.

const PREFIXES = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"], [1e-12, "p"], [1e-15, "f"]];
const minus = (text) => text.replace("-", "−");

/** The factor and the prefix for values as large as this. */
export function prefix(size) {
  if (!(size > 0) || !isFinite(size)) return [1, ""];
  // 1,500 stays as it is: a prefix begins at 10,000, and below a hundredth.
  if (size < 1e4 && size >= 1e-2) return [1, ""];
  return PREFIXES.find(([factor]) => size >= factor) ?? [1, ""];
}

/** A value with five significant digits and its unit. */
export function value(number, unit = "") {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (!isFinite(number)) return number > 0 ? "∞" : "−∞";
  const [factor, name] = prefix(Math.abs(number));
  const scaled = number / factor;
  const digits = Math.max(0, 4 - Math.max(0, Math.floor(Math.log10(Math.abs(scaled) || 1))));
  const text = Math.abs(scaled) >= 1e6 ? scaled.toExponential(4) : scaled.toFixed(digits);
  const end = name || unit ? ` ${name}${unit}` : "";
  return minus(text) + end;
}

/** A whole number in groups of three. */
export const count = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");

/** A number of events a second. */
export function rate(hz) {
  if (!hz) return "–";
  const [factor, name] = PREFIXES.find(([factor]) => hz >= factor && factor >= 1) ?? [1, ""];
  return `${(hz / factor).toPrecision(3)} ${name}/s`;
}

export function duration(secs) {
  if (secs < 1e-3) return `${(secs * 1e6).toPrecision(3)} µs`;
  if (secs < 1) return `${(secs * 1e3).toPrecision(3)} ms`;
  if (secs < 120) return `${secs < 10 ? secs.toFixed(1) : Math.round(secs)} s`;
  return secs < 7200 ? `${Math.round(secs / 60)} min` : `${(secs / 3600).toFixed(1)} h`;
}

/** Digits after the point that tell multiples of a step apart: 2.5 has one. */
function decimals(step) {
  let digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
  for (let more = 0; more < 2 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6 * step * 10 ** digits; more++) digits++;
  return digits;
}

/** Labels of ticks, all with the same digits, and the prefix that they leave out. */
export function ticks(values, step) {
  const size = Math.max(...values.map(Math.abs), step);
  const [factor, name] = prefix(size);
  const digits = decimals(step / factor);
  return [values.map((v) => minus((v / factor).toFixed(digits)).replace(/^−(0(\.0*)?)$/, "$1")), name];
}

/** Labels of ticks of a logarithmic axis: powers of ten and what lies between them. */
export const logTicks = (values) => values.map((v) => {
  if (v === null) return "";
  const exponent = Math.round(Math.log10(v));
  if (Math.abs(v / 10 ** exponent - 1) > 1e-6) return "";
  return Math.abs(exponent) <= 3 ? String(+v.toPrecision(6)) : `1e${minus(String(exponent))}`;
});

/** Times of day where x counts from a moment, with no more digits than two ticks need. */
export function clock(values, step, originNanos) {
  const begin = Number(originNanos) / 1e6;
  const digits = Math.min(6, decimals(Math.min(step, 1)));
  return values.map((v) => {
    const ms = begin + v * 1e3;
    const date = new Date(Math.floor(ms / 1e3) * 1e3);
    const two = (n) => String(n).padStart(2, "0");
    const day = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    if (digits === 0) return step >= 86400 ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` : day;
    const part = Math.min(10 ** digits - 1, Math.round((ms / 1e3 - Math.floor(ms / 1e3)) * 10 ** digits));
    return `${day}.${String(part).padStart(digits, "0")}`;
  });
}
