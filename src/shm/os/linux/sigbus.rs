//! Surviving a segment that somebody cuts short: touching what is gone is a SIGBUS, which kills.
//!
//! A handler, installed only when the program asks for it, puts zeroed private pages where pages of one of *our* mappings
//! are gone, remembers that for the mapping, and lets the access go on. Every other SIGBUS is passed on to whatever
//! handled it before, or kills as it would have.
//!
//! The handler takes no lock and allocates nothing: it walks a list of nodes that only ever grows, and makes two system
//! calls that are plain numbers. A mapping is in the list for as long as somebody can touch it, so what the handler finds
//! there is mapped while it looks.
#![expect(unsafe_code, reason = "a signal handler; see the reasons at each")]

use std::ffi::{c_int, c_void};
use std::io;
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::fork::{ADDING_MAPPING, handle_forks};
use super::process::{errno, page_size, set_errno};
use crate::ring::sync::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};

/// `BUS_ADRERR`, the same wherever there is one: a page that is not to be had, and neither broken memory nor a signal that
/// somebody sent.
const PAGE_IS_GONE: c_int = 2;
/// Ranges in a node of the list.
const RANGES: usize = 64;

/// One mapping, in bytes. Free while `begin` is 0.
struct MappedRange {
    begin: AtomicUsize,
    end: AtomicUsize,
    /// Where the pages begin that were put in place of lost ones; `end` while there are none.
    replaced: AtomicUsize,
}

impl MappedRange {
    const fn new() -> Self {
        Self { begin: AtomicUsize::new(0), end: AtomicUsize::new(0), replaced: AtomicUsize::new(0) }
    }
}

struct Node {
    ranges: [MappedRange; RANGES],
    next: AtomicPtr<Node>,
}

impl Node {
    const fn new() -> Self {
        Self { ranges: [const { MappedRange::new() }; RANGES], next: AtomicPtr::new(ptr::null_mut()) }
    }
}

static FIRST: Node = Node::new();
static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
static PAGE: AtomicUsize = AtomicUsize::new(0);
/// What handled SIGBUS before.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// The nodes of the list, of which none is ever freed.
fn nodes() -> impl Iterator<Item = &'static Node> {
    std::iter::successors(Some(&FIRST), |node| {
        // ORDERING: Acquire; pairs with the store in `Registration::new`: the node is there.
        let next = node.next.load(Ordering::Acquire);
        // SAFETY: null, or a node that was leaked for this list.
        unsafe { next.as_ref() }
    })
}

/// A mapping that the handler knows of, until this is dropped: before the mapping goes.
pub(crate) struct Registration(&'static MappedRange);

impl Registration {
    /// Registers `len` bytes from `begin` on, which are mapped and stay so for as long as the value lives.
    pub(crate) fn new(begin: *const u8, len: usize) -> Self {
        let (begin, end) = (begin.addr(), begin.addr().saturating_add(len));
        handle_forks();
        // The handler never takes it.
        let _adding = ADDING_MAPPING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = &FIRST;
        for node in nodes() {
            last = node;
            // ORDERING: Acquire; pairs with the store in `drop`: the range is no longer used.
            if let Some(range) = node.ranges.iter().find(|range| range.begin.load(Ordering::Acquire) == 0) {
                return Self::fill(range, begin, end);
            }
        }
        let node: &'static Node = Box::leak(Box::new(Node::new()));
        let registration = Self::fill(&node.ranges[0], begin, end);
        // ORDERING: Release; pairs with the load in `nodes`.
        last.next.store(ptr::from_ref(node).cast_mut(), Ordering::Release);
        registration
    }

    fn fill(range: &'static MappedRange, begin: usize, end: usize) -> Self {
        // ORDERING: Release; pairs with the fence in `replace`: who sees what is stored below sees that the range was
        // given up by whoever had it before.
        fence(Ordering::Release);
        range.end.store(end, Ordering::Relaxed);
        range.replaced.store(end, Ordering::Relaxed);
        // ORDERING: Release; pairs with the load in `replace`: who sees the begin sees the end.
        range.begin.store(begin, Ordering::Release);
        Self(range)
    }

    /// Whether no page of the mapping was lost. Compare after an Acquire fence that follows what was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.replaced.load(Ordering::Relaxed) == self.0.end.load(Ordering::Relaxed)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // ORDERING: Release; pairs with the loads in `Registration::new`. No thread touches the mapping any more.
        self.0.begin.store(0, Ordering::Release);
    }
}

