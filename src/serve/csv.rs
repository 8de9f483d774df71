//! Points as a table that is written while it is sent: no more of it is in memory than a client takes.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::error::ServeError;
use crate::export::csv::{Part, write};

/// Bytes of a piece, and pieces that wait to be sent.
const PIECE: usize = 64 << 10;
const PIECES: usize = 4;

/// The table of some parts, written by a thread that ends when all is sent, or when its reader has gone.
///
/// # Errors
/// [`ServeError::Thread`] where the system has no thread left.
pub(super) fn table(parts: Vec<Part>, permit: OwnedSemaphorePermit) -> Result<Body, ServeError> {
    let (sender, receiver) = channel(PIECES);
    let thread = std::thread::Builder::new().name("ringplot: table".to_owned());
    let write_all = move || {
        let mut out = Pieces { sender, piece: Vec::with_capacity(PIECE) };
        // Nobody reads it any more: there is nobody to tell.
        let _ = write(&mut out, &parts, |_| Ok(())).and_then(|()| out.flush());
        drop(permit);
    };
    thread.spawn(write_all).map_err(ServeError::Thread)?;
    Ok(Body::new(Table(receiver)))
}

struct Pieces {
    sender: Sender<Bytes>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender.blocking_send(piece.into()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

struct Table(Receiver<Bytes>);

impl HttpBody for Table {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
