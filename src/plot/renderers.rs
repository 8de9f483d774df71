//! The renderers that paint callbacks find among the resources of egui's renderer.

use std::collections::BTreeMap;

use crate::render::Renderer;

/// A renderer for each of those whose scenes one window shows: 0 is ringplot's own window or picture, the others are widgets.
#[derive(Debug)]
pub(crate) struct SceneRenderers {
    format: wgpu::TextureFormat,
    renderers: BTreeMap<u64, Renderer>,
}

impl SceneRenderers {
    /// None yet, for targets of this format.
    pub(crate) fn new(format: wgpu::TextureFormat) -> Self {
        Self { format, renderers: BTreeMap::new() }
    }

    /// The renderer of this key, made on first use.
    pub(crate) fn of(&mut self, device: &wgpu::Device, key: u64) -> &mut Renderer {
        self.renderers.entry(key).or_insert_with(|| Renderer::new(device, self.format))
    }

    /// The renderer of this key, if its scenes were prepared.
    pub(super) fn get(&self, key: u64) -> Option<&Renderer> {
        self.renderers.get(&key)
    }

    /// Forgets the renderers that are not wanted any more.
    pub(crate) fn retain(&mut self, is_wanted: impl Fn(u64) -> bool) {
        self.renderers.retain(|key, _| is_wanted(*key));
    }
}
