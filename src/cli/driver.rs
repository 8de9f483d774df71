//! What has to be so before a Vulkan driver is loaded.

/// Starts this program anew in its own place, with Mesa's layer that orders devices turned off, where that would print
/// errors of its own: it asks the Wayland display for its GPU, and there is none without `XDG_RUNTIME_DIR`.
///
/// A variable of the environment turns it off, and a process can only be started with one: in a process that may have
/// threads none can be set safely. Comes back where nothing is to be done, or nothing can be.
#[cfg(target_os = "linux")]
pub(super) fn keep_quiet() {
    use std::os::unix::process::CommandExt;

    const OFF: &str = "NODEVICE_SELECT";
    let has_folder =
        std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|dir| std::path::Path::new(&dir).is_absolute());
    if has_folder || std::env::var_os(OFF).is_some() {
        return;
    }
    let Ok(own) = std::env::current_exe() else { return };
    let mut args = std::env::args_os();
    let mut command = std::process::Command::new(own);
    if let Some(name) = args.next() {
        command.arg0(name);
    }
    // Only comes back with an error, and then the driver may print what it likes.
    let _ = command.args(args).env(OFF, "1").exec();
}

/// Nothing is to be done on other systems.
#[cfg(not(target_os = "linux"))]
pub(super) fn keep_quiet() {}
