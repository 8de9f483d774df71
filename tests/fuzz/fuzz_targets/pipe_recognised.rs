#![no_main]

#[path = "../../common/pipe_target.rs"]
mod pipe_target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    pipe_target::text(None, data);
});
