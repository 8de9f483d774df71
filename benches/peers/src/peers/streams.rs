//! The kernel's streams of bytes.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::{Peer, Reader};

fn bytes(words: &[u64]) -> &[u8] {
    // SAFETY: the words are that many bytes.
    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 8) }
}

fn read_words(from: &mut impl Read, count: usize, got: &mut Vec<u64>) {
    let mut bytes = vec![0; count * 8];
    from.read_exact(&mut bytes).expect("points");
    got.extend(bytes.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().expect("eight bytes"))));
}

/// A pipe: a `write` a point or a batch.
pub struct Pipe(std::io::PipeWriter);

impl Peer for Pipe {
    const NAME: &'static str = "pipe";
    const WHAT: &'static str = "process; lossless, blocks when full";
    const BURSTS: usize = 200;
    const READ_POINTS: usize = 1 << 18;
    type Consumer = std::io::PipeReader;

    fn open() -> (Self, Self::Consumer) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        (Self(writer), reader)
    }

    fn open_read() -> (Self, Reader) {
        let (this, reader) = Self::open();
        (this, Reader::process("stdin", OwnedFd::from(reader).into()))
    }

    fn single(&mut self, word: u64) {
        self.0.write_all(&word.to_ne_bytes()).expect("a reader");
    }

    fn batch(&mut self, words: &[u64]) {
        self.0.write_all(bytes(words)).expect("a reader");
    }

    fn drain(reader: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        read_words(reader, count, got);
    }
}

/// A Unix stream socket: a `write` a point or a batch.
pub struct Socket(UnixStream);

impl Peer for Socket {
    const NAME: &'static str = "Unix socket";
    const WHAT: &'static str = "process; lossless, blocks when full";
    const BURST: usize = 128;
    const BURSTS: usize = 1000;
    const READ_POINTS: usize = 1 << 18;
    type Consumer = UnixStream;

    fn open() -> (Self, Self::Consumer) {
        let (writer, reader) = UnixStream::pair().expect("a socket");
        (Self(writer), reader)
    }

    fn open_read() -> (Self, Reader) {
        let (this, reader) = Self::open();
        (this, Reader::process("stdin", OwnedFd::from(reader).into()))
    }

    fn single(&mut self, word: u64) {
        self.0.write_all(&word.to_ne_bytes()).expect("a reader");
    }

    fn batch(&mut self, words: &[u64]) {
        self.0.write_all(bytes(words)).expect("a reader");
    }

    fn drain(reader: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        read_words(reader, count, got);
    }
}
