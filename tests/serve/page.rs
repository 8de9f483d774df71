//! What a person sees and does in the page, in a real browser.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{Browser, Tunnel, foreign_page};
use crate::client::Served;
use crate::harness::{Place, Running, wait_until};

const SIZE: [u32; 2] = [1280, 800];
/// The panel of the page, once it shows columns.
const HAS_COLUMNS: &str =
    "ringplot.panels.list[0].shows?.series?.length > 0 && ringplot.panels.list[0].group.newest !== null";

fn open(browser: &mut Browser, address: &str, token: &str) {
    browser.open(&format!("http://{address}/?token={token}"));
    browser.wait("window.ringplot && ringplot.panels.list.length > 0 && ringplot.panels.list[0].plot");
}

/// The middle of the first plot, in points, and its size.
fn plot_of(browser: &mut Browser) -> [f64; 4] {
    let text = "(() => { const b = ringplot.panels.list[0].plot.over.getBoundingClientRect(); \
                return [b.left, b.top, b.width, b.height]; })()";
    serde_json::from_value(browser.value(text)).unwrap()
}

fn shown(browser: &mut Browser) -> [f64; 2] {
    serde_json::from_value(browser.value("ringplot.panels.list[0].shown.x")).unwrap()
}

fn badges(browser: &mut Browser) -> String {
    browser
        .value("[...document.querySelectorAll('.badge')].map((badge) => badge.textContent).join(' | ')")
        .to_string()
}

/// A finished stream of noise, in a page that shows all of it.
fn noise(place: &Place, browser: &mut Browser) -> Served {
    let noise = place.produce(&["noise", "--signal", "noise", "--rate", "1e5", "--seconds", "1"]);
    let served = Served::start(place, &["noise"]);
    drop(noise.wait());
    wait_until("it is over", || served.get("/api/streams").json()["streams"][0]["state"] == "closed");
    browser.screen(SIZE, 1.0, "dark");
    open(browser, &served.address, &served.token);
    browser.wait(HAS_COLUMNS);
    served
}

