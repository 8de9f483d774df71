//! The panels of a window: which streams each shows, and where it lies.
//!
//! Until somebody arranges them, panels arrange themselves: those of a layout that does not say where they lie, and for the
//! other streams one for each group over time and on one clock, one for each XY stream, one for each
//! snapshot stream. Afterwards they stay where they were put, and streams that appear are offered.

mod panes;
mod tree;

use std::collections::HashMap;

use egui::Rect;
use egui_tiles::Tree;

pub(crate) use self::panes::{Zone, show};
use self::tree::put_beside;
use crate::chart::{Command, Options, PanelList, PanelSettings, PlotKind, PlotState, StreamSnapshot};
pub(crate) use crate::chart::{GroupKind, Node};
use crate::plot::PanelCache;
use crate::store::Clock;

/// Height that a panel that arranges itself has at least, points.
const LEAST_HEIGHT: f32 = 96.0;

/// A stream that no panel shows.
#[derive(Clone, Debug)]
struct Offer {
    name: String,
    kind: PlotKind,
    clock: Clock,
}

/// The panels of a window.
#[derive(Debug)]
pub(crate) struct Panels {
    /// What they show.
    pub(crate) set: PanelList,
    /// What drawing the panels keeps, by key.
    caches: HashMap<String, PanelCache>,
    tree: Tree<String>,
    /// Somebody arranged the panels, or a layout did.
    is_arranged: bool,
    /// What the automatic tree was made for.
    made_for: Option<(bool, usize, Vec<String>)>,
    /// Streams in no panel.
    offered: Vec<Offer>,
    /// Derived traces that were put into a panel when they came.
    derived_seen: Vec<String>,
    /// The panel that the keys mean, if one was chosen by key.
    pub(crate) chosen: Option<String>,
    /// The panel that is shown alone.
    pub(crate) maximised: Option<String>,
}

impl Default for Panels {
    fn default() -> Self {
        Self {
            set: PanelList::default(),
            caches: HashMap::new(),
            tree: Tree::empty(egui::Id::unique("panels")),
            is_arranged: false,
            made_for: None,
            offered: Vec::new(),
            derived_seen: Vec::new(),
            chosen: None,
            maximised: None,
        }
    }
}

impl Panels {
    /// Makes the panels fit the streams; those that stay keep their view.
    pub(crate) fn sync(&mut self, now_secs: f64, streams: &[StreamSnapshot], options: &Options) {
        self.set.begin(streams);
        if self.is_arranged {
            self.sync_arranged(streams, options);
        } else {
            self.set.sync_automatic(streams, options);
            self.offered.clear();
        }
        self.set.link(now_secs, streams, options);
        self.caches.retain(|key, _| self.set.list.iter().any(|plot| plot.key() == key));
    }

    /// Does what a command asks of the panel of this key, or of all.
    pub(crate) fn run(&mut self, command: Command, key: Option<&str>, streams: &[StreamSnapshot]) {
        self.set.run(command, key, streams);
    }

    /// Moves linked panels to where one of them was moved by hand.
    pub(crate) fn follow_leader(&mut self) {
        self.set.follow_leader();
    }

    /// Links a panel with the others, or takes it off them.
    pub(crate) fn toggle_link(&mut self, key: &str) {
        self.set.toggle_link(key);
    }

