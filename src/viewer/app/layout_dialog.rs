//! The dialog that asks for the file of a layout: to save it, or to open one. It asks before it replaces a file, as the one
//! of exports does.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use egui::{Ui, WidgetInfo};

use super::super::export_dialog::{DIALOG_TOP, WIDTH};
use super::App;
use super::parts::AskedPath;
use crate::chart::{Layout, LayoutError, Severity};
use crate::errors::with_causes;

/// The file that a layout is saved in at first.
const FIRST_NAME: &str = "ringplot-layout.toml";

/// What somebody wants of the dialog.
enum Answer {
    Accept,
    Cancel,
}

impl App {
    /// Asks for a file: to save the layout in it, or to open it.
    pub(super) fn ask_path(&mut self, is_save: bool) {
        let known = self.layout.path.clone().unwrap_or_else(|| FIRST_NAME.into());
        let path = std::path::absolute(&known).unwrap_or(known).display().to_string();
        self.layout.asked_path =
            Some(AskedPath { is_save, path, error: String::new(), replaces: false, is_new: true });
    }

    /// Writes the layout that is shown.
    ///
    /// # Errors
    /// As [`Layout::write`].
    fn write_layout(&mut self, path: &Path) -> Result<(), LayoutError> {
        self.layout().write(path)?;
        self.layout.path = Some(path.to_owned());
        self.layout.recent.note(path);
        self.notices.say(Severity::Good, format!("Layout saved in {}", path.display()));
        Ok(())
    }

    /// Reads a layout and shows it.
    ///
    /// # Errors
    /// As [`Layout::read`]; then nothing changes.
    fn open_layout(&mut self, path: &Path) -> Result<(), LayoutError> {
        let layout = Layout::read(path)?;
        self.set_layout(&layout);
        self.layout.path = Some(path.to_owned());
        self.layout.recent.note(path);
        self.notices.say(Severity::Good, format!("Layout {} is shown", path.display()));
        Ok(())
    }

    /// Shows the dialog, if it is open.
    pub(super) fn show_asked_path(&mut self, ui: &Ui) {
        let Some(mut asked) = self.layout.asked_path.take() else { return };
        let title = if asked.is_save { "Save the layout" } else { "Open a layout" };
        let recent = self.layout.recent.list().to_vec();
        let window = egui::Window::new(title).collapsible(false).resizable(false);
        let window = window.anchor(egui::Align2::CENTER_TOP, egui::vec2(0.0, DIALOG_TOP));
        let shown = window.show(ui.ctx(), |ui| show(ui, &mut asked, &recent));
        let answer = shown.and_then(|shown| shown.inner).flatten();
        if matches!(answer, Some(Answer::Cancel)) || ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            return;
        }
        if matches!(answer, Some(Answer::Accept)) {
            match self.accept(&asked) {
                Ok(()) => return,
                Err(error) => asked.error = error,
            }
        }
        self.layout.asked_path = Some(asked);
    }

    fn accept(&mut self, asked: &AskedPath) -> Result<(), String> {
        let path = PathBuf::from(asked.path.trim());
        if path.as_os_str().is_empty() {
            return Err("no file name was given".to_owned());
        }
        if !asked.is_save {
            return self.open_layout(&path).map_err(|error| with_causes(&error));
        }
        if path.symlink_metadata().is_ok() && !asked.replaces {
            return Err("there is such a file already: tick “Replace it”, or choose another name".to_owned());
        }
        self.write_layout(&path).map_err(|error| with_causes(&error))
    }
}

fn show(ui: &mut Ui, asked: &mut AskedPath, recent: &[PathBuf]) -> Option<Answer> {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing.y = 8.0;
    let mut answer = None;
    let field = ui.add(egui::TextEdit::singleline(&mut asked.path).desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "File of the layout"));
    if std::mem::take(&mut asked.is_new) {
        field.request_focus();
    }
    if field.changed() {
        asked.error.clear();
        asked.replaces = false;
    }
    if field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
        answer = Some(Answer::Accept);
    }
    if asked.is_save && Path::new(asked.path.trim()).symlink_metadata().is_ok_and(|found| found.is_file()) {
        ui.checkbox(&mut asked.replaces, "Replace it: there is such a file already");
    }
    if !recent.is_empty() {
        ui.label("Recent files");
        egui::ScrollArea::vertical().max_height(140.0).show(ui, |ui| {
            for path in recent {
                let name = path.display().to_string();
                if ui.add(egui::Button::new(&name).truncate()).on_hover_text(&name).clicked() {
                    asked.path = name;
                    (asked.error, asked.replaces) = (String::new(), false);
                    if !asked.is_save {
                        answer = Some(Answer::Accept);
                    }
                }
            }
        });
    }
    if !asked.error.is_empty() {
        let response = ui.colored_label(ui.visuals().error_fg_color, &asked.error);
        response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &asked.error));
    }
    ui.separator();
    let size = egui::vec2(WIDTH, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if ui.button(if asked.is_save { "Save" } else { "Open" }).clicked() {
            answer = Some(Answer::Accept);
        }
        if ui.button("Cancel").clicked() {
            answer = Some(Answer::Cancel);
        }
    });
    answer
}
