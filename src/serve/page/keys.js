// Keys, and the list of them.

const LIST = [
  ["Space", "pause, or go on"], ["L, End", "back to live"], ["F", "fit all that is held"], ["Y", "fit y"],
  ["← →, + −", "move and zoom"], ["Backspace", "the view before"], ["A, B", "place a cursor at the pointer"], ["Esc", "take the cursors away"],
  ["Shift+L", "logarithmic y"], ["Shift+X", "logarithmic x"], ["1–9", "hide or show a stream"], ["R", "box mode: a drag zooms to a box"],
  ["E", "save what is shown as CSV"], ["Tab", "the next panel"], ["D", "dark or light"], ["?", "this list"],
  ["Wheel", "zoom at the pointer; with Shift, y"], ["Drag", "move; right drag or Shift+drag zooms to a box"], ["Double click", "back to live, or fit"],
  ["Click, Alt+click", "in the legend: hide, show alone"],
];

export function list(dialog) {
  const of = ([key, text]) => ["dt", "dd"].map((tag, index) => Object.assign(document.createElement(tag), { textContent: index ? text : key }));
  dialog.querySelector("dl").replaceChildren(...LIST.flatMap(of));
}

export function listen(app) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("select, dialog")) return;
    const isButton = event.target.closest?.("button, summary");
    const panel = app.active();
    const { key, shiftKey } = event;
    const actions = {
      l: () => (shiftKey ? app.toggleLog(panel, 1) : app.live(panel?.group)), End: () => app.live(panel?.group),
      x: () => shiftKey && app.toggleLog(panel, 0),
      f: () => app.fit(panel), y: () => app.fitY(panel), a: () => app.cursorKey("A"), b: () => app.cursorKey("B"), r: () => app.box(),
      d: () => app.theme(), e: () => app.save(panel), Escape: () => app.clearCursors(), "?": () => app.help(), F1: () => app.help(),
      Backspace: () => app.back(panel),
      ArrowLeft: () => app.pan(panel, [-0.1, 0]), ArrowRight: () => app.pan(panel, [0.1, 0]),
      ArrowUp: () => app.zoom(panel, [0.5, 0.5], [1, 0.8]), ArrowDown: () => app.zoom(panel, [0.5, 0.5], [1, 1.25]),
      "+": () => app.zoom(panel, [0.5, 0.5], [0.8, 1]), "=": () => app.zoom(panel, [0.5, 0.5], [0.8, 1]), "-": () => app.zoom(panel, [0.5, 0.5], [1.25, 1]),
      " ": () => !isButton && app.pause(),
    };
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (/^[1-9]$/.test(key)) {
      const name = panel?.names[Number(key) - 1];
      if (name !== undefined) panel.toggle(name, false);
    } else if (!action || (isButton && key === " ") || (!panel && !["?", "d", "F1"].includes(key))) return;
    else if (action() === false) return;
    event.preventDefault();
  });
}