#[test]
fn the_pixels_are_the_columns() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let served = noise(&place, &mut browser);
    browser.value(
        "(() => { const p = ringplot.panels.list[0]; p.group.hold([0.2, 0.8]); ringplot.changed(); })()",
    );
    browser.wait("Math.abs(ringplot.panels.list[0].shown.x[0] - 0.2) < 0.002 && ringplot.panels.list[0].shows.x[0] === ringplot.panels.list[0].shown.x[0]");
    // Where the colour of the stream is, column by column, and the axes.
    let seen = browser.value(
        "(() => { const panel = ringplot.panels.list[0], { plot } = panel; panel.redraw(); \
         const { left, top, width, height } = plot.bbox; \
         const own = ringplot.colourOf('noise').match(/\\w\\w/g).map((part) => parseInt(part, 16)); \
         const { data } = plot.ctx.getImageData(left, top, width, height); \
         const columns = []; \
         for (let x = 0; x < width; x++) { let first = -1, last = -1; \
           for (let y = 0; y < height; y++) { const at = 4 * (y * width + x); \
             if (own.every((part, k) => Math.abs(data[at + k] - part) < 60)) { if (first < 0) first = y; last = y; } } \
           columns.push([first, last]); } \
         return { columns, height, x: panel.shows.x, y: [plot.scales.y.min, plot.scales.y.max] }; })()",
    );
    let columns = seen["columns"].as_array().unwrap();
    let path = format!(
        "/api/columns?stream=noise&from={}&to={}&columns={}",
        seen["x"][0],
        seen["x"][1],
        columns.len()
    );
    let asked = served.get(&path).json();
    let asked = asked["streams"][0]["columns"].as_array().unwrap();
    assert!(columns.len() > 1000 && asked.len() == columns.len(), "{}", columns.len());
    let [low, high] = [0, 1].map(|end| seen["y"][end].as_f64().unwrap());
    let height = seen["height"].as_f64().unwrap();
    let place_of = |value: &Value| (high - value.as_f64().unwrap()) / (high - low) * height;
    for (index, (column, span)) in columns.iter().zip(asked).enumerate() {
        let [first, last] = [0, 1].map(|end| column[end].as_f64().unwrap());
        let (top, bottom) = (place_of(&span[1]) - 0.75, place_of(&span[0]) + 0.75);
        assert!((first - top).abs() <= 1.5, "column {index}: from {first}, and not from {top}: {span}");
        assert!((last + 1.0 - bottom).abs() <= 1.5, "column {index}: to {last}, and not to {bottom}: {span}");
    }
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_cursors_measure_all_samples() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let served = noise(&place, &mut browser);
    browser.key("f");
    browser.wait("ringplot.panels.list[0].group.mode === 'held' && Math.abs(ringplot.panels.list[0].shown.x[0]) < 0.01");
    let [left, top, width, height] = plot_of(&mut browser);
    let at = |share: f64| [left + width * share, top + height / 2.0];
    let before = shown(&mut browser);
    browser.mouse("mouseMoved", at(0.25), &json!({}));
    browser.mouse("mouseWheel", at(0.25), &json!({ "deltaX": 0, "deltaY": -400 }));
    browser.wait(&format!("ringplot.panels.list[0].shown.x[0] > {}", before[0]));
    browser.wait("ringplot.panels.list[0].shows.x[0] === ringplot.panels.list[0].shown.x[0]");
    let after = shown(&mut browser);
    let span = |[from, to]: [f64; 2]| to - from;
    assert!((span(after) / span(before) - 1.0015f64.powi(-400)).abs() < 0.01, "{before:?} {after:?}");
    let value = |[from, to]: [f64; 2]| from + (to - from) * 0.25;
    assert!((value(after) - value(before)).abs() < 2.0 * span(after) / width, "{before:?} {after:?}");
    // Cursors at the pointer.
    for (key, share) in [("a", 0.25), ("b", 0.75)] {
        browser.mouse("mouseMoved", at(share), &json!({}));
        browser.wait("ringplot.pointed !== null");
        browser.key(key);
    }
    browser.wait("document.querySelector('#reading tr[data-stream]')?.children.length === 12");
    let cursors = browser.value("ringplot.panels.list[0].group.cursors");
    let path = format!(
        "/api/statistics?stream=noise&from={}&to={}",
        cursors["A"],
        cursors["B"].as_f64().unwrap().next_up()
    );
    let asked = served.get(&path).json()["streams"][0].clone();
    browser.wait(&format!(
        "document.querySelector('#reading tr[data-stream]').children[10].textContent.replace(/\\D/g, '') === '{}'",
        asked["count"]
    ));
    let cells = browser.value(
        "[...document.querySelector('#reading tr[data-stream]').children].map((cell) => cell.textContent)",
    );
    let number = |index: usize| -> f64 {
        let text = cells[index].as_str().unwrap().replace('−', "-");
        let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
        let factor = if unit.starts_with('m') {
            1e-3
        } else if unit.starts_with('µ') {
            1e-6
        } else {
            1.0
        };
        number.parse::<f64>().unwrap() * factor
    };
    for (index, name) in [(4, "mean"), (5, "min"), (6, "max"), (7, "peak_to_peak"), (8, "rms"), (9, "std")] {
        let exact = asked[name].as_f64().unwrap();
        assert!((number(index) - exact).abs() <= 1e-4 * exact.abs().max(0.01), "{name}: {cells}, {asked}");
    }
    browser.screenshot("cursors");
    browser.key("Escape");
    browser.wait("document.getElementById('reading').hidden");
    // A drag moves, a double click goes back, and Backspace to the view before.
    let held = shown(&mut browser);
    browser.mouse("mousePressed", at(0.5), &json!({ "button": "left", "clickCount": 1 }));
    browser.mouse("mouseMoved", at(0.6), &json!({ "button": "left", "buttons": 1 }));
    browser.mouse("mouseReleased", at(0.6), &json!({ "button": "left", "clickCount": 1 }));
    browser.wait(&format!("ringplot.panels.list[0].shown.x[0] < {}", held[0] - 0.05 * span(held)));
    browser.key("Backspace");
    browser.wait(&format!(
        "Math.abs(ringplot.panels.list[0].shown.x[0] - {}) < {}",
        held[0],
        0.01 * span(held)
    ));
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}

