// uPlot in headless Chromium: a chart that is kept and given new data; its canvas is read back with getImageData.
//
//   node peer_uplot.mjs FILE N FRAMES PNG

import { createReadStream, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [file, points, frames, png] = process.argv.slice(2);
const { resolve } = createRequire(import.meta.url);

// A page of its own origin, so that it may fetch the signal.
const server = createServer((request, response) => {
    if (request.url === "/signal") createReadStream(file).pipe(response);
    else response.setHeader("content-type", "text/html").end("<!doctype html><title>uPlot</title><body></body>");
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
});
try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 1 });
    page.setDefaultTimeout(0);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.addStyleTag({ path: resolve("uplot/dist/uPlot.min.css") });
    await page.addScriptTag({ path: resolve("uplot/dist/uPlot.iife.min.js") });
    const { times, url } = await page.evaluate(measure, { points: Number(points), frames: Number(frames) });
    console.log(JSON.stringify(times));
    writeFileSync(png, Buffer.from(url.split(",")[1], "base64"));
} finally {
    await browser.close();
    server.close();
}

// Runs in the page.
async function measure({ points, frames }) {
    const y = new Float32Array(await (await fetch("/signal")).arrayBuffer());
    const x = new Float64Array(y.length);
    for (let i = 0; i < x.length; i++) x[i] = (i * 10) / points;
    const chart = new uPlot(
        {
            width: 1920,
            height: 1080,
            legend: { show: false },
            cursor: { show: false },
            scales: { x: { time: false, auto: false }, y: { auto: false, range: [-1.2, 1.2] } },
            axes: [{ label: "time (s)" }, { label: "V" }],
            series: [{}, { stroke: "steelblue", width: 1 }],
        },
        [[], []],
        document.body,
    );
    const tick = () => new Promise((done) => setTimeout(done, 0));
    await tick();
    const { canvas } = chart.ctx;
    if (canvas.width !== 1920 || canvas.height !== 1080) throw new Error(`${canvas.width} x ${canvas.height}`);
    const times = [];
    for (let frame = 0; frame < frames; frame++) {
        const first = Math.floor((frame * points) / 1000);
        const begun = performance.now();
        const [seen, values] = [x.subarray(first, first + points), y.subarray(first, first + points)];
        chart.batch(() => {
            chart.setData([seen, values], false);
            chart.setScale("x", { min: seen[0], max: seen[points - 1] });
        });
        const pixels = chart.ctx.getImageData(0, 0, 1920, 1080).data;
        times.push(performance.now() - begun);
        if (pixels.length !== 1920 * 1080 * 4) throw new Error(`${pixels.length} bytes`);
        // Lets the browser do what it does between frames.
        await tick();
    }
    return { times, url: canvas.toDataURL() };
}
