//! The WGSL sources as the GPU gets them, and the layout of the Rust structs that mirror theirs.
//!
//! WGSL has no includes: a pipeline's text is its pieces one after the other.

/// One pipeline's shader.
#[derive(Clone, Copy, Debug)]
pub struct Shader {
    /// Basename of its file in `shaders/`, and of the Rust file.
    pub name: &'static str,
    /// Its pieces in order, as paths in `shaders/`.
    pub pieces: &'static [&'static str],
    /// The whole text.
    pub source: &'static str,
}

/// A Rust struct that is written into a buffer which a WGSL struct of the same name reads.
#[derive(Clone, Copy, Debug)]
pub struct Mirror {
    /// The shader that has the struct.
    pub shader: &'static str,
    /// The struct's name on both sides.
    pub name: &'static str,
    /// Bytes from one instance to the next.
    pub size: usize,
    /// Each field's name and its offset in bytes, in order.
    pub fields: &'static [(&'static str, usize)],
}

/// The [`Shader`] of `shaders/$name.wgsl` behind the pieces named before it.
macro_rules! shader {
    ($name:literal: $($piece:literal),*) => {
        $crate::render::shaders::Shader {
            name: $name,
            pieces: &[$($piece,)* concat!($name, ".wgsl")],
            source: concat!(
                $(include_str!(concat!("../../shaders/", $piece)),)*
                include_str!(concat!("../../shaders/", $name, ".wgsl"))
            ),
        }
    };
}

/// The [`Mirror`] of a Rust struct in the shader named.
macro_rules! mirror {
    ($shader:literal, $name:ident: $($field:ident),*) => {
        $crate::render::shaders::Mirror {
            shader: $shader,
            name: stringify!($name),
            size: size_of::<$name>(),
            fields: &[$((stringify!($field), std::mem::offset_of!($name, $field))),*],
        }
    };
}

pub(super) use {mirror, shader};
