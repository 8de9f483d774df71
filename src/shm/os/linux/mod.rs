//! Linux.

mod changes;
mod files;
mod fork;
#[cfg(feature = "cli")]
mod input;
mod locks;
mod memory;
mod process;
mod sigbus;
#[cfg(feature = "pipe")]
mod writer;

pub(crate) use changes::FolderChanges;
pub(crate) use files::{
    create_private_folder, is_at, is_other_file, is_removed, is_writable_by_others, owner, plain, read_at,
    write_all_at,
};
pub(crate) use fork::OwnFile;
#[cfg(feature = "cli")]
pub(crate) use input::{Input, InputWaker, Ready};
pub(crate) use locks::{is_byte_locked, is_locked, try_lock, try_lock_byte, unlock_byte};
pub(crate) use memory::{Mapping, shared_memory_len, shared_memory_space, unlink};
#[cfg(feature = "viewer")]
pub(crate) use process::thread_id;
pub(crate) use process::{
    allow_descriptors, at_exit, in_own_session, is_out_of_descriptors, is_process, monotonic_nanos,
    page_size, start_time, uid, unix_nanos,
};
#[cfg(feature = "cli")]
pub(crate) use process::{heeded_signals, is_reader_gone};
pub(crate) use sigbus::{Registration, install_handler, is_handler_installed};
#[cfg(feature = "pipe")]
pub(crate) use writer::writer_of_standard_input;

/// Whether there can be streams on this system.
pub(crate) const IS_SUPPORTED: bool = true;
