//! Who writes to the pipe that standard input is.

use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// Programs that start another one, and hold its standard output meanwhile: that one is who writes.
const STARTERS: [&str; 10] =
    ["timeout", "time", "sudo", "doas", "nice", "env", "nohup", "strace", "unbuffer", "xargs"];

/// The name of the program that writes to the pipe that standard input is; `None` where that is no pipe, or nobody's of
/// whom the system tells.
pub(crate) fn writer_of_standard_input() -> Option<String> {
    let own = Path::new("/proc/self/fd/0");
    if !std::fs::metadata(own).ok()?.file_type().is_fifo() {
        return None;
    }
    let pipe = std::fs::read_link(own).ok()?;
    let processes = std::fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut writers: Vec<u32> =
        pids.filter(|pid| *pid != std::process::id()).filter(|pid| is_writer(*pid, &pipe)).collect();
    // Of a shell and what it starts, the shell.
    writers.sort_unstable();
    let name = |pid: &u32| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(name.trim_end_matches('\n').to_owned()).filter(|name| !name.is_empty())
    };
    let names: Vec<String> = writers.iter().filter_map(name).collect();
    let is_starter = |name: &&String| STARTERS.contains(&name.as_str());
    names.iter().find(|name| !is_starter(name)).or(names.first()).cloned()
}

/// Whether the process can write to `pipe`.
fn is_writer(pid: u32, pipe: &Path) -> bool {
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    descriptors.filter_map(Result::ok).any(|descriptor| {
        let is_it = std::fs::read_link(descriptor.path()).is_ok_and(|target| target == pipe);
        is_it && can_write(pid, &descriptor.file_name().to_string_lossy())
    })
}

fn can_write(pid: u32, descriptor: &str) -> bool {
    let Ok(info) = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{descriptor}")) else { return false };
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let access = flags.and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
    access.is_some_and(|flags| flags & libc::O_ACCMODE != libc::O_RDONLY)
}