/// Whether the handler is in place.
pub(crate) fn is_handler_installed() -> bool {
    IS_INSTALLED.load(Ordering::Relaxed)
}

/// Installs the handler, once.
pub(crate) fn install_handler() -> io::Result<()> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _installing = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if is_handler_installed() {
        return Ok(());
    }
    PAGE.store(page_size() as usize, Ordering::Relaxed);
    // SAFETY: an all-zero sigaction is a valid value of that plain struct.
    let nothing: libc::sigaction = unsafe { std::mem::zeroed() };
    let (mut action, mut before) = (nothing, nothing);
    let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_sigbus;
    action.sa_sigaction = handler as usize;
    // On the alternative stack, if the thread has one, as the handler of a stack overflow must be.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the handler only makes async-signal-safe calls, and has the signature that SA_SIGINFO asks for.
    if unsafe { libc::sigaction(libc::SIGBUS, &raw const action, &raw mut before) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // A fault of another thread before this line comes again until it is set.
    let _ = BEFORE.set(before);
    IS_INSTALLED.store(true, Ordering::Relaxed);
    Ok(())
}

extern "C" fn on_sigbus(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let errno = errno();
    // SAFETY: with SA_SIGINFO the system gives a siginfo that is valid until the handler returns.
    let given = unsafe { &*info };
    let code = given.si_code;
    // SAFETY: a number in a union of plain values, of which any bits will do; it is compared, and never followed.
    let address = unsafe { given.si_addr() }.addr();
    if code == PAGE_IS_GONE && replace(address) {
        set_errno(errno);
        return;
    }
    pass_on(signal, code, info, context);
    set_errno(errno);
}

/// Puts zeroed pages from the one that holds `address` to the end of its mapping; `false` when that is none of ours.
fn replace(address: usize) -> bool {
    for range in nodes().flat_map(|node| &node.ranges) {
        // ORDERING: Acquire; pairs with `Registration::fill`.
        let begin = range.begin.load(Ordering::Acquire);
        let end = range.end.load(Ordering::Relaxed);
        if begin == 0 || !(begin..end).contains(&address) {
            continue;
        }
        // ORDERING: Acquire; pairs with the fence in `Registration::fill`. A range that was given away between the two loads
        // is no match: the mapping that faulted keeps its own.
        fence(Ordering::Acquire);
        if range.begin.load(Ordering::Relaxed) != begin {
            continue;
        }
        let page = address & !(PAGE.load(Ordering::Relaxed) - 1);
        let until = range.replaced.load(Ordering::Relaxed).max(page + 1);
        // SAFETY: page-aligned, and within a mapping of ours that the faulting access keeps alive; nothing but atomic
        // accesses to shared memory lies there, for which another process may store anything at any time.
        let at = unsafe {
            libc::mmap(
                ptr::without_provenance_mut(page),
                until - page,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if at == libc::MAP_FAILED {
            return false;
        }
        range.replaced.fetch_min(page, Ordering::Relaxed);
        return true;
    }
    false
}

/// Does what would have been done without this handler.
fn pass_on(signal: c_int, code: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let Some(before) = BEFORE.get() else { return };
    match before.sa_sigaction {
        libc::SIG_DFL | libc::SIG_IGN => {
            // SAFETY: `before` is what sigaction gave.
            unsafe { libc::sigaction(signal, before, ptr::null_mut()) };
            if code <= 0 {
                // Sent, and not a fault, which comes again by itself when this handler returns.
                // SAFETY: raises a signal that is blocked until then.
                unsafe { libc::raise(signal) };
            }
        }
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: a handler that was installed with SA_SIGINFO has this signature.
            let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) =
                unsafe { std::mem::transmute(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: a handler that was installed without SA_SIGINFO has this one.
            let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(handler) };
            handler(signal);
        }
    }
}
