//! What the terminal shows, and the state of it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::areas::areas;
use super::colours::{Depth, Inks};
use super::dots::Marker;
use super::panel::{self, FrameContext, PanelCache, Shown};
use super::pointer::Pointer;
use super::text::{put, width};
use super::{lists, table};
use crate::chart::cursors::Cursors;
use crate::chart::{
    Command, GroupKind, Keymap, Layout, Node, Options, PROGRAM, PanelList, PanelSettings, PlotKind,
    PlotState, Remember, Severity, StreamSettings, StreamSnapshot, ThemeChoice, TimeLabels, format, joined,
    search,
};
use crate::errors::with_causes;
use crate::store::{DerivedSpec, Store};
use crate::stream::is_at_or_below;

/// How long a notice stays, seconds; one that tells of a failure stays twice as long.
const STAYS_SECS: f64 = 6.0;
/// A screen of fewer rows has no title.
const LEAST_TITLED: u16 = 10;

/// Where a panel would be less wide or high than this, one is shown at a time.
const LEAST_PANEL: [u16; 2] = [16, 4];

/// How a terminal is drawn in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) depth: Depth,
    pub(crate) marker: Marker,
    /// The terminal's ground, as it says itself.
    pub(crate) is_dark: bool,
}

/// A line about what was done or could not be.
#[derive(Clone, Debug)]
struct Notice {
    text: String,
    tone: Severity,
    until_secs: f64,
}

/// What lies over the panels and takes the keys.
#[derive(Clone, Debug)]
pub(super) enum Overlay {
    Keys { from: usize },
    Search { text: String, chosen: usize },
    Path { is_save: bool, text: String, error: String },
}

/// What is switched on.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Switches {
    pub(super) has_grid: bool,
    pub(super) has_table: bool,
    pub(super) draws_boxes: bool,
    pub(super) wheel_follows: bool,
}

/// The layout of the panels, and the files of layouts.
#[derive(Debug, Default)]
pub(super) struct LayoutState {
    pub(super) title: Option<String>,
    pub(super) path: Option<PathBuf>,
    remember: Option<Remember>,
    /// What the command line asked to compute: no part of what is kept.
    given: Vec<DerivedSpec>,
    /// The markers of a layout, which are kept for the window.
    markers: Vec<crate::chart::UserMarker>,
    is_touched: bool,
}

/// What a terminal shows of the streams of a store.
#[derive(Debug)]
pub(crate) struct App {
    pub(super) store: Store,
    pub(super) options: Options,
    pub(super) panels: PanelList,
    /// Where the panels lie, once somebody arranged them.
    pub(super) node: Option<Node>,
    caches: HashMap<String, PanelCache>,
    pub(super) streams: Vec<StreamSnapshot>,
    pub(super) shown: Vec<Shown>,
    pub(super) chosen: Option<String>,
    pub(super) maximised: Option<String>,
    pub(super) cursors: Cursors,
    pub(super) switches: Switches,
    pub(super) time: TimeLabels,
    pub(super) chosen_dark: Option<bool>,
    pub(super) overlay: Option<Overlay>,
    pub(super) layout: LayoutState,
    pub(super) pointer: Pointer,
    pub(super) look: Look,
    pub(super) wants_quit: bool,
    /// When history is cleared if that is asked for again.
    pub(super) clear_until_secs: f64,
    notice: Option<Notice>,
    begun: Instant,
    table_rows: u16,
}

/// A frame, and when another one is wanted.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) buffer: Buffer,
    /// Something is still to be computed.
    pub(super) is_unfinished: bool,
    /// No plot follows: only numbers change.
    pub(super) is_still: bool,
    /// Something changes after this time though nothing comes.
    pub(super) wakes_in: Option<Duration>,
}

impl Frame {
    /// Something is still to be computed.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.is_unfinished
    }
}

