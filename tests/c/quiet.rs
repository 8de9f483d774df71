//! What the data path does besides storing: nothing that the system or the allocator sees.

use std::process::Command;

use super::compiler::{folder, missing, program};
use super::streams::registry;

/// Two calls of `getppid` tell where the pushes begin and end.
#[test]
fn pushes_make_no_system_call_and_neither_allocate_nor_lock() {
    registry();
    let Some(quiet) = program("gcc", "quiet.c", &["-std=gnu11", "-O2"]) else { return };
    let output = Command::new(&quiet).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "at create some, then 0\n");
    let trace = folder().join("quiet.trace");
    let strace = Command::new("strace").arg("-f").arg("-o").arg(&trace).arg(&quiet).output();
    let is_traced = strace.as_ref().is_ok_and(|output| output.status.success());
    if !is_traced {
        return missing(&format!("system calls of C: strace cannot run here: {strace:?}"));
    }
    let text = std::fs::read_to_string(trace).unwrap();
    let calls: Vec<&str> = text.lines().filter(|line| !line.contains("---")).collect();
    let marks: Vec<usize> =
        calls.iter().enumerate().filter(|(_, call)| call.contains("getppid(")).map(|(at, _)| at).collect();
    let [begin, end] = marks[..] else { panic!("{text}") };
    assert_eq!(calls[begin + 1..end], [""; 0]);
    assert!(begin > 50, "create makes calls, and they are seen");
}