    /// Memory of what is kept from picture to picture, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let caches = self.caches.values().map(PanelCache::memory_bytes);
        caches.chain(self.set.list.iter().map(|plot| plot.waterfall().memory_bytes())).sum()
    }

    fn sync_arranged(&mut self, streams: &[StreamSnapshot], options: &Options) {
        self.set.sync_named(streams, options);
        let is_placed = |name: &String| self.set.list.iter().any(|plot| plot.sources().contains(name));
        let all = streams.iter().map(|stream| Offer {
            name: stream.info.meta.name.clone(),
            kind: PlotKind::of(stream),
            clock: stream.clock,
        });
        self.offered = all.filter(|offer| !is_placed(&offer.name)).collect();
        // What somebody has computed is there to be looked at.
        let is_derived = |name: &String| {
            streams.iter().any(|stream| stream.info.meta.name == *name && stream.info.derived.is_some())
        };
        let is_new = |name: &String| is_derived(name) && !self.derived_seen.contains(name);
        if let Some(name) = self.offered().into_iter().find(is_new) {
            self.derived_seen.push(name.clone());
            self.accept(&name, options);
            self.sync_arranged(streams, options);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &PlotState> {
        self.set.list.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut PlotState> {
        self.set.list.iter_mut()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.set.list.is_empty()
    }

    pub(crate) fn find(&self, key: &str) -> Option<&PlotState> {
        self.set.list.iter().find(|plot| plot.key() == key)
    }

    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut PlotState> {
        self.set.list.iter_mut().find(|plot| plot.key() == key)
    }

    /// Names of streams that no panel shows.
    pub(crate) fn offered(&self) -> Vec<String> {
        self.offered.iter().map(|offer| offer.name.clone()).collect()
    }

    pub(crate) fn is_arranged(&self) -> bool {
        self.is_arranged
    }

    /// Makes the tree fit `area`, where nobody arranged it.
    fn arrange(&mut self, area: Rect) {
        let is_wide = area.width() > area.height() * 1.2;
        let keys: Vec<String> = self.set.list.iter().map(|plot| plot.key().to_owned()).collect();
        let most_rows = (area.height() / LEAST_HEIGHT) as usize;
        if self.is_arranged
            || self.made_for.as_ref().is_some_and(|made| *made == (is_wide, most_rows, keys.clone()))
        {
            return;
        }
        let over_time = |is_wanted: bool| {
            let plots = self.set.list.iter().filter(move |plot| (plot.kind().is_over_time()) == is_wanted);
            plots.map(PlotState::key).collect::<Vec<_>>()
        };
        let node = Node::automatic(&over_time(true), &over_time(false), is_wide);
        // Rather one at a time than all of them too low to be read.
        let in_tabs = |node: Node| {
            let panels = node.keys().into_iter().map(|key| (1.0, Node::Panel(key.to_owned())));
            Node::Group(GroupKind::Tabs, panels.collect())
        };
        let node =
            node.map(|node| if tree::rows_of(&node, area) > most_rows.max(1) { in_tabs(node) } else { node });
        self.tree = node.map_or_else(|| Tree::empty(egui::Id::unique("panels")), |node| tree::tree_of(&node));
        self.made_for = Some((is_wide, most_rows, keys));
    }

    /// From here on the panels stay where they are put.
    fn edit(&mut self) {
        self.is_arranged = true;
    }

    /// Puts the list in the order of the tree, and leaves out of it what is in no tree.
    fn sort(&mut self) {
        let node = tree::node_of(&self.tree);
        let keys = node.as_ref().map(Node::keys).unwrap_or_default();
        let place = |plot: &PlotState| keys.iter().position(|key| *key == plot.key());
        self.set.list.retain(|plot| place(plot).is_some());
        self.set.list.sort_by_key(place);
    }

    /// A key that no panel has.
    fn free_key(&self) -> String {
        let is_free = |key: &String| self.find(key).is_none();
        // Of one more than there are panels, one is free.
        let numbers = 1..=self.set.list.len() + 1;
        numbers.map(|n| format!("panel-{n}")).find(is_free).unwrap_or_default()
    }

    /// Splits off a new panel beside one: with `stream` in it, or empty.
    pub(crate) fn split(&mut self, beside: &str, kind: GroupKind, stream: Option<&str>, options: &Options) {
        if tree::is_deep(&self.tree, beside) {
            return;
        }
        let key = self.free_key();
        let mut plot = PlotState::new(PlotKind::Time, key.clone(), options);
        let clock = stream.and_then(|name| self.clock_of(name));
        let is_alike =
            |plot: &&PlotState| plot.kind().is_over_time() && clock.is_none_or(|c| c == plot.clock());
        if let Some(whole) = self.find(beside).filter(is_alike) {
            // It shows what the panel shows that it was split off, and moves if that does.
            plot.set_clock(whole.clock());
            plot.follow(whole.lead());
        }
        if let Some(name) = stream {
            self.take_out(name, None);
            plot.sources_mut().push(name.to_owned());
        }
        self.set.list.push(plot);
        put_beside(&mut self.tree, Some(beside), &key, kind);
        self.edit();
        self.sort();
        self.chosen = Some(key);
    }

    /// The clock of a stream over time that is in a panel or offered.
    fn clock_of(&self, stream: &str) -> Option<Clock> {
        let plot = self.set.list.iter().find(|plot| plot.sources().iter().any(|name| name == stream));
        let offer = || self.offered.iter().find(|offer| offer.name == stream).map(|offer| offer.clock);
        plot.map(PlotState::clock).or_else(offer)
    }

    /// Shows a stream in a panel: in this one alone, or there too.
    pub(crate) fn place(&mut self, stream: &str, key: &str) {
        self.edit();
        if let Some(plot) = self.find_mut(key)
            && !plot.sources().iter().any(|name| name == stream)
        {
            plot.sources_mut().push(stream.to_owned());
        }
    }

    /// Shows an offered stream: in the first panel that has nothing yet or takes more of its kind, or beside the last
    /// one.
    pub(crate) fn accept(&mut self, stream: &str, options: &Options) {
        let offered = self.offered.iter().find(|offer| offer.name == stream);
        let kind = offered.map(|offer| offer.kind);
        let clock = offered.map(|offer| offer.clock);
        let takes = |plot: &&PlotState| {
            let is_fit = plot.kind().is_over_time() && kind.is_some_and(PlotKind::is_over_time);
            plot.sources().is_empty() || is_fit && Some(plot.clock()) == clock
        };
        let empty = self.set.list.iter().find(takes).map(|plot| plot.key().to_owned());
        let last = self.set.list.last().map(|plot| plot.key().to_owned());
        match (empty, last) {
            (Some(key), _) => self.place(stream, &key),
            (None, last) => self.split(&last.unwrap_or_default(), GroupKind::Column, Some(stream), options),
        }
        self.offered.retain(|offer| offer.name != stream);
    }

    /// Moves a stream from whatever panel it is in to another one.
    pub(crate) fn relocate(&mut self, stream: &str, key: &str) {
        self.take_out(stream, Some(key));
        self.place(stream, key);
    }

    /// Takes a stream out of all panels but one; panels that lose their last one close.
    fn take_out(&mut self, stream: &str, but: Option<&str>) {
        let mut emptied = Vec::new();
        for plot in self.set.list.iter_mut().filter(|plot| Some(plot.key()) != but) {
            let before = plot.sources().len();
            plot.sources_mut().retain(|name| name != stream);
            if before > 0 && plot.sources().is_empty() {
                emptied.push(plot.key().to_owned());
            }
        }
        for key in emptied {
            self.close(&key);
        }
    }

    /// Takes a stream out of one panel; it is offered from then on, unless another shows it.
    pub(crate) fn remove(&mut self, stream: &str, key: &str) {
        self.edit();
        if let Some(plot) = self.find_mut(key) {
            plot.sources_mut().retain(|name| name != stream);
        }
    }

    /// Closes a panel; its streams are offered. The last one stays.
    pub(crate) fn close(&mut self, key: &str) {
        if self.set.list.len() <= 1 {
            return;
        }
        if let Some(tile) = tree::tile_of(&self.tree, key) {
            self.tree.remove_recursively(tile);
            self.tree.simplify(&self::tree::SIMPLE);
        }
        self.edit();
        self.sort();
        for gone in [&mut self.chosen, &mut self.maximised] {
            if gone.as_deref() == Some(key) {
                *gone = None;
            }
        }
    }

    /// Chooses the next panel, or the one before, as what the keys mean.
    pub(crate) fn choose(&mut self, now: Option<&str>, by: isize) {
        if let Some(key) = self.set.beside(now, by) {
            self.show_panel(&key);
        }
    }

    /// Chooses a panel as what the keys mean, and brings it to sight.
    pub(crate) fn show_panel(&mut self, key: &str) {
        self.tree.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(other) if *other == key));
        if self.maximised.is_some() {
            self.maximised = Some(key.to_owned());
        }
        self.chosen = Some(key.to_owned());
    }

    /// Arranges by itself again.
    pub(crate) fn reset(&mut self) {
        self.set.expected.clear();
        self.is_arranged = false;
        self.made_for = None;
        self.maximised = None;
        self.chosen = None;
    }

    /// How the panels lie.
    pub(crate) fn arrangement(&self) -> Option<Node> {
        tree::node_of(&self.tree)
    }

    /// These panels are there, and others come as their streams do; all of them arrange themselves.
    pub(crate) fn expect(&mut self, settings: Vec<PanelSettings>, options: &Options) {
        for plot in &mut self.set.list {
            let wanted = settings.iter().find(|panel| panel.id == plot.key()).cloned();
            let plain = || PanelSettings { id: plot.key().to_owned(), ..PanelSettings::default() };
            let wanted = wanted.unwrap_or_else(plain);
            if plot.settings() != wanted {
                plot.apply(wanted, options);
            }
        }
        self.set.expected = settings;
        self.is_arranged = false;
        self.made_for = None;
    }

    /// The panels that a layout without places asked for.
    pub(crate) fn expected(&self) -> &[PanelSettings] {
        &self.set.expected
    }

    /// Panels that are there by a layout without places, whatever they show now.
    pub(crate) fn set_expected(&mut self, expected: Vec<PanelSettings>) {
        self.set.expected = expected;
    }

    /// Takes panels and their places from a layout. A panel that is as the layout has it goes on as it is.
    pub(crate) fn set(&mut self, panels: &[PanelSettings], arrangement: &Node, options: &Options) {
        let mut old = std::mem::take(&mut self.set.list);
        let panel = |settings: &PanelSettings| {
            let same = |plot: &PlotState| plot.key() == settings.id && plot.settings() == *settings;
            if let Some(at) = old.iter().position(same) {
                return old.remove(at);
            }
            let mut plot = PlotState::new(PlotKind::Time, settings.id.clone(), options);
            plot.apply(settings.clone(), options);
            plot
        };
        self.set.list = panels.iter().map(panel).collect();
        self.tree = tree::tree_of(arrangement);
        self.is_arranged = true;
        self.maximised = None;
        self.chosen = None;
        self.sort();
    }
}