#[test]
fn it_follows_pauses_and_comes_back_and_says_how_old_it_is_without_a_connection() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let _test = place.produce(&["test", "--rate", "1e4"]);
    let served = Served::start(&place, &["test"]);
    let tunnel = Tunnel::to(&served.address);
    browser.screen(SIZE, 1.0, "light");
    // Another port than the server's own, as through ssh.
    open(&mut browser, &tunnel.address, &served.token);
    assert_eq!(browser.value("location.search"), "", "the token is taken out of the address bar");
    browser.wait(HAS_COLUMNS);
    let first = shown(&mut browser);
    browser.wait(&format!("ringplot.panels.list[0].shown.x[1] > {}", first[1] + 0.3));
    assert!(badges(&mut browser).contains("following"), "{}", badges(&mut browser));
    browser.key(" ");
    browser.wait("ringplot.panels.list[0].group.mode === 'paused'");
    let paused = shown(&mut browser);
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(shown(&mut browser).map(f64::to_bits), paused.map(f64::to_bits));
    browser.wait("[...document.querySelectorAll('.badge')].some((badge) => /^paused · .* behind live$/.test(badge.textContent))");
    browser.key("l");
    browser.wait(&format!("ringplot.panels.list[0].shown.x[1] > {}", paused[1] + 0.5));
    // Ten seconds without a network.
    tunnel.cut();
    browser.wait("document.getElementById('connection').textContent.startsWith('disconnected · picture ')");
    browser.wait("document.querySelector('.panel .badge.bad')?.textContent === 'disconnected'");
    let stood = shown(&mut browser);
    std::thread::sleep(Duration::from_secs(10));
    let text = browser.value("document.getElementById('connection').textContent").to_string();
    let old: u32 = text.split(' ').find_map(|word| word.parse().ok()).unwrap();
    assert!(old >= 9, "{text}");
    assert_eq!(shown(&mut browser).map(f64::to_bits), stood.map(f64::to_bits), "the last picture stays");
    browser.screenshot("disconnected");
    tunnel.mend();
    browser.wait("document.getElementById('connection').textContent === 'connected'");
    browser.wait(&format!("ringplot.panels.list[0].shown.x[1] > {}", stood[1] + 8.0));
    assert!(badges(&mut browser).contains("following"), "{}", badges(&mut browser));
}

#[test]
fn a_page_goes_on_beside_one_that_has_stopped() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e5"]);
    let served = Served::start(&place, &["lorenz"]);
    let mut stopped = served.session();
    let panel = json!({"kind": "time", "streams": ["lorenz/x", "lorenz/y", "lorenz/z"], "size": [8192, 300], "span": 10.0});
    stopped.show(&Value::from(vec![panel; 60]), 60.0);
    browser.screen(SIZE, 1.0, "dark");
    open(&mut browser, &served.address, &served.token);
    browser.wait(HAS_COLUMNS);
    for _ in 0..5 {
        let before = shown(&mut browser);
        browser.wait(&format!("ringplot.panels.list[0].shown.x[1] > {}", before[1] + 0.2));
    }
    let list = served.get("/api/streams").json();
    assert!(list["streams"].as_array().unwrap().iter().all(|stream| stream["lost"] == 0), "{list}");
    drop(stopped);
}

#[test]
fn names_are_text_and_a_hostile_page_gets_nothing() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let name = "<img src=x onerror=hacked=1><b>bold<\\u002fb>";
    let mut pipe = place.command(&["pipe", "odd", "--format", "json", "--no-view"]);
    pipe.stdin(Stdio::piped());
    let mut pipe = Running::spawn(pipe);
    let mut input = pipe.stdin();
    for _ in 0..10 {
        writeln!(input, "{{\"{name}\": 1}}").unwrap();
    }
    let served = Served::start(&place, &[]);
    browser.screen(SIZE, 1.0, "dark");
    open(&mut browser, &served.address, &served.token);
    browser.wait("document.querySelector('.entry .label')");
    browser.value("document.getElementById('status').open = true");
    browser.wait("document.querySelector('#streams td')");
    for place in [".entry .label", "#streams td"] {
        let text = browser.value(&format!("document.querySelector('{place}').textContent")).to_string();
        assert!(text.contains("<img src=x onerror=hacked=1><b>bold"), "{text}");
    }
    assert_eq!(browser.value("document.querySelectorAll('main img, main b, table img').length"), 0);
    assert_eq!(browser.value("typeof hacked"), "undefined");
    assert_eq!(browser.value("document.cookie"), "", "scripts do not see the cookie");
    // A page of another port of this machine: for cookies that is the same site.
    let html = format!(
        "<script>(async () => {{ const got = []; const base = 'http://{0}'; \
         for (const path of ['/api/streams', '/api/data?stream=x', '/metrics', '/']) \
           try {{ const a = await fetch(base + path, {{credentials: 'include'}}); got.push(path + a.status); }} catch {{}} \
         try {{ const a = await fetch(base + '/api/streams', {{credentials: 'include', mode: 'no-cors'}}); \
           if ((await a.text()).length) got.push('opaque'); }} catch {{}} \
         await new Promise((done) => {{ const s = new WebSocket('ws://{0}/ws'); s.onopen = () => {{ got.push('socket'); done(); }}; s.onerror = done; }}); \
         await new Promise((done) => {{ const s = document.createElement('script'); s.src = base + '/api/streams'; s.onload = () => {{ got.push('script'); done(); }}; s.onerror = done; document.head.append(s); }}); \
         await new Promise((done) => {{ const f = document.createElement('iframe'); f.src = base + '/'; f.onload = () => {{ try {{ if (f.contentDocument.title) got.push('frame'); }} catch {{}} done(); }}; document.documentElement.append(f); }}); \
         document.title = 'done: ' + got.join(' '); }})()</script>",
        served.address
    );
    let foreign = foreign_page(&html);
    browser.open(&format!("http://{foreign}/"));
    browser.wait("document.title.startsWith('done:')");
    assert_eq!(browser.value("document.title"), "done:", "a hostile page reads something");
    assert_eq!(served.get("/api/streams").json()["clients"], 0);
}

