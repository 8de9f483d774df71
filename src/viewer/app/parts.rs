//! Parts of the state of an app.

/// The palette while it is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Palette {
    pub(crate) text: String,
    /// The entry that Enter means.
    pub(crate) chosen: usize,
    pub(crate) is_opened: bool,
}

/// The box that asks for the file of a layout.
#[derive(Clone, Debug)]
pub(super) struct AskedPath {
    pub(crate) is_save: bool,
    pub(crate) path: String,
    pub(crate) error: String,
    pub(crate) is_new: bool,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A window: quick, and complete in a later frame.
    #[default]
    Window,
    /// A picture of the window: complete.
    Screenshot,
    /// A picture for readers: complete, and without what is there to handle a window or to watch producers.
    Figure,
}
