//! Fonts for names in any script: what egui's own fonts lack is looked for among those of the system.

use std::sync::{Arc, OnceLock};

use egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui::{Context, FontData};

/// The fonts of the system, looked for once a process and only when a character is missing.
static SYSTEM: OnceLock<fontdb::Database> = OnceLock::new();

/// Lets a context find what its fonts lack.
pub(crate) fn install(ctx: &Context) {
    ctx.add_font_provider(Arc::new(System));
}

struct System;

impl FontProvider for System {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        of_the_system(request.cluster.chars().next()?)
    }
}

/// A font of the system that has a character.
pub(crate) fn of_the_system(wanted: char) -> Option<FontInsert> {
    let fonts = SYSTEM.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        fonts
    });
    let has_it = |face: &&fontdb::FaceInfo| {
        let index = fonts.with_face_data(face.id, |data, index| {
            ttf_parser::Face::parse(data, index).ok()?.glyph_index(wanted)
        });
        index.flatten().is_some()
    };
    // Upright and of usual weight where there is one.
    let is_plain = |face: &&fontdb::FaceInfo| {
        face.style == fontdb::Style::Normal && face.weight == fontdb::Weight::NORMAL
    };
    let face = fonts.faces().filter(is_plain).find(has_it).or_else(|| fonts.faces().find(has_it))?;
    let (data, index) = fonts.with_face_data(face.id, |data, index| (data.to_vec(), index))?;
    let mut font = FontData::from_owned(data);
    font.index = index;
    Some(FontInsert::new(&face.post_script_name, font, Vec::new()))
}