#[test]
fn a_layout_says_which_panels_there_are_and_linked_ones_share_their_x() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e4"]);
    let layout = "version = 1\ntitle = \"Motor\"\narrangement = \"column(60 up, 40 down)\"\n\
                  [[panel]]\nid = \"up\"\ntitle = \"z alone\"\nstreams = [\"lorenz/z\"]\nlog-y = true\n\
                  [[panel]]\nid = \"down\"\nstreams = [\"lorenz/x\", \"lorenz/y\"]\nhidden = [\"lorenz/y\"]\n\
                  [[stream]]\nname = \"lorenz/z\"\ncolour = \"#ff00ff\"\n";
    std::fs::write(place.file("motor.toml"), layout).unwrap();
    let file = place.file("motor.toml");
    let served = Served::start(&place, &["lorenz", "--layout", file.to_str().unwrap()]);
    browser.screen(SIZE, 1.0, "dark");
    open(&mut browser, &served.address, &served.token);
    browser.wait("ringplot.panels.list.length >= 3 && ringplot.panels.list.every((panel) => panel.plot && panel.shows)");
    assert_eq!(browser.value("document.title"), "Motor · ringplot");
    assert_eq!(browser.value("document.querySelector('.panel h2').textContent"), "z alone");
    assert_eq!(browser.value("document.getElementById('layouts').selectedOptions[0].textContent"), "motor");
    assert_eq!(browser.value("ringplot.panels.list[0].plot.scales.y.distr"), 3, "logarithmic");
    assert_eq!(browser.value("ringplot.colourOf('lorenz/z')"), "#ff00ff");
    assert_eq!(browser.value("[...ringplot.panels.list[1].hidden].join()"), "lorenz/y");
    // A click in the legend shows it.
    browser.value(
        "[...document.querySelectorAll('.entry')].find((entry) => entry.classList.contains('off')).click()",
    );
    browser.wait("ringplot.panels.list[1].shows.series.length === 2");
    let [left, top, width, height] = plot_of(&mut browser);
    let at = [left + width / 2.0, top + height / 2.0];
    browser.mouse("mouseMoved", at, &json!({}));
    browser.mouse("mouseWheel", at, &json!({ "deltaX": 0, "deltaY": -300 }));
    browser.wait("ringplot.panels.list[0].group.mode === 'held'");
    browser.wait("ringplot.panels.list[1].shown.x[0] === ringplot.panels.list[0].shown.x[0]");
    browser.mouse("mouseMoved", [at[0] + 5.0, at[1]], &json!({}));
    browser.wait(
        "Math.abs(ringplot.panels.list[1].plot.cursor.left - ringplot.panels.list[0].plot.cursor.left) < 1",
    );
    browser.key("L");
    browser.wait("ringplot.panels.list[0].plot.scales.y.distr === 1");
    // No panel lies over another, however little room there is.
    let over = "(() => { const all = [...document.querySelectorAll('.panel')].map((panel) => panel.getBoundingClientRect()); \
                return all.every((a, i) => all.every((b, k) => i === k || a.bottom <= b.top + 1 || b.bottom <= a.top + 1 || a.right <= b.left + 1 || b.right <= a.left + 1)); })()";
    browser.wait(over);
    browser.screenshot("layout");
    // By themselves again.
    browser.value("(() => { const s = document.getElementById('layouts'); s.value = '-1'; s.dispatchEvent(new Event('change')); })()");
    browser.wait("ringplot.panels.list[0].names.length === 3 && ringplot.panels.list[0].shows");
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}

