//! Every shader is valid WGSL and its structs lie in memory as the Rust structs that are copied into them. Needs no GPU.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ringplot::render::{Mirror, Shader, mirrors, shader_sources};
use wgpu::naga::front::wgsl;
use wgpu::naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu::naga::{Module, ShaderStage, TypeInner};

fn parse(shader: &Shader) -> Module {
    wgsl::parse_str(shader.source).unwrap_or_else(|error| {
        panic!("{}.wgsl: {}", shader.name, error.emit_to_string(shader.source));
    })
}

/// Name, size in bytes of one instance, and fields with their offsets.
type Layout = (String, u32, Vec<(String, u32)>);

/// Every struct that a buffer holds.
fn buffer_structs(module: &Module) -> Vec<Layout> {
    let mut found = Vec::new();
    for (_, variable) in module.global_variables.iter() {
        let mut inner = &module.types[variable.ty];
        let mut stride = None;
        if let TypeInner::Array { base, stride: bytes, .. } = inner.inner {
            inner = &module.types[base];
            stride = Some(bytes);
        }
        if let TypeInner::Struct { members, span } = &inner.inner {
            let fields =
                members.iter().map(|m| (m.name.clone().expect("WGSL names fields"), m.offset)).collect();
            found.push((inner.name.clone().expect("WGSL names structs"), stride.unwrap_or(*span), fields));
        }
    }
    found
}

fn mirror_struct(mirror: &Mirror) -> Layout {
    let bytes = |bytes| u32::try_from(bytes).expect("a small struct");
    let fields = mirror.fields.iter().map(|(name, offset)| ((*name).to_owned(), bytes(*offset))).collect();
    (mirror.name.to_owned(), bytes(mirror.size), fields)
}

#[test]
fn every_shader_is_valid() {
    for shader in shader_sources() {
        let module = parse(&shader);
        let checked = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
        if let Err(error) = checked {
            panic!("{}.wgsl: {}", shader.name, error.emit_to_string(shader.source));
        }
    }
}

#[test]
fn every_shader_has_both_entry_points() {
    for shader in shader_sources() {
        let module = parse(&shader);
        let entries: Vec<_> = module.entry_points.iter().map(|e| (e.stage, e.name.as_str())).collect();
        assert_eq!(
            entries,
            [(ShaderStage::Vertex, "vs_main"), (ShaderStage::Fragment, "fs_main")],
            "{}.wgsl",
            shader.name
        );
    }
}

#[test]
fn structs_match_their_mirrors() {
    for shader in shader_sources() {
        for found in buffer_structs(&parse(&shader)) {
            let mirror = mirrors()
                .into_iter()
                .find(|m| m.name == found.0 && (m.shader == shader.name || m.name == "View"))
                .unwrap_or_else(|| panic!("{}.wgsl: {} has no mirror", shader.name, found.0));
            assert_eq!(found, mirror_struct(&mirror), "{}.wgsl", shader.name);
        }
    }
}

#[test]
fn every_mirror_has_its_struct() {
    for mirror in mirrors() {
        let shader = shader_sources().into_iter().find(|s| s.name == mirror.shader).expect(mirror.shader);
        let found = buffer_structs(&parse(&shader));
        assert!(found.iter().any(|f| f.0 == mirror.name), "{}.wgsl has no {}", mirror.shader, mirror.name);
    }
}

#[test]
fn every_file_is_used_and_every_pipeline_has_a_rust_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut on_disk = BTreeSet::new();
    for folder in ["", "common/"] {
        for entry in fs::read_dir(root.join("shaders").join(folder)).expect("the shaders folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "wgsl") {
                let name = path.file_name().expect("a name").to_string_lossy();
                on_disk.insert(format!("{folder}{name}"));
            }
        }
    }
    let used: BTreeSet<_> =
        shader_sources().iter().flat_map(|s| s.pieces).map(|piece| (*piece).to_owned()).collect();
    assert_eq!(on_disk, used);
    for shader in shader_sources() {
        let file = root.join("src/render").join(shader.name).with_extension("rs");
        assert!(file.is_file(), "{}", file.display());
    }
}
