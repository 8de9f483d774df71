//! The dialog for a new derived trace, and the list of those that there are.

use egui::{Align2, ComboBox, Context, Key, RichText, TextEdit, Ui, vec2};

use super::export_dialog::DIALOG_TOP;
use crate::chart::StreamSnapshot;
use crate::plot::{SMALL, Theme};
use crate::store::{
    DerivedError, DerivedSpec, Formula, Scaling, Settings, Store, WindowFunction, parse_window,
};
use crate::stream::StreamKind;

/// What can be derived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Choice {
    Derivative,
    #[default]
    Mean,
    Rms,
    Difference,
    Ratio,
    Amplitude,
    Psd,
}

impl Choice {
    const ALL: [Self; 7] =
        [Self::Derivative, Self::Mean, Self::Rms, Self::Difference, Self::Ratio, Self::Amplitude, Self::Psd];

    fn title(self) -> &'static str {
        match self {
            Self::Derivative => "Derivative",
            Self::Mean => "Moving mean",
            Self::Rms => "Moving rms",
            Self::Difference => "Difference of two streams",
            Self::Ratio => "Ratio of two streams",
            Self::Amplitude => "Spectrum: amplitude (FFT)",
            Self::Psd => "Spectrum: power density (PSD)",
        }
    }

    fn has_two(self) -> bool {
        matches!(self, Self::Difference | Self::Ratio)
    }
}

/// The dialog's state: what was chosen stays chosen for the next time.
#[derive(Clone, Debug)]
pub(crate) struct DeriveDialog {
    is_open: bool,
    choice: Choice,
    sources: [String; 2],
    window: String,
    settings: Settings,
    name: String,
    pub(crate) error: Option<String>,
}

impl Default for DeriveDialog {
    fn default() -> Self {
        Self {
            is_open: false,
            choice: Choice::default(),
            sources: [String::new(), String::new()],
            window: "100".to_owned(),
            settings: Settings::default(),
            name: String::new(),
            error: None,
        }
    }
}

impl DeriveDialog {
    /// Opens it, or closes it if it is open.
    pub(crate) fn toggle(&mut self) {
        self.is_open = !self.is_open;
        self.error = None;
    }

