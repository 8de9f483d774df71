//! ringplot on the command line.
fn main() {}
