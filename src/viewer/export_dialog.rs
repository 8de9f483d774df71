//! The export dialog.

use std::path::{Path, PathBuf};

use egui::{Key, Ui};

use crate::chart::format;
use crate::export::{ExportRange, Format};
use crate::plot::Theme;

/// Width of the dialog, points.
pub(crate) const WIDTH: f32 = 440.0;
/// Where the top of a dialog lies, points below that of the window: it stays there whatever appears in the dialog.
pub(crate) const DIALOG_TOP: f32 = 60.0;
/// What lies above and below the list of streams, points.
const BESIDE_LIST: f32 = 420.0;
/// Width of the column of names, points.
const NAMES: f32 = 70.0;

/// What the dialog asks for.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) format: Format,
    /// The key of a plot; the whole window without one.
    pub(crate) plot: Option<String>,
    pub(crate) range: ExportRange,
    /// Streams that are left out.
    pub(crate) left_out: Vec<String>,
    pub(crate) scale: u8,
    pub(crate) path: String,
    pub(crate) replaces: bool,
    pub(crate) error: Option<String>,
    /// What is being written for it.
    pub(crate) waits_for: Option<PathBuf>,
    is_new: bool,
}

impl Dialog {
    pub(crate) fn new(place: &Path) -> Self {
        Self {
            format: Format::Png,
            plot: None,
            range: ExportRange::Visible,
            left_out: Vec::new(),
            scale: 1,
            path: place.display().to_string(),
            replaces: false,
            error: None,
            waits_for: None,
            is_new: true,
        }
    }

    pub(crate) fn waits_for(&self, place: &Path) -> bool {
        self.waits_for.as_deref() == Some(place)
    }

    /// Something went wrong; it may be tried again.
    pub(crate) fn refuse(&mut self, error: String) {
        self.error = Some(error);
        self.waits_for = None;
    }

    pub(crate) fn place(&self) -> PathBuf {
        let path = PathBuf::from(self.path.trim());
        std::env::current_dir().map_or(path.clone(), |folder| folder.join(path))
    }

    fn choose(&mut self, format: Format) {
        let path = Path::new(&self.path);
        let is_ours = path
            .extension()
            .is_some_and(|end| Format::ALL.iter().any(|(format, _)| end == format.extension()));
        if is_ours {
            self.path = path.with_extension(format.extension()).display().to_string();
        }
        self.format = format;
        self.error = None;
    }
}

/// What somebody did in the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Export,
    Cancel,
}

/// What there is to choose from.
pub(crate) struct Choices {
    pub(crate) plots: Vec<String>,
    pub(crate) streams: Vec<(String, String)>,
    pub(crate) has_cursors: bool,
    pub(crate) share: Option<f32>,
    pub(crate) is_running: bool,
    /// Rows and bytes of the file, about; `None` where it is a picture.
    pub(crate) size: Option<(u64, u64)>,
}

impl Dialog {
    pub(crate) fn show(&mut self, ui: &mut Ui, choices: &Choices, theme: &Theme) -> Option<Answer> {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 8.0;
        let is_running = choices.is_running;
        let mut has_entered = false;
        ui.add_enabled_ui(!is_running, |ui| {
            row(ui, "What", |ui, _| {
                for (format, name) in Format::ALL {
                    if ui.radio(self.format == format, name).clicked() {
                        self.choose(format);
                    }
                }
            });
            row(ui, "Of", |ui, label| {
                let name = self.plot.clone().unwrap_or_else(|| "whole window".to_owned());
                let shown = egui::ComboBox::from_id_salt("export plot").selected_text(name).width(220.0);
                let shown = shown.show_ui(ui, |ui| {
                    ui.selectable_value(&mut self.plot, None, "whole window");
                    for key in &choices.plots {
                        ui.selectable_value(&mut self.plot, Some(key.clone()), key);
                    }
                });
                shown.response.labelled_by(label);
            });
            match self.format {
                Format::Png => row(ui, "Size", |ui, _| {
                    for scale in 1..=3 {
                        ui.radio_value(&mut self.scale, scale, format!("{scale}×"));
                    }
                }),
                Format::Svg => {}
                Format::Csv => self.data(ui, choices),
            }
            row(ui, "File", |ui, label| {
                let field = egui::TextEdit::singleline(&mut self.path).desired_width(f32::INFINITY);
                let response = ui.add(field).labelled_by(label);
                if std::mem::take(&mut self.is_new) {
                    response.request_focus();
                }
                if response.changed() {
                    self.error = None;
                    self.replaces = false;
                }
                has_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            });
            if !is_running && self.place().symlink_metadata().is_ok_and(|found| found.is_file()) {
                row(ui, "", |ui, _| {
                    ui.checkbox(&mut self.replaces, "Replace it: there is such a file already");
                });
            }
        });
        if let (Format::Csv, Some((rows, bytes))) = (self.format, choices.size) {
            let text = format!("about {} rows, {}", format::count(rows), format::bytes(bytes));
            row(ui, "Size", |ui, _| {
                ui.label(text);
            });
        }
        if let Some(error) = &self.error {
            let response = ui.colored_label(theme.bad, error);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Alert, true, error));
        }
        if let (true, Some(share)) = (is_running, choices.share) {
            let bar = egui::ProgressBar::new(share).desired_width(WIDTH).show_percentage();
            let response = ui.add(bar);
            response.widget_info(|| {
                let mut info =
                    egui::WidgetInfo::labeled(egui::accesskit::Role::ProgressIndicator, true, "Export");
                info.value = Some(f64::from(share) * 100.0);
                info
            });
        }
        let answer = buttons(ui, is_running);
        // Enter in the field of the file is the button.
        answer.or((has_entered && !is_running).then_some(Answer::Export))
    }

    fn data(&mut self, ui: &mut Ui, choices: &Choices) {
        row(ui, "Range", |ui, _| {
            ui.radio_value(&mut self.range, ExportRange::Visible, "visible");
            ui.add_enabled_ui(choices.has_cursors, |ui| {
                ui.radio_value(&mut self.range, ExportRange::Cursors, "between cursors A and B");
            });
            ui.radio_value(&mut self.range, ExportRange::Held, "all held");
        });
        row(ui, "Streams", |ui, _| {
            // As tall as there is room, with what lies above and below it.
            let height = (ui.ctx().content_rect().height() - BESIDE_LIST).max(60.0);
            let list = egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height);
            list.show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                for (name, label) in &choices.streams {
                    let mut is_chosen = !self.left_out.contains(name);
                    if ui.checkbox(&mut is_chosen, label).changed() {
                        self.left_out.retain(|other| other != name);
                        if !is_chosen {
                            self.left_out.push(name.clone());
                        }
                    }
                }
            });
        });
    }
}

fn buttons(ui: &mut Ui, is_running: bool) -> Option<Answer> {
    let mut answer = None;
    ui.separator();
    let size = egui::vec2(WIDTH, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if ui.add_enabled(!is_running, egui::Button::new("Save")).clicked() {
            answer = Some(Answer::Export);
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}

/// A row of the dialog: its name, and what belongs to it.
fn row(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui, egui::Id)) {
    ui.horizontal(|ui| {
        let size = egui::vec2(NAMES, ui.spacing().interact_size.y);
        let label =
            ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.set_min_width(NAMES);
                ui.label(name).id
            });
        ui.vertical(|ui| ui.horizontal_wrapped(|ui| add(ui, label.inner)));
    });
}
