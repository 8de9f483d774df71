//! A fork while other threads use streams: the child holds no lock of its parent's, and can create streams of its own.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    unsafe_code,
    reason = "forks; a test fails by panicking, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringplot::Producer;
use ringplot::stream::{BarrierError, wait_at_barrier};
use streams::{Guard, registry, role as played_role};

/// Forks of each kind.
const FORKS: usize = 300;

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    match role.as_str() {
        // Waits at a barrier, and has a child that lives on.
        "forking waiter" => {
            let barrier = args[0].clone();
            std::thread::spawn(move || wait_at_barrier(&barrier, 3, Duration::from_mins(2)));
            std::thread::sleep(Duration::from_millis(200));
            let child = in_child(|| {
                std::thread::sleep(Duration::from_secs(20));
                0
            });
            println!("forked {child}");
            std::thread::sleep(Duration::from_mins(2));
        }
        other => panic!("no role {other}"),
    }
}

/// Forks; the child does `what` and exits with what that gives.
fn in_child(what: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child makes system calls, and calls of this library, whose locks are held over a fork.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let status = what();
        // SAFETY: ends the child without running what belongs to its parent.
        unsafe { libc::_exit(status) };
    }
    assert!(pid > 0, "no fork");
    pid
}

fn status(pid: i32) -> i32 {
    let mut status = 0;
    // SAFETY: a child of this process that was not waited for.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid);
    if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -libc::WTERMSIG(status) }
}

/// Forks again and again while another thread creates and closes a stream; each child must exit with 0.
fn fork_while_another_thread_creates(name: &str, in_each: fn() -> i32) {
    // What a process sets up once, here and in other crates, is not to be caught half done: that cannot be mended.
    drop(Producer::builder(name).capacity(1024).xy().unwrap());
    let is_enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_enough.load(Ordering::Relaxed) {
                drop(Producer::builder(name).capacity(1024).xy().unwrap());
            }
        });
        let seen: Vec<_> = (0..FORKS).map(|_| status(in_child(in_each))).collect();
        is_enough.store(true, Ordering::Relaxed);
        let others = seen.iter().filter(|status| **status != 0).count();
        assert_eq!(others, 0, "of {FORKS} children: {seen:?}");
    });
}

/// How many lock files this process could hold a lock of: allocates nothing.
fn open_lock_files() -> i32 {
    let mut open = 0;
    for fd in 3..64 {
        let mut path = *b"/proc/self/fd/00\0";
        path[14] = b'0' + (fd / 10) as u8;
        path[15] = b'0' + (fd % 10) as u8;
        let from = if fd < 10 {
            path[14] = path[15];
            path[15] = 0;
            &path[..16]
        } else {
            &path[..]
        };
        let mut target = [0u8; 256];
        // SAFETY: a NUL-terminated path, and a buffer of the length given.
        let length = unsafe { libc::readlink(from.as_ptr().cast(), target.as_mut_ptr().cast(), 255) };
        // SAFETY: asks about a descriptor, open or not.
        let mode = unsafe { libc::fcntl(fd, libc::F_GETFL) } & libc::O_ACCMODE;
        let is_lock = length > 0 && target[..length as usize].ends_with(b".lock");
        open += i32::from(is_lock && mode == libc::O_RDWR);
    }
    open
}

#[test]
fn a_child_has_no_lock_file_of_its_parents() {
    registry();
    let _kept = Producer::builder("kept").capacity(1024).xy().unwrap();
    assert!(open_lock_files() >= 1, "the look finds nothing");
    fork_while_another_thread_creates("made/a", open_lock_files);
}

#[test]
fn a_child_can_create_whatever_its_parents_threads_did() {
    registry();
    fork_while_another_thread_creates("made/b", || {
        // SAFETY: one that hangs is ended.
        unsafe { libc::alarm(60) };
        i32::from(Producer::builder("child").capacity(1024).xy().is_err())
    });
}

#[test]
fn a_killed_waiters_child_does_not_count_at_a_barrier() {
    registry();
    let mut waiter = Guard::role("forking waiter", &["fork.gate"]);
    let child = waiter.line("forked");
    waiter.kill();
    match wait_at_barrier("fork.gate", 3, Duration::from_millis(100)) {
        Err(BarrierError::TimedOut { arrived: 1, .. }) => {}
        other => panic!("{other:?}"),
    }
    let pid = child.rsplit(' ').next().unwrap().parse().unwrap();
    // SAFETY: the grandchild, which sleeps for 20 s; its pid is not used again so soon.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}