impl App {
    pub(crate) fn new(store: Store, options: Options, look: Look) -> Self {
        let layout = options.layout.clone();
        let mut app = Self {
            layout: LayoutState {
                path: layout.as_ref().and_then(|layout| layout.path.clone()),
                given: store.derived().list().into_iter().map(|status| status.spec).collect(),
                ..LayoutState::default()
            },
            time: options.time.unwrap_or_default(),
            chosen_dark: options.dark,
            store,
            options,
            panels: PanelList::default(),
            node: None,
            caches: HashMap::new(),
            streams: Vec::new(),
            shown: Vec::new(),
            chosen: None,
            maximised: None,
            cursors: Cursors::default(),
            switches: Switches { has_grid: true, has_table: true, draws_boxes: false, wheel_follows: false },
            overlay: None,
            pointer: Pointer::default(),
            look,
            wants_quit: false,
            clear_until_secs: f64::NEG_INFINITY,
            notice: None,
            begun: Instant::now(),
            table_rows: 0,
        };
        if let Some(layout) = layout {
            app.set_layout(&layout);
        }
        app
    }

    /// The streams that it shows.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn now_secs(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    pub(super) fn keymap(&self) -> &Keymap {
        &self.options.keymap
    }

    /// Says something for a while.
    pub(super) fn say(&mut self, tone: Severity, text: impl Into<String>) {
        let stays = if tone == Severity::Bad { 2.0 * STAYS_SECS } else { STAYS_SECS };
        self.notice = Some(Notice { text: text.into(), tone, until_secs: self.now_secs() + stays });
    }

    pub(super) fn is_dark(&self) -> bool {
        self.chosen_dark.unwrap_or(self.look.is_dark)
    }

    /// Draws everything as it is now.
    pub(crate) fn draw(&mut self, [width, height]: [u16; 2]) -> Frame {
        let now_secs = self.now_secs();
        self.streams = StreamSnapshot::all(&self.store);
        self.look_after_layout(now_secs);
        self.sync(now_secs);
        self.keep_layout();
        let whole = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(whole);
        let inks = Inks::new(self.look.depth, self.is_dark());
        let title_rows = u16::from(height >= LEAST_TITLED);
        let wanted = if self.switches.has_table { table::height(self.streams.len(), height) } else { 0 };
        // It does not shrink and grow with every stream that comes and goes.
        self.table_rows =
            if self.switches.has_table { self.table_rows.max(wanted).min(height / 2) } else { 0 };
        let table_rows = if height >= 16 { self.table_rows } else { 0 };
        let middle = Rect { y: title_rows, height: height.saturating_sub(title_rows + table_rows), ..whole };
        self.draw_panels(&mut buffer, middle, inks, now_secs);
        if table_rows > 0 {
            let area = Rect { y: middle.bottom(), height: table_rows, ..whole };
            table::write(&mut buffer, area, &self.streams, inks);
        }
        let row = Rect { height: 1.min(height), ..whole };
        if title_rows > 0 {
            self.write_title(&mut buffer, row, inks);
        }
        self.write_notice(&mut buffer, row, inks, now_secs);
        self.draw_overlay(&mut buffer, middle, inks);
        let pictures = self.caches.values().map(PanelCache::memory_bytes);
        let waterfalls = self.panels.list.iter().map(|plot| plot.waterfall().memory_bytes());
        self.store.set_memory_of_pictures(pictures.chain(waterfalls).sum());
        let wakes_in = self.notice.as_ref().map(|notice| notice.until_secs - now_secs);
        Frame {
            buffer,
            is_unfinished: self.shown.iter().any(|shown| shown.wants_frame),
            is_still: !self.shown.is_empty() && self.shown.iter().all(|shown| shown.is_still),
            wakes_in: wakes_in.map(|secs| Duration::from_secs_f64(secs.max(0.01))),
        }
    }

    /// Makes the panels fit the streams.
    fn sync(&mut self, now_secs: f64) {
        let streams = std::mem::take(&mut self.streams);
        self.panels.begin(&streams);
        if self.node.is_some() {
            self.panels.sync_named(&streams, &self.options);
        } else {
            self.panels.sync_automatic(&streams, &self.options);
        }
        self.panels.link(now_secs, &streams, &self.options);
        self.cursors.keep_active(self.panels.list.iter());
        self.streams = streams;
        let is_there = |key: &Option<String>| key.as_ref().is_some_and(|key| self.panels.find(key).is_some());
        let (has_chosen, has_maximised) = (is_there(&self.chosen), is_there(&self.maximised));
        self.chosen = self.chosen.take().filter(|_| has_chosen);
        self.maximised = self.maximised.take().filter(|_| has_maximised);
        self.caches.retain(|key, _| self.panels.find(key).is_some());
    }

    /// How the panels lie.
    pub(super) fn arrangement(&self, area: Rect) -> Option<Node> {
        if let Some(node) = &self.node {
            return Some(node.clone());
        }
        let over_time = |is_wanted: bool| {
            let plots = self.panels.list.iter().filter(move |plot| plot.kind().is_over_time() == is_wanted);
            plots.map(PlotState::key).collect::<Vec<_>>()
        };
        // A cell is about twice as high as wide.
        let is_wide = f64::from(area.width) > f64::from(area.height) * 2.4;
        Node::automatic(&over_time(true), &over_time(false), is_wide)
    }

    fn draw_panels(&mut self, buffer: &mut Buffer, area: Rect, inks: Inks, now_secs: f64) {
        self.shown.clear();
        let placed = match &self.maximised {
            Some(key) => vec![(key.clone(), area)],
            None => self
                .arrangement(area)
                .map_or_else(Vec::new, |node| areas(&node, area, self.chosen.as_deref())),
        };
        let is_crowded = placed.len() > 1
            && placed.iter().any(|(_, rect)| rect.width < LEAST_PANEL[0] || rect.height < LEAST_PANEL[1]);
        let placed = if is_crowded {
            let is_chosen = |(key, _): &&(String, Rect)| self.chosen.as_ref() == Some(key);
            let one = placed.iter().find(is_chosen).or(placed.first());
            one.map(|(key, _)| (key.clone(), area)).into_iter().collect()
        } else {
            placed
        };
        if placed.is_empty() {
            return self.write_nothing(buffer, area, inks);
        }
        let has_others = self.panels.list.len() > 1;
        let frame = FrameContext {
            streams: &self.streams,
            options: &self.options,
            inks,
            marker: self.look.marker,
            now_secs,
            has_grid: self.switches.has_grid,
            time: self.time,
            draws_boxes: self.switches.draws_boxes,
            pointer: self.pointer.at,
            cursors: &self.cursors,
            band: self.pointer.band(),
            chosen: self.chosen.as_deref().filter(|_| has_others),
        };
        // Plot areas above each other begin in one column.
        let gutter_of = |caches: &HashMap<String, PanelCache>, rect: Rect| {
            let same = placed.iter().filter(|(_, other)| other.x == rect.x && other.width == rect.width);
            same.filter_map(|(key, _)| caches.get(key)).map(|cache| cache.gutter).max().unwrap_or(0)
        };
        for (key, rect) in &placed {
            let gutter = gutter_of(&self.caches, *rect);
            let Some(plot) = self.panels.list.iter_mut().find(|plot| plot.key() == key) else { continue };
            let cache = self.caches.entry(key.clone()).or_default();
            cache.gutter = gutter;
            let shown = panel::draw(buffer, *rect, (plot, cache), frame);
            self.shown.push(shown);
        }
        // A gutter that grew in a lower panel moves those above in the next frame.
        let is_uneven = placed.iter().any(|(key, rect)| {
            self.caches.get(key).is_some_and(|cache| cache.gutter < gutter_of(&self.caches, *rect))
        });
        if let Some(first) = self.shown.first_mut() {
            first.wants_frame |= is_uneven;
        }
    }

    fn awaited(&self) -> Vec<String> {
        let is_missing =
            |name: &&String| !self.streams.iter().any(|stream| is_at_or_below(&stream.info.meta.name, name));
        self.options.waits_for.iter().filter(is_missing).cloned().collect()
    }

    fn write_nothing(&self, buffer: &mut Buffer, area: Rect, inks: Inks) {
        let awaited = self.awaited();
        let [heading, hint] = if awaited.is_empty() {
            ["Waiting for a stream".to_owned(), "Start a producer, or try:  ringplot produce test".to_owned()]
        } else {
            let hint = "Shown as soon as a producer starts; what is live:  ringplot list";
            [format!("Waiting for {}", joined(&awaited)), hint.to_owned()]
        };
        let y = area.y + area.height / 2;
        for (row, (text, style)) in [(heading, Inks::text()), (hint, inks.faint())].into_iter().enumerate() {
            let x = area.x + area.width.saturating_sub(width(&text)) / 2;
            put(buffer, [x, y + row as u16], &text, style, area.right() - x);
        }
    }

    fn title(&self) -> String {
        let given = self.options.title.as_ref().or(self.layout.title.as_ref());
        let produced = self.streams.iter().filter(|stream| stream.info.derived.is_none());
        let names: Vec<String> = produced.map(|stream| stream.info.meta.name.clone()).collect();
        given.cloned().unwrap_or_else(|| joined(&names))
    }

    fn write_title(&self, buffer: &mut Buffer, row: Rect, inks: Inks) {
        let (used, budget) = self.store.memory();
        let produced = self.streams.iter().filter(|stream| stream.info.derived.is_none());
        let ingest = produced.filter_map(|stream| stream.rate_hz).reduce(|a, b| a + b);
        let keys = self.keymap().keys_of(Command::Keys);
        let key = keys.split("  ").last().unwrap_or_default();
        let mut facts = Vec::new();
        if used > 0 && budget > 0 {
            facts.push(format!("history {} of {}", format::bytes(used), format::bytes(budget)));
        }
        facts.extend(ingest.map(|hz| format!("ingest {}", format::rate(hz))));
        facts.push(format!("{key} keys"));
        let title = self.title();
        let mut right = row.right();
        for fact in facts.iter().rev() {
            let wide = width(fact);
            if right.saturating_sub(wide) < row.x + width(&title).min(row.width / 2) + 2 {
                break;
            }
            right -= wide;
            put(buffer, [right, row.y], fact, inks.faint(), wide);
            right = right.saturating_sub(2);
        }
        let bold = Inks::text().add_modifier(Modifier::BOLD);
        let mut x = row.x;
        if title != PROGRAM {
            x = put(buffer, [x, row.y], PROGRAM, inks.faint(), right - x) + 1;
        }
        put(buffer, [x, row.y], &title, bold, right.saturating_sub(x));
    }

    fn write_notice(&mut self, buffer: &mut Buffer, row: Rect, inks: Inks, now_secs: f64) {
        self.notice = self.notice.take().filter(|notice| notice.until_secs > now_secs);
        let standing = self.store.unreadable().map(|what| (format!("{what}; trying again"), Severity::Bad));
        let notice = self.notice.as_ref().map(|notice| (notice.text.clone(), notice.tone));
        let Some((text, tone)) = notice.or(standing) else { return };
        let style = inks.tone(tone).add_modifier(Modifier::REVERSED);
        let text = format!(" {text} ");
        put(buffer, [row.x, row.y], &text, style, row.width.min(width(&text).max(1)));
    }

    fn draw_overlay(&mut self, buffer: &mut Buffer, area: Rect, inks: Inks) {
        match &mut self.overlay {
            None => {}
            Some(Overlay::Keys { from }) => {
                let surplus = lists::list_keys(buffer, area, &self.options.keymap, *from, inks);
                *from = (*from).min(surplus);
            }
            Some(Overlay::Search { text, chosen }) => {
                let list = self.panels.list.iter();
                let found = search(text, &self.options.keymap, list, &self.streams);
                let found: Vec<_> = found.into_iter().filter(super::keys::is_wish_here).collect();
                *chosen = (*chosen).min(found.len().saturating_sub(1));
                lists::names(buffer, area, (text, &found, *chosen), inks);
            }
            Some(Overlay::Path { is_save, text, error }) => {
                let title = if *is_save { "Save the layout in" } else { "Open the layout" };
                lists::path(buffer, area, (title, text, error), inks);
            }
        }
    }

    /// Adds an empty panel beside the one that is meant.
    pub(super) fn split(&mut self, beside: &str, kind: GroupKind) {
        let area = self.shown.iter().map(|shown| shown.whole).reduce(Rect::union).unwrap_or_default();
        let numbers = 1..=self.panels.list.len() + 1;
        let free = numbers.map(|n| format!("panel-{n}")).find(|key| self.panels.find(key).is_none());
        let (Some(key), Some(node)) = (free, self.arrangement(area)) else { return };
        let mut plot = PlotState::new(PlotKind::Time, key.clone(), &self.options);
        if let Some(whole) = self.panels.find(beside).filter(|plot| plot.kind().is_over_time()) {
            plot.set_clock(whole.clock());
            plot.follow(whole.lead());
        }
        self.panels.list.push(plot);
        self.node = Some(super::areas::put_beside(Some(node), beside, &key, kind));
        self.chosen = Some(key);
        self.sort();
    }

    /// Takes a panel away; the last one stays.
    pub(super) fn close(&mut self, key: &str) {
        let area = self.shown.iter().map(|shown| shown.whole).reduce(Rect::union).unwrap_or_default();
        if self.panels.list.len() > 1
            && let Some(node) = self.arrangement(area).and_then(|node| super::areas::without(node, key))
        {
            self.node = Some(node);
            self.sort();
        }
    }

    /// Puts the panels in the order of the arrangement, and leaves out what is not in it.
    fn sort(&mut self) {
        let Some(node) = &self.node else { return };
        let keys = node.keys();
        let place = |plot: &PlotState| keys.iter().position(|key| *key == plot.key());
        self.panels.list.retain(|plot| place(plot).is_some());
        self.panels.list.sort_by_key(place);
    }

    /// Names of streams that no panel shows.
    pub(super) fn offered(&self) -> Vec<String> {
        let is_placed = |name: &String| self.panels.list.iter().any(|plot| plot.sources().contains(name));
        let names = self.streams.iter().map(|stream| stream.info.meta.name.clone());
        names.filter(|name| !is_placed(name)).collect()
    }

    /// The layout that is shown now, with what stands still where it stands.
    pub(super) fn layout(&self) -> Layout {
        let mut layout = self.layout_to_keep();
        layout.panels = self.panels.list.iter().map(PlotState::settings).collect();
        layout.title = layout.title.or_else(|| self.options.title.clone());
        layout.time = Some(self.time).filter(|time| *time != TimeLabels::default());
        layout.markers.clone_from(&self.layout.markers);
        layout.derived = self.store.derived().list().into_iter().map(|status| status.spec).collect();
        layout
    }

    /// The same without what belongs to this run alone.
    fn layout_to_keep(&self) -> Layout {
        let mut layout = Layout { title: self.layout.title.clone(), ..Layout::default() };
        layout.theme = self.chosen_dark.map(|is| if is { ThemeChoice::Dark } else { ThemeChoice::Light });
        let is_asked_for = |time: &TimeLabels| self.options.time == Some(*time);
        layout.time = Some(self.time).filter(|time| *time != TimeLabels::default() && !is_asked_for(time));
        layout.arrangement = self.node.as_ref().map(Node::text);
        let panels = self.panels.list.iter().map(|plot| PanelSettings { x: None, ..plot.settings() });
        layout.panels = panels.collect();
        let looks = self.panels.looks.iter();
        layout.streams = looks.map(|(name, look)| StreamSettings::new(name, *look)).collect();
        let derived = self.store.derived().list().into_iter().map(|status| status.spec);
        layout.derived = derived.filter(|spec| !self.layout.given.contains(spec)).collect();
        layout
    }

    /// Shows what a layout says from now on, and nothing else but what the options of this run ask for.
    pub(super) fn set_layout(&mut self, layout: &Layout) {
        self.layout.title.clone_from(&layout.title);
        self.layout.markers.clone_from(&layout.markers);
        self.chosen_dark = self.options.dark.or(layout.theme.map(|theme| theme == ThemeChoice::Dark));
        self.time = self.options.time.or(layout.time).unwrap_or_default();
        let given = self.store.styles();
        for name in std::mem::take(&mut self.panels.looks).keys() {
            self.store.unset_style(name);
        }
        for stream in &layout.streams {
            let look = stream.look();
            let is_given = given.iter().any(|(name, _)| *name == stream.name);
            if let Some(style) = look.style.filter(|_| !is_given) {
                self.store.set_style(&stream.name, style);
            }
            self.panels.looks.insert(stream.name.clone(), look);
        }
        let there = self.store.derived().list();
        for spec in layout.derived.iter().filter(|spec| !there.iter().any(|status| status.spec == **spec)) {
            if let Err(error) = self.store.derived().add_when_there(spec.clone()) {
                self.say(Severity::Bad, with_causes(&error));
            }
        }
        self.node = layout.node();
        (self.chosen, self.maximised) = (None, None);
        if self.node.is_some() {
            let panels = layout.panels.iter().map(|settings| {
                let mut plot = PlotState::new(PlotKind::Time, settings.id.clone(), &self.options);
                plot.apply(settings.clone(), &self.options);
                plot
            });
            self.panels.list = panels.collect();
            self.sort();
        } else {
            for plot in &mut self.panels.list {
                let wanted = layout.panels.iter().find(|panel| panel.id == plot.key());
                plot.apply(wanted.cloned().unwrap_or_default(), &self.options);
            }
            self.panels.expected.clone_from(&layout.panels);
        }
    }

    /// Keeps the layout of each set of streams in `folder`, and takes it from there.
    pub(crate) fn remember_layouts(&mut self, folder: PathBuf) {
        self.layout.remember = Some(Remember::new(folder));
    }

    /// Somebody changed something.
    pub(super) fn touch(&mut self) {
        self.layout.is_touched = true;
    }

    fn look_after_layout(&mut self, now_secs: f64) {
        let Some(mut remember) = self.layout.remember.take() else { return };
        let produced = self.streams.iter().filter(|stream| stream.info.derived.is_none());
        let names = produced.map(|stream| stream.info.meta.name.clone()).collect();
        if remember.follow(names) && self.node.is_none() {
            match remember.recall() {
                None => {}
                Some(Ok(layout)) => {
                    self.set_layout(&layout);
                    let text = "As last time; “Reset layout” in the palette forgets that";
                    self.say(Severity::Quiet, text);
                }
                Some(Err(error)) => self.say(Severity::Bad, with_causes(&error)),
            }
        }
        let _ = remember.wait(std::mem::take(&mut self.layout.is_touched), now_secs);
        self.layout.remember = Some(remember);
    }

    fn keep_layout(&mut self) {
        let Some(mut remember) = self.layout.remember.take() else { return };
        if remember.wants_text() {
            let layout = self.layout_to_keep();
            if let Err(error) = remember.keep(&layout) {
                self.say(Severity::Bad, with_causes(&error));
            }
        }
        self.layout.remember = Some(remember);
    }

    /// Writes what was changed at once: the program ends.
    pub(super) fn flush_layout(&mut self) {
        if let Some(remember) = &mut self.layout.remember {
            remember.hurry();
        }
        self.keep_layout();
    }
}
