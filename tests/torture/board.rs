//! What a child tells its parent, at every instant and whatever becomes of it: words in a page that both map.

use std::fs::OpenOptions;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a child's page.
const PAGE: u64 = 4096;

/// What a child is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u64)]
pub enum Phase {
    StartUp,
    Create,
    Waiting,
    Push,
    PushSlice,
    Reserve,
    Commit,
    Abort,
    Break,
    Clear,
    Update,
    Emit,
    Between,
    Close,
    Recreate,
    Attach,
    Drain,
    Frames,
    Ask,
    Leave,
}

impl Phase {
    pub const ALL: [Self; 20] = [
        Self::StartUp,
        Self::Create,
        Self::Waiting,
        Self::Push,
        Self::PushSlice,
        Self::Reserve,
        Self::Commit,
        Self::Abort,
        Self::Break,
        Self::Clear,
        Self::Update,
        Self::Emit,
        Self::Between,
        Self::Close,
        Self::Recreate,
        Self::Attach,
        Self::Drain,
        Self::Frames,
        Self::Ask,
        Self::Leave,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::StartUp => "start-up",
            Self::Create => "create",
            Self::Waiting => "waiting",
            Self::Push => "push",
            Self::PushSlice => "push a slice",
            Self::Reserve => "reserve and fill",
            Self::Commit => "commit",
            Self::Abort => "fill and abort",
            Self::Break => "break",
            Self::Clear => "clear",
            Self::Update => "update",
            Self::Emit => "emit",
            Self::Between => "between calls",
            Self::Close => "close",
            Self::Recreate => "create again",
            Self::Attach => "attach",
            Self::Drain => "drain",
            Self::Frames => "read frames",
            Self::Ask => "ask for liveness",
            Self::Leave => "detach",
        }
    }

    /// Whether a producer is in it that has its stream, and does not end it.
    pub fn is_streaming(self) -> bool {
        (Self::Waiting..=Self::Between).contains(&self)
    }
}

/// The words of a page.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    Phase,
    /// Lives before this one.
    Life,
    /// The run that was created last.
    Run,
    /// Positions (frames) that calls which returned have published.
    Done,
    /// The same, and those of the call that is going on.
    Intent,
    ClearDone,
    ClearIntent,
    /// Points that a reader lost.
    Lost,
    /// Anything else that a role wants to tell.
    Extra,
}

/// One child's page, mapped.
#[derive(Clone, Copy, Debug)]
pub struct Board(&'static [AtomicU64; PAGE as usize / 8]);

impl Board {
    /// Maps page `index` of the file at `path`, which is made if it is missing, for the rest of the process.
    pub fn map(path: &Path, index: u64) -> Self {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).unwrap();
        if file.metadata().unwrap().len() < (index + 1) * PAGE {
            file.set_len((index + 1) * PAGE).unwrap();
        }
        #[expect(unsafe_code, reason = "std maps no files")]
        // SAFETY: a new shared mapping of a page of a file that is long enough; nothing of ours lies there.
        let page = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                PAGE as usize,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                (index * PAGE) as libc::off_t,
            )
        };
        assert_ne!(page, libc::MAP_FAILED, "{}", std::io::Error::last_os_error());
        #[expect(unsafe_code, reason = "the page as words")]
        // SAFETY: the mapping is aligned, long enough and never unmapped; both sides use atomics alone.
        Self(unsafe { &*page.cast() })
    }

    pub fn get(self, word: Word) -> u64 {
        self.0[word as usize].load(Ordering::Acquire)
    }

    pub fn set(self, word: Word, value: u64) {
        self.0[word as usize].store(value, Ordering::Release);
    }

    pub fn phase(self) -> Phase {
        let phase = self.get(Word::Phase);
        Phase::ALL.into_iter().find(|known| *known as u64 == phase).unwrap_or_else(|| panic!("phase {phase}"))
    }

    /// The child is in `phase` from now on.
    pub fn enter(self, phase: Phase) {
        self.set(Word::Phase, phase as u64);
    }

    /// Everything back to zero, for the next child.
    pub fn reset(self) {
        for word in self.0 {
            word.store(0, Ordering::Release);
        }
    }
}