#[test]
fn a_loss_is_hatched_and_said() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    // Far more than the ring holds, before anybody reads.
    let fast = place.produce(&[
        "fast",
        "--signal",
        "counter",
        "--rate",
        "1e5",
        "--capacity",
        "1024",
        "--seconds",
        "100",
    ]);
    let mut served = Served::start(&place, &["fast"]);
    browser.screen(SIZE, 1.0, "dark");
    open(&mut browser, &served.address, &served.token);
    browser.wait(HAS_COLUMNS);
    // Nobody reads while the server is stopped.
    served.running.signal("STOP");
    std::thread::sleep(Duration::from_millis(700));
    served.running.signal("CONT");
    let widest = "(() => { const all = ringplot.panels.list[0].series[0].losses; let best = [0, 0]; \
                  for (let k = 0; k + 1 < all.length; k += 2) if (all[k + 1] - all[k] > best[1] - best[0]) best = [all[k], all[k + 1]]; \
                  return best; })()";
    browser.wait(&format!("{widest}[1] - {widest}[0] > 8"));
    browser.wait("/\\d lost$/.test(document.querySelector('.panel .badge.bad')?.textContent)");
    browser.key(" ");
    browser.wait("ringplot.panels.list[0].group.mode === 'paused'");
    std::thread::sleep(Duration::from_millis(300));
    browser.wait("ringplot.panels.list[0].shows.x[0] === ringplot.panels.list[0].shown.x[0]");
    // In the middle of the loss the ground is hatched, and no line crosses it.
    let hatched = browser.value(
        &"(() => { const panel = ringplot.panels.list[0], { plot } = panel; panel.redraw(); \
         const { left, top, height } = plot.bbox, [from, to] = WIDEST; \
         const x = Math.round(left + (from + to) / 2); \
         const { data } = plot.ctx.getImageData(x, top, 3, height); let red = 0, own = 0; \
         const colour = ringplot.colourOf('fast').match(/\\w\\w/g).map((part) => parseInt(part, 16)); \
         for (let at = 0; at < data.length; at += 4) { if (data[at] > data[at + 2] + 60) red++; \
           if (colour.every((part, k) => Math.abs(data[at + k] - part) < 12)) own++; } \
         return [red / (3 * height), own, to - from]; })()"
            .replace("WIDEST", widest),
    );
    browser.screenshot("loss");
    assert!(hatched[0].as_f64().unwrap() > 0.15 && hatched[1] == 0, "{hatched}");
    let list = served.get("/api/streams").json()["streams"][0].clone();
    let of = |name: &str| list[name].as_u64().unwrap();
    assert!(of("lost") > 10_000 && of("received") + of("lost") == of("written") - of("start"), "{list}");
    assert!(served.running.is_running());
    drop(fast);
}

#[test]
fn a_density_and_a_curve_are_drawn_and_axes_become_logarithmic() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e6"]);
    let _spectrum = place.produce(&["spectrum", "--signal", "spectrum"]);
    let served = Served::start(
        &place,
        &["spectrum", "lorenz/xz", "--style", "spectrum=fading", "--style", "lorenz/xz=persistence"],
    );
    browser.screen(SIZE, 1.0, "dark");
    open(&mut browser, &served.address, &served.token);
    browser.wait("ringplot.panels.list.length === 2 && ringplot.panels.list.every((panel) => panel.plot && panel.shows)");
    browser.wait("ringplot.panels.list.find((panel) => panel.kind === 'plane').density?.[0].length > 500");
    browser.wait("ringplot.panels.list.find((panel) => panel.kind === 'curves').series[0].curves.length > 5");
    browser.screenshot("kinds");
    // Something of the stream's colour is drawn in each.
    for kind in ["plane", "curves"] {
        let lit = browser.value(&format!(
            "(() => {{ const panel = ringplot.panels.list.find((panel) => panel.kind === '{kind}'); panel.redraw(); \
             const {{ left, top, width, height }} = panel.plot.bbox; \
             const {{ data }} = panel.plot.ctx.getImageData(left, top, width, height); let lit = 0; \
             for (let at = 0; at < data.length; at += 4) if (Math.max(data[at], data[at + 1], data[at + 2]) > 120) lit++; return lit; }})()"
        ));
        assert!(lit.as_u64() > Some(300), "{kind}: {lit}");
    }
    browser.value("ringplot.activate(ringplot.panels.list.find((panel) => panel.kind === 'curves'))");
    browser.key("X");
    browser.wait("ringplot.active().plot.scales.x.distr === 3 && ringplot.active().shown.x[0] > 0");
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}

