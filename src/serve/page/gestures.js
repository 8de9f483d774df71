// Wheel, mouse and fingers on a plot.

const ZOOM = 1.0015, CLICK_PX = 4;

const places = (panel, at, axis) => (panel.log[axis] ? Math.log10(at) : at);
const values = (panel, at, axis) => (panel.log[axis] ? 10 ** at : at);

/** A stretch made `factor` times as long around the share `at` of it. */
export function zoomed(panel, [low, high], at, factor, axis) {
  const [a, b] = [places(panel, low, axis), places(panel, high, axis)];
  const anchor = a + (b - a) * at;
  const next = [anchor - (anchor - a) * factor, anchor + (b - anchor) * factor];
  const size = Math.max(Math.abs(next[0]), Math.abs(next[1]));
  if (!(next[1] - next[0] > size * 4e-13) || !isFinite(next[0]) || !isFinite(next[1]) || size > 1e300) return [low, high];
  return next.map((v) => values(panel, v, axis));
}

export function moved(panel, [low, high], share, axis) {
  const [a, b] = [places(panel, low, axis), places(panel, high, axis)];
  const by = (b - a) * share;
  return [a + by, b + by].map((v) => values(panel, v, axis));
}

/** Listens on a plot that was just made. */
export function listen(panel) {
  const { app, plot } = panel;
  const { over } = plot;
  const share = (event) => {
    const box = over.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  };
  const hasY = () => panel.kind !== "time";

  over.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 24 : 1;
    const [dx, dy] = [event.deltaX * pixels, event.deltaY * pixels];
    const at = share(event);
    if (Math.abs(dx) > Math.abs(dy) && !event.ctrlKey) return app.pan(panel, [dx / over.clientWidth, 0]);
    const factor = ZOOM ** Math.max(-400, Math.min(400, dy * (event.ctrlKey ? 4 : 1)));
    if (event.shiftKey) app.zoom(panel, at, [1, factor]);
    else app.zoom(panel, at, [factor, hasY() ? factor : 1]);
  }, { passive: false });

  // The strip of the y axis moves y alone.
  const strip = plot.root.querySelectorAll(".u-axis")[1];
  strip?.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = over.getBoundingClientRect();
    app.zoom(panel, [0.5, 1 - (event.clientY - box.top) / box.height], [1, ZOOM ** event.deltaY]);
  }, { passive: false });
  strip?.addEventListener("dblclick", () => app.fitY(panel));

  const fingers = new Map();
  let begun = null, box = null, dragged = null;
  over.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    begun = { event, at: share(event), hasMoved: false };
    // Each drag is a step of its own on the way back.
    panel.group.remembered = undefined;
    dragged = fingers.size === 1 && event.button === 0 ? app.cursorNear(panel, event) : null;
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const hasMoved = Math.hypot(event.clientX - begun.event.clientX, event.clientY - begun.event.clientY) > CLICK_PX;
    begun.hasMoved ||= hasMoved;
    if (!begun.hasMoved) return;
    const [now, then] = [share(event), share(before)];
    if (fingers.size === 2) {
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      const fixed = share(other);
      const [was, is] = [Math.abs(then[0] - fixed[0]), Math.abs(now[0] - fixed[0])];
      if (was > 0.02 && is > 0.02) app.zoom(panel, fixed, [was / is, hasY() ? was / is : 1]);
    } else if (dragged) app.placeCursor(panel, dragged, now[0]);
    else if (begun.event.button === 2 || app.isBoxing || begun.event.shiftKey) {
      box ??= Object.assign(document.createElement("div"), { className: "box" });
      if (!box.parentNode) over.append(box);
      const [a, b] = [begun.at, now];
      Object.assign(box.style, {
        left: `${Math.min(a[0], b[0]) * 100}%`, width: `${Math.abs(a[0] - b[0]) * 100}%`,
        top: `${(1 - Math.max(a[1], b[1])) * 100}%`, height: `${Math.abs(a[1] - b[1]) * 100}%`,
      });
    } else {
      over.classList.add("moving");
      app.pan(panel, [then[0] - now[0], hasY() || panel.y ? then[1] - now[1] : 0]);
    }
    fingers.set(event.pointerId, event);
  });
  const end = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    over.classList.remove("moving");
    if (box) {
      const [a, b] = [begun.at, share(event)];
      box.remove();
      box = null;
      if (event.type === "pointerup" && Math.abs(a[0] - b[0]) > 0.01 && Math.abs(a[1] - b[1]) > 0.01) app.zoomTo(panel, a, b);
    } else if (event.type === "pointerup" && !begun.hasMoved && begun.event.button === 0) app.clicked(panel, share(event));
    dragged = null;
  };
  over.addEventListener("pointerup", end);
  over.addEventListener("pointercancel", end);
  over.addEventListener("contextmenu", (event) => event.preventDefault());
  over.addEventListener("dblclick", () => app.fitOrLive(panel));
}
