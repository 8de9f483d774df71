//! Where all this happens: a registry and, where the system lets us, a /dev/shm of this program's own; and what lies there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::board::Board;
use super::streams;

/// Bytes of the /dev/shm of our own.
const SHM: &str = "size=32m,mode=1777";

/// Whether /dev/shm is ours alone, so that whatever lies there is ours.
static IS_OWN_SHM: std::sync::OnceLock<bool> = std::sync::OnceLock::new();

/// A mount namespace of our own, with an empty /dev/shm. Only while there is one thread.
#[expect(unsafe_code, reason = "namespaces and mounts")]
fn own_shared_memory() -> io::Result<()> {
    let check = |rc: libc::c_int| if rc == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    let (root, shm) = (c"/".as_ptr(), c"/dev/shm".as_ptr());
    let options = std::ffi::CString::new(SHM)?;
    // SAFETY: takes flags alone.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) })?;
    let (private, none) = (libc::MS_REC | libc::MS_PRIVATE, std::ptr::null());
    // SAFETY: the paths are NUL-terminated constants; the rest may be null for a change of propagation.
    check(unsafe { libc::mount(none, root, none, private, std::ptr::null()) })?;
    // SAFETY: all strings are NUL-terminated and live for the call.
    check(unsafe { libc::mount(c"tmpfs".as_ptr(), shm, c"tmpfs".as_ptr(), 0, options.as_ptr().cast()) })
}

/// Prepares the place. To be called before there is a second thread.
pub fn prepare() {
    let own = own_shared_memory();
    match &own {
        Ok(()) => println!("/dev/shm: one of our own, in which nothing may be left"),
        Err(error) => println!(
            "/dev/shm: NOT our own, because the system refuses a mount namespace ({error}): \
             only segments that were named or whose header names one of our processes are looked for"
        ),
    }
    let _ = IS_OWN_SHM.set(own.is_ok());
    streams::registry();
    let _ = fs::remove_file(board_file());
}

pub fn is_own_shm() -> bool {
    *IS_OWN_SHM.get().expect("the place was prepared")
}

fn board_file() -> PathBuf {
    streams::registry().with_extension("board")
}

/// The page of child `index`.
pub fn board(index: u64) -> Board {
    Board::map(&board_file(), index)
}

/// This program again in a role, not started yet.
pub fn role(role: &str, page: u64, args: &[String]) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("torture").env(streams::ROLE, role).env("RINGPLOT_DIR", streams::registry());
    command.env("RINGPLOT_TEST_PAGE", page.to_string()).env("RINGPLOT_TEST_ARGS", args.join(" "));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The page of this process, if it is a child.
pub fn own_page() -> u64 {
    std::env::var("RINGPLOT_TEST_PAGE").unwrap().parse().unwrap()
}

/// A child that is killed, and waited for, when it goes out of scope.
#[derive(Debug)]
pub struct Killed(pub Child);

impl Killed {
    pub fn start(mut command: Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub fn signal(&self, signal: i32) {
        streams::signal(&self.0, signal);
    }

    /// Kills it and waits until it is gone.
    ///
    /// # Panics
    /// When it had ended by itself.
    pub fn kill(&mut self) {
        use std::os::unix::process::ExitStatusExt;
        self.0.kill().unwrap();
        let status = self.0.wait().unwrap();
        assert_eq!(status.signal(), Some(libc::SIGKILL), "the child ended by itself: {status}");
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The ends with the parent, however that ends.
#[expect(unsafe_code, reason = "std knows no such thing")]
pub fn end_with_parent() {
    // SAFETY: takes numbers alone.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
}

/// What the files of the registry name: segments, by file.
pub fn named_segments() -> BTreeMap<PathBuf, String> {
    let listing = fs::read_dir(streams::registry()).into_iter().flatten().flatten();
    let named = listing.filter_map(|item| {
        let text = fs::read_to_string(item.path()).ok()?;
        Some((item.path(), text.lines().find_map(|line| line.strip_prefix("os_id=/"))?.to_owned()))
    });
    named.collect()
}

/// The segments that the files of the stream `name` name.
pub fn segments_of(name: &str) -> BTreeSet<String> {
    let text = |path: PathBuf| fs::read_to_string(path).ok();
    let texts = streams::files_of(name).into_iter().filter_map(text);
    texts.filter_map(|text| Some(text.lines().find_map(|l| l.strip_prefix("os_id=/"))?.to_owned())).collect()
}

pub fn exists(segment: &str) -> bool {
    Path::new("/dev/shm").join(segment).exists()
}

/// Everything in /dev/shm that could be a segment.
pub fn all_segments() -> BTreeSet<String> {
    let listing = fs::read_dir("/dev/shm").unwrap().flatten();
    let names = listing.filter_map(|item| item.file_name().into_string().ok());
    names.filter(|name| name.starts_with("ringplot-")).collect()
}

/// Panics if there is a segment of ours that no file of the registry names: nobody would ever remove it.
pub fn assert_no_segment_is_lost(pids: &BTreeSet<u32>) {
    let named: BTreeSet<_> = named_segments().into_values().collect();
    for segment in all_segments().difference(&named) {
        let is_ours = is_own_shm() || producer_of(segment).is_some_and(|pid| pids.contains(&pid));
        assert!(!is_ours, "{segment} is left, and nothing in the registry names it");
    }
}

/// The process that a segment's header names.
fn producer_of(segment: &str) -> Option<u32> {
    use std::os::unix::fs::FileExt;
    let mut pid = [0; 4];
    let file = fs::File::open(Path::new("/dev/shm").join(segment)).ok()?;
    file.read_exact_at(&mut pid, 0x38).ok()?;
    Some(u32::from_le_bytes(pid)).filter(|pid| *pid != 0)
}

/// Panics unless the stream `name` has left nothing: no file, and none of `segments`.
#[track_caller]
pub fn assert_gone(name: &str, segments: &BTreeSet<String>) {
    let files = streams::files_of(name);
    assert!(files.is_empty(), "left: {files:?}");
    assert_unlinked(segments);
}

#[track_caller]
pub fn assert_unlinked<'s>(segments: impl IntoIterator<Item = &'s String>) {
    for segment in segments {
        assert!(!exists(segment), "{segment} is left");
    }
}

/// Panics if anything is left that `gc` does not remove.
pub fn assert_nothing_is_left(pids: &BTreeSet<u32>) {
    let _ = ringplot::stream::gc(std::time::Duration::ZERO).unwrap();
    let left: Vec<_> =
        fs::read_dir(streams::registry()).into_iter().flatten().flatten().map(|item| item.path()).collect();
    assert!(left.is_empty(), "gc left {left:?}");
    assert_no_segment_is_lost(pids);
}

/// Removes the registry's empty folder, if there is one, and the children's pages.
pub fn tidy() {
    for removed in [fs::remove_dir(streams::registry()), fs::remove_file(board_file())] {
        let is_gone = removed.as_ref().err().is_none_or(|error| error.kind() == io::ErrorKind::NotFound);
        assert!(is_gone, "{removed:?}");
    }
}