    /// Opens it with a stream chosen.
    pub(crate) fn open_for(&mut self, stream: &str) {
        (self.is_open, self.error) = (true, None);
        stream.clone_into(&mut self.sources[0]);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Closes it; whether it was open.
    pub(crate) fn close(&mut self) -> bool {
        std::mem::take(&mut self.is_open)
    }

    /// What is chosen now.
    fn spec(&self) -> Result<DerivedSpec, DerivedError> {
        let [a, b] = self.sources.clone();
        let window = || {
            let value = self.window.chars().take(40).collect();
            let range = "a number of samples such as 100, or a time such as 0.1s";
            parse_window(&self.window).ok_or(DerivedError::BadValue { what: "window", value, range })
        };
        let spectrum = |scaling| Settings { scaling, ..self.settings };
        let formula = match self.choice {
            Choice::Derivative => Formula::Derivative(a),
            Choice::Mean => Formula::Mean(a, window()?),
            Choice::Rms => Formula::Rms(a, window()?),
            Choice::Difference => Formula::Difference(a, b),
            Choice::Ratio => Formula::Ratio(a, b),
            Choice::Amplitude => Formula::Spectrum(a, spectrum(Scaling::Amplitude)),
            Choice::Psd => Formula::Spectrum(a, spectrum(Scaling::Density)),
        };
        formula.check()?;
        Ok(DerivedSpec { name: self.name.trim().to_owned(), formula })
    }

    /// Shows it, if it is open.
    pub(crate) fn show(&mut self, ctx: &Context, store: &Store, streams: &[StreamSnapshot], theme: &Theme) {
        if !self.is_open {
            return;
        }
        let names: Vec<&str> = streams
            .iter()
            .filter(|stream| matches!(stream.info.kind, StreamKind::Timed | StreamKind::Uniform))
            .map(|stream| stream.info.meta.name.as_str())
            .collect();
        for (source, name) in self.sources.iter_mut().zip(names.iter().chain(names.last()).copied()) {
            if !names.contains(&source.as_str()) {
                name.clone_into(source);
            }
        }
        let mut is_open = true;
        egui::Window::new("Derived traces")
            .open(&mut is_open)
            .anchor(Align2::CENTER_TOP, vec2(0.0, DIALOG_TOP))
            .resizable(false)
            .collapsible(false)
            .show(ctx, |ui| {
                ui.set_width(380.0);
                // The dialog's own ground is that of text fields, too.
                ui.visuals_mut().text_edit_bg_color = Some(theme.window);
                if names.is_empty() {
                    ui.label("There is no stream over time yet.");
                } else {
                    self.fields(ui, &names);
                    self.end(ui, store, theme);
                }
                existing(ui, store, theme);
            });
        self.is_open &= is_open;
    }

    fn fields(&mut self, ui: &mut Ui, names: &[&str]) {
        egui::Grid::new("fields of a derived trace").num_columns(2).spacing(vec2(12.0, 8.0)).show(ui, |ui| {
            pick(
                ui,
                "What",
                &mut self.choice,
                &Choice::ALL.map(|choice| (choice, choice.title().to_owned())),
            );
            let streams: Vec<(String, String)> =
                names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect();
            let titles = match self.choice {
                Choice::Difference => ["First", "minus"],
                Choice::Ratio => ["First", "divided by"],
                _ => ["Of", ""],
            };
            pick(ui, titles[0], &mut self.sources[0], &streams);
            if self.choice.has_two() {
                pick(ui, titles[1], &mut self.sources[1], &streams);
            }
            match self.choice {
                Choice::Mean | Choice::Rms => {
                    text(ui, "Window", &mut self.window, "samples, or a time such as 0.1s".to_owned());
                }
                Choice::Amplitude | Choice::Psd => {
                    let lengths = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map(|log2| 1_usize << log2);
                    let lengths = lengths.map(|length| (length, format!("{length} samples")));
                    pick(ui, "Length", &mut self.settings.length, &lengths);
                    let tapers = WindowFunction::ALL.map(|taper| (taper, taper.name().to_owned()));
                    pick(ui, "Window", &mut self.settings.taper, &tapers);
                    let averages = [1, 2, 4, 8, 16, 32, 64, 128].map(|n: u32| {
                        (n, if n == 1 { "no averaging".to_owned() } else { format!("of {n} segments") })
                    });
                    pick(ui, "Average", &mut self.settings.average, &averages);
                }
                _ => {}
            }
            let hint = self.spec().map_or_else(|_| String::new(), |spec| spec.formula.to_string());
            text(ui, "Name", &mut self.name, hint);
        });
    }

    fn end(&mut self, ui: &mut Ui, store: &Store, theme: &Theme) {
        ui.add_space(6.0);
        if let Some(error) = &self.error {
            ui.label(RichText::new(error).color(theme.bad).size(SMALL));
        }
        let is_entered = ui.input(|i| i.key_pressed(Key::Enter)) && ui.memory(|m| m.focused().is_none());
        if ui.button("Add").clicked() || is_entered {
            match self.spec().and_then(|spec| store.derived().add(spec)) {
                Ok(()) => {
                    self.name.clear();
                    (self.error, self.is_open) = (None, false);
                }
                Err(error) => self.error = Some(error.to_string()),
            }
        }
    }
}

/// Those that there are, each with a button that removes it.
fn existing(ui: &mut Ui, store: &Store, theme: &Theme) {
    let derived = store.derived();
    let list = derived.list();
    if list.is_empty() {
        return;
    }
    ui.separator();
    egui::ScrollArea::vertical().max_height(160.0).show(ui, |ui| {
        for status in list {
            let name = status.spec.shown_name();
            ui.horizontal(|ui| {
                let button = ui.small_button("×");
                let label = format!("Remove {name}");
                button.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &label));
                if button.on_hover_text(label).clicked() {
                    derived.remove(&name);
                }
                let formula = status.spec.formula.to_string();
                let text = if name == formula { name } else { format!("{name} = {formula}") };
                ui.add(egui::Label::new(text).truncate());
            });
            if status.name != status.spec.shown_name() {
                let text = format!("called {}: a stream has its name", status.name);
                ui.label(RichText::new(text).color(theme.warn).size(SMALL));
            }
            if let Some(error) = status.waits_for {
                ui.label(RichText::new(format!("waits: {error}")).color(theme.warn).size(SMALL));
            }
        }
    });
}

/// A labelled choice.
fn pick<T: PartialEq + Clone>(ui: &mut Ui, title: &str, value: &mut T, choices: &[(T, String)]) {
    let label = ui.label(title);
    let shown = choices.iter().find(|(choice, _)| choice == value).map_or("", |(_, text)| text.as_str());
    let combo = ComboBox::from_id_salt(("derived", title)).width(260.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        for (choice, text) in choices {
            ui.selectable_value(value, choice.clone(), text);
        }
    });
    response.response.labelled_by(label.id);
    ui.end_row();
}

/// A labelled line of text.
fn text(ui: &mut Ui, title: &str, value: &mut String, hint: String) {
    let label = ui.label(title);
    ui.add(TextEdit::singleline(value).hint_text(hint).char_limit(128).desired_width(260.0))
        .labelled_by(label.id);
    ui.end_row();
}
