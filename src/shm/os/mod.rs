//! What `shm` asks of the operating system, and a file or folder for each system that answers. Nothing else of a stream
//! calls the system in a way that std does not have.
//!
//! A system is added by a folder like `linux` that has every name below. Where there is none yet, `unsupported` stands
//! in: everything compiles, and the first call that would create or find a stream says so.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(not(target_os = "linux"))]
mod unsupported;
#[cfg(not(target_os = "linux"))]
use unsupported as system;

#[cfg(all(unix, feature = "cli"))]
pub(crate) use system::heeded_signals;
#[cfg(feature = "cli")]
pub(crate) use system::is_reader_gone;
#[cfg(feature = "viewer")]
pub(crate) use system::thread_id;
#[cfg(feature = "pipe")]
pub(crate) use system::writer_of_standard_input;
pub(crate) use system::{
    FolderChanges, IS_SUPPORTED, Mapping, OwnFile, Registration, allow_descriptors, at_exit,
    create_private_folder, in_own_session, install_handler, is_at, is_byte_locked, is_handler_installed,
    is_locked, is_other_file, is_out_of_descriptors, is_process, is_removed, is_writable_by_others,
    monotonic_nanos, owner, page_size, plain, read_at, shared_memory_len, shared_memory_space, start_time,
    try_lock, try_lock_byte, uid, unix_nanos, unlink, unlock_byte, write_all_at,
};
#[cfg(feature = "cli")]
pub(crate) use system::{Input, InputWaker, Ready};
