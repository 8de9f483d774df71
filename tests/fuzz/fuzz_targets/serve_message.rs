#![no_main]

#[path = "../../common/serve_target.rs"]
mod serve_target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    serve_target::message(data);
});
