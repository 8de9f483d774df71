//! A program's own drawing code, run in the viewer.

use egui::Ui;

use super::{App, CustomUi, Draw};
use crate::chart::Options;
use crate::store::Store;

impl App {
    /// A viewer of which `draw` lays out each frame: with panels and shapes of egui, and with [`App::ui`] for the plots,
    /// which take the room that is left. Windows, pictures and drawings show it alike.
    ///
    /// `draw` can run more than once a frame, and is called again when data or input come; for anything else it asks egui
    /// (`ui.ctx().request_repaint_after(..)`). What it reads of the streams it gets from [`Store::read`].
    ///
    /// ```
    /// use ringplot::chart::Options;
    /// use ringplot::store::Store;
    /// use ringplot::viewer::App;
    ///
    /// let mut limit = 1.0;
    /// let app = App::with_ui(Store::new(1 << 20), Options::default(), move |ui, app| {
    ///     egui::Panel::right("limits").show(ui, |ui| {
    ///         ui.add(egui::Slider::new(&mut limit, 0.0..=5.0).text("limit"));
    ///         let newest = app.store().read("sine", |stream| stream.newest()).flatten();
    ///         ui.label(if newest.is_some_and(|(_, y)| y > limit) { "too high" } else { "fine" });
    ///     });
    ///     app.ui(ui);
    /// });
    /// # drop(app);
    /// ```
    pub fn with_ui(store: Store, options: Options, draw: impl FnMut(&mut Ui, &mut Self) + 'static) -> Self {
        let mut app = Self::new(store, options);
        app.draw_by(Box::new(draw));
        app
    }

    /// Has a program lay out the frames from now on.
    pub(crate) fn draw_by(&mut self, draw: Draw) {
        self.own = Some(CustomUi(draw));
    }

    /// Lays one frame out in the whole window, as the program wishes: what a host calls for each frame.
    pub fn frame(&mut self, ui: &mut Ui) {
        let Some(mut own) = self.own.take() else { return self.ui(ui) };
        self.clear_scenes();
        own.0(ui, self);
        self.own = Some(own);
    }
}
