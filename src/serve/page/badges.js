// What a panel admits about itself, the most important first.

import { count, duration, value } from "./format.js";

const ENDED = {
  closed: ["quiet", "closed", "The producer closed its stream; nothing more will come"],
  finished: ["quiet", "finished", "The producer finished; nothing more will come"],
  dead: ["bad", "ended (killed)", "The producer's process ended without closing its stream"],
  replaced: ["quiet", "replaced", "Another producer has taken this name over"],
  damaged: ["bad", "damaged", "Somebody cut the stream's shared memory short or overwrote it; shown is what came before"],
};

const toLive = (panel) => panel.app.live(panel.group);

export function badges(panel) {
  const all = [];
  const add = (tone, text, title, action) => all.push({ tone, text, title, action });
  const infos = panel.infos();
  const { group, shows } = panel;
  if (panel.app.isStale) add("bad", "disconnected", "No answer comes from the server: this is the last picture that came");
  if (panel.names.length && !panel.visible().length) add("quiet", "all hidden", "Click a stream in the legend to show it");
  const isOver = infos.length > 0 && infos.every((info) => ENDED[info.state]);
  if (isOver) add(...ENDED[infos[0].state]);
  if (group.mode !== "live" && panel.kind !== "curves" && !isOver) {
    const behind = panel.isOverTime && group.newest != null && group.x ? group.newest - group.x[1] : 0;
    const what = group.mode === "paused" ? "paused" : "stopped";
    const text = behind > 0 ? `${what} · ${duration(behind)} behind live` : what;
    add("warn", text, "The picture stands still and nothing is lost; click, or press L, to follow again", toLive);
  } else if (!isOver && infos.length && !panel.app.isStale) {
    add("good", "following", panel.isOverTime ? "The newest sample stays at the right edge" : "The newest is shown");
  }
  if (!isOver && infos.some((info) => info.state === "stalled")) add("warn", "stalled", "A producer is there but has sent nothing for a while");
  const lost = infos.reduce((sum, info) => sum + info.lost, 0);
  if (lost && panel.kind === "curves") add("quiet", `${count(lost)} curves skipped`, "Curves come faster than they can be read");
  else if (lost) add("bad", `${count(lost)} lost`, "The producer overtook the ring: points were overwritten before they could be read. They are hatched");
  if (panel.isOverTime) {
    const back = infos.reduce((sum, info) => sum + info.steps_back, 0);
    if (back) add("quiet", `time went back ${back === 1 ? "once" : `${count(back)} times`}`, "The line begins anew wherever time steps back");
    const share = Math.min(1, ...panel.series.map((series) => series.share));
    if (share < 1) add("quiet", `drawing · ${Math.floor(share * 100)} %`, "Time went back so often that a frame is too short for all of it: the newest is drawn first");
    if (panel.series.some((series) => series.coarse)) add("warn", "lines joined", "More than 256 separate lines lie above each other in a column: the nearest are drawn as one");
  }
  if (panel.series.some((series) => series.decimated && !panel.hidden.has(series.stream))) {
    add("quiet", "min/max", "Each column of pixels shows all samples in it, from the least to the greatest, exactly");
  }
  if (panel.kind === "waterfall" && shows?.rows) {
    const unit = infos[0]?.y_unit ?? "";
    const [low, high] = (shows.range ?? [0, 1]).map((end) => value(end + shows.offset, unit));
    add("quiet", `max · ${low} … ${high}`, "Each pixel shows the greatest value of all that lies in it; the colours go from the first to the second value");
  }
  if (panel.kind === "plane" && panel.density && !panel.points) {
    const share = shows.share < 1 ? ` · ${Math.floor(shows.share * 100)} %` : "";
    add("quiet", `density of ${count(shows.counted)} points${share}`, "Each pixel's colour tells how many points lie in it");
  }
  if (panel.y && panel.isOverTime) add("quiet", "y fixed", "Y does not follow the data; press Y to have it follow");
  return all;
}
