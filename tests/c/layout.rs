//! The bytes: one list of offsets, held against the Rust library, the C header and LAYOUT.md.

use std::fmt::Write;
use std::mem::{offset_of, size_of};
use std::process::Command;

use ringplot::ring::layout as rust;
use ringplot::ring::layout::Header;

use super::compiler::{compile, folder, has, root};

/// Field, offset, type in LAYOUT.md: each is asserted in Rust here, and becomes an assertion in C.
macro_rules! header {
    ($($field:ident $offset:literal $type:ident),* $(,)?) => {
        const _: () = {
            $(assert!(offset_of!(Header, $field) == $offset);)*
        };
        const FIELDS: &[(&str, usize, &str, usize)] = &[$((
            stringify!($field),
            $offset,
            stringify!($type),
            size_of_field(|header| &raw const header.$field),
        )),*];
    };
}

const fn size_of_field<T>(_: fn(&Header) -> *const T) -> usize {
    size_of::<T>()
}

header! {
    magic 0x00 u64, major 0x08 u16, minor 0x0A u16, header_len 0x0C u32, segment_len 0x10 u64, endian 0x18 u32,
    point_format 0x1C u32, run_id 0x20 u64, origin_unix_ns 0x28 i64, created_mono_ns 0x30 u64, producer_pid 0x38 u32,
    x_mode 0x3C u32, producer_start_time 0x40 u64, log2_capacity 0x48 u32, log2_block 0x4C u32, max_frame_len 0x50 u32,
    stream_kind 0x54 u32, off_epochs 0x58 u64, off_points 0x60 u64, off_control 0x68 u64, off_meta 0x70 u64,
    len_meta 0x78 u32, crc32 0x7C u32, t0 0x80 f64, rate 0x88 f64,
}

/// Name in C, its value, and the same of the Rust library.
const NUMBERS: [(&str, u64, u64); 16] = [
    ("RP_OFF_WRITE_POSITION", 0x0100, rust::OFF_WRITE_POSITION),
    ("RP_OFF_RESERVED_POSITION", 0x0108, rust::OFF_RESERVED_POSITION),
    ("RP_OFF_STATE", 0x0180, rust::OFF_STATE),
    ("RP_OFF_CLEARED_BEFORE", 0x0188, rust::OFF_CLEARED_BEFORE),
    ("RP_OFF_NEWEST_FRAME", 0x0190, rust::OFF_NEWEST_FRAME),
    ("RP_OFF_FRAME_COUNT", 0x0198, rust::OFF_FRAME_COUNT),
    ("RP_OFF_META", 0x0200, rust::OFF_META),
    ("RP_OFF_CONTROL_OWN_VIEWER", 0x08, rust::OFF_CONTROL_OWN_VIEWER),
    ("RP_MAX_META", 65_024, rust::MAX_META),
    ("RP_BLOCK", 256, rust::BLOCK),
    ("RP_TRAILER", 2, rust::TRAILER),
    ("RP_STATE_LIVE", 1, rust::STATE_LIVE),
    ("RP_STATE_CLOSED", 2, rust::STATE_CLOSED),
    ("RP_STATE_FINISHED", 3, rust::STATE_FINISHED),
    ("sizeof(rp_header)", 0x100, size_of::<Header>() as u64),
    ("sizeof(rp_point)", 8, size_of::<ringplot::Point>() as u64),
];

#[test]
fn every_offset_is_the_same_in_c_in_rust_and_in_the_document() {
    let document = std::fs::read_to_string(root().join("LAYOUT.md")).unwrap();
    let mut text = String::from("#include \"ringplot.h\"\n");
    for (field, offset, kind, size) in FIELDS {
        writeln!(text, "_Static_assert(offsetof(rp_header, {field}) == {offset} && sizeof(((rp_header *)0)->{field}) == {size}, \"{field}\");").unwrap();
        let row = format!("| {offset:#06X} | {kind} | {field} |").replace("0X", "0x");
        assert!(document.contains(&row), "LAYOUT.md lacks {row}");
        assert_eq!(*size, kind[1..].parse::<usize>().unwrap() / 8, "{field}");
    }
    let listed = FIELDS.last().map(|(_, offset, _, size)| offset + size);
    assert_eq!(listed, Some(0x90), "the list ends before the reserved bytes");
    for (name, value, in_rust) in NUMBERS {
        assert_eq!(value, in_rust, "{name}");
        writeln!(text, "_Static_assert({name} == {value}, \"{name}\");").unwrap();
    }
    text += "int main(void) { return 0; }\n";
    for compiler in ["gcc", "clang"] {
        if has(compiler) {
            let source = folder().join(format!("{compiler}-layout.c"));
            std::fs::write(&source, &text).unwrap();
            let out = folder().join(format!("{compiler}-layout"));
            compile(compiler, &["-std=c11", source.to_str().unwrap()], &out);
            assert!(Command::new(out).status().unwrap().success());
        }
    }
}