#[test]
fn a_phone_pinches_pans_and_taps() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let served = noise(&place, &mut browser);
    browser.screen([390, 844], 2.0, "light");
    browser.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 2 }));
    open(&mut browser, &served.address, &served.token);
    browser.wait(HAS_COLUMNS);
    browser.wait("ringplot.panels.list[0].shows.x[0] === ringplot.panels.list[0].shown.x[0]");
    let [left, top, width, height] = plot_of(&mut browser);
    let point = |share: f64, id: u32| json!({ "x": left + width * share, "y": top + height / 2.0, "id": id });
    let before = shown(&mut browser);
    let mut touch = |kind: &str, points: Value| {
        browser.call("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }));
    };
    touch("touchStart", json!([point(0.4, 0), point(0.6, 1)]));
    for step in 1..=8 {
        let apart = 0.02 * f64::from(step);
        touch("touchMove", json!([point(0.4 - apart, 0), point(0.6 + apart, 1)]));
    }
    touch("touchEnd", json!([]));
    let span = |[from, to]: [f64; 2]| to - from;
    browser.wait(&format!("(([a, b]) => b - a)(ringplot.panels.list[0].shown.x) < {}", 0.7 * span(before)));
    let pinched = shown(&mut browser);
    let mut touch = |kind: &str, points: Value| {
        browser.call("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }));
    };
    touch("touchStart", json!([point(0.7, 0)]));
    for step in 1..=5 {
        touch("touchMove", json!([point(0.7 - 0.05 * f64::from(step), 0)]));
    }
    touch("touchEnd", json!([]));
    browser.wait(&format!("ringplot.panels.list[0].shown.x[0] > {}", pinched[0] + 0.1 * span(pinched)));
    // A cursor where a finger taps.
    browser.value("document.getElementById('cursor-a').click()");
    let mut touch = |kind: &str, points: Value| {
        browser.call("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }));
    };
    touch("touchStart", json!([point(0.5, 0)]));
    touch("touchEnd", json!([]));
    browser.wait("'A' in ringplot.panels.list[0].group.cursors");
    browser.wait("document.querySelector('#reading tr[data-stream]')?.children.length === 2");
    browser.screenshot("phone");
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}

/// Pictures to look at, where `RINGPLOT_SCREENSHOTS` names a folder; and that nothing is wider than the screen.
#[test]
fn dark_and_light_wide_and_narrow_everything_fits() {
    let Some(mut browser) = Browser::start() else { return };
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e5"]);
    let _spectrum = place.produce(&["spectrum", "--signal", "spectrum"]);
    let served = Served::start(&place, &["--style", "spectrum=waterfall"]);
    for (size, ratio) in [(SIZE, 1.0), ([390, 844], 2.0)] {
        for theme in ["dark", "light"] {
            browser.screen(size, ratio, theme);
            open(&mut browser, &served.address, &served.token);
            browser.wait(
                "ringplot.panels.list.length >= 3 && ringplot.panels.list.every((panel) => panel.shows)",
            );
            browser.wait("ringplot.panels.list[0].shown.x[1] > 3");
            assert_eq!(browser.value("document.documentElement.dataset.theme"), theme);
            let wide = browser.value("document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(wide <= u64::from(size[0]), "{wide} of {size:?}");
            let kinds =
                browser.value("ringplot.panels.list.map((panel) => panel.kind).join(' ')").to_string();
            assert!(
                kinds.contains("time") && kinds.contains("plane") && kinds.contains("waterfall"),
                "{kinds}"
            );
            browser.screenshot(&format!("page-{theme}-{}", size[0]));
        }
    }
    assert_eq!(browser.said, Vec::<String>::new(), "the page is silent");
}
