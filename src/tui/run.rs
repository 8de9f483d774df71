//! The loop: waits for news, keys and signals, and draws.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{Event as InputEvent, read};
use ratatui::crossterm::queue;
use ratatui::crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::layout::Rect;

use super::app::{App, Frame};
use super::keys;
use super::terminal::{TerminalError, Writer, is_taken, restore, screen, take};

/// Time between two frames while all plots stand still.
const STILL_TIME: Duration = Duration::from_millis(250);
/// A terminal that took so long over a frame is left alone for as long again.
const REST: u32 = 1;

/// What wakes the loop.
#[derive(Debug)]
enum Event {
    /// The store has news.
    News,
    Input(InputEvent),
    /// Keys can no longer be read.
    Deaf(io::Error),
    /// A frame is out.
    Written(io::Result<()>),
    /// The program is to end.
    End,
    /// The program is to stop until it is continued.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing stops a program there"))]
    Suspend,
    /// It was continued.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing stops a program there"))]
    Continued,
}

/// Ends the loop, from another thread.
#[derive(Clone, Debug)]
pub(crate) struct Ending(Sender<Event>);

impl Ending {
    pub(crate) fn end(&self) {
        let _ = self.0.send(Event::End);
    }
}

/// Both ends of what wakes the loop.
#[derive(Debug)]
pub(crate) struct Wakers {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    /// The loop has not looked since it was told of news.
    is_told: Arc<Mutex<bool>>,
}

impl Wakers {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, is_told: Arc::default() }
    }

    /// What ends the loop.
    pub(crate) fn ending(&self) -> Ending {
        Ending(self.sender.clone())
    }

    /// What the store is to call: it wakes the loop once until that looks.
    fn waker(&self) -> Box<dyn Fn() + Send + Sync> {
        let (sender, is_told) = (Mutex::new(self.sender.clone()), Arc::clone(&self.is_told));
        Box::new(move || {
            let mut told = is_told.lock().unwrap_or_else(PoisonError::into_inner);
            if !std::mem::replace(&mut *told, true) {
                let _ = sender.lock().unwrap_or_else(PoisonError::into_inner).send(Event::News);
            }
        })
    }

    fn look(&self) {
        *self.is_told.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    /// The next event, or none after this long.
    fn wait(&self, most: Option<Duration>) -> Option<Event> {
        match most {
            None => Some(self.receiver.recv().unwrap_or(Event::End)),
            Some(most) => match self.receiver.recv_timeout(most) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Event::End),
            },
        }
    }
}

/// How often is drawn, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Frames a second at most.
    pub(crate) fps: f64,
    /// The loop ends by itself after this long.
    pub(crate) ends_after: Option<Duration>,
    /// Takes what the mouse does.
    pub(crate) has_mouse: bool,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
}

/// Draws until somebody quits, a signal comes, or the streams are finished.
///
/// # Errors
/// [`TerminalError`], with the terminal as it was before.
pub(crate) fn run(mut app: App, pace: Pace, wakers: &Wakers) -> Result<Drawn, TerminalError> {
    let sender = wakers.sender.clone();
    let writer = Writer::start(move |done| {
        let _ = sender.send(Event::Written(done));
    })?;
    // Before keys are read: else the first of them would be echoed.
    let taken = take(pace.has_mouse);
    let done = taken.map_err(TerminalError::Io).and_then(|()| {
        read_keys(wakers.sender.clone())?;
        #[cfg(unix)]
        heed_job_control(wakers.sender.clone())?;
        app.store().set_waker(Some(wakers.waker()));
        Loop::new(&mut app, &writer, pace).run(wakers)
    });
    app.store().set_waker(None);
    let was_taken = is_taken();
    restore();
    app.flush_layout();
    if done.is_ok() && !was_taken { Err(TerminalError::Panicked) } else { done }
}

fn read_keys(sender: Sender<Event>) -> io::Result<()> {
    let read_all = move || {
        loop {
            match read() {
                Ok(event) => {
                    if sender.send(Event::Input(event)).is_err() {
                        return;
                    }
                }
                Err(error) => {
                    let _ = sender.send(Event::Deaf(error));
                    return;
                }
            }
        }
    };
    std::thread::Builder::new().name("ringplot: keys".to_owned()).spawn(read_all).map(drop)
}

/// Passes on that a shell stops the program, and continues it.
#[cfg(unix)]
fn heed_job_control(sender: Sender<Event>) -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGTSTP};

    let mut signals = signal_hook::iterator::Signals::new([SIGTSTP, SIGCONT])?;
    let wait = move || {
        for signal in &mut signals {
            let event = if signal == SIGTSTP { Event::Suspend } else { Event::Continued };
            if sender.send(event).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("ringplot: job control".to_owned()).spawn(wait).map(drop)
}

struct Loop<'a> {
    app: &'a mut App,
    writer: &'a Writer,
    pace: Pace,
    /// What the terminal shows; `None` where that is not known.
    shown: Option<Buffer>,
    size: [u16; 2],
    is_dirty: bool,
    is_stopped: bool,
    /// When the frame was handed over that is not out yet.
    writing_since: Option<Instant>,
    next_frame: Instant,
    wakes_at: Option<Instant>,
    drawn: Drawn,
}

impl<'a> Loop<'a> {
    fn new(app: &'a mut App, writer: &'a Writer, pace: Pace) -> Self {
        Self {
            app,
            writer,
            pace,
            shown: None,
            size: screen(),
            is_dirty: true,
            is_stopped: false,
            writing_since: None,
            next_frame: Instant::now(),
            wakes_at: None,
            drawn: Drawn::default(),
        }
    }

    fn run(mut self, wakers: &Wakers) -> Result<Drawn, TerminalError> {
        let ends_at = self.pace.ends_after.map(|after| Instant::now() + after);
        loop {
            let now = Instant::now();
            if self.app.wants_quit || ends_at.is_some_and(|end| now >= end) || !is_taken() && !self.is_stopped
            {
                return Ok(self.drawn);
            }
            self.is_dirty |= self.wakes_at.is_some_and(|at| now >= at);
            let may_draw = self.is_dirty && self.writing_since.is_none() && !self.is_stopped;
            if may_draw && now >= self.next_frame {
                wakers.look();
                if self.app.store().is_finished() {
                    return Ok(self.drawn);
                }
                self.draw(now)?;
                continue;
            }
            let moments =
                [may_draw.then_some(self.next_frame), ends_at, self.wakes_at.filter(|_| !self.is_dirty)];
            let next = moments.into_iter().flatten().min();
            let most = next.map(|next| next.saturating_duration_since(now));
            if let Some(event) = wakers.wait(most)
                && !self.heed(event)?
            {
                return Ok(self.drawn);
            }
        }
    }

    /// Takes an event in; false where the loop is to end.
    fn heed(&mut self, event: Event) -> Result<bool, TerminalError> {
        match event {
            Event::End => return Ok(false),
            Event::News => self.is_dirty = true,
            Event::Input(InputEvent::Key(key)) if keys::is_control(key, 'c') => return Ok(false),
            Event::Input(InputEvent::Key(key)) if cfg!(unix) && keys::is_control(key, 'z') => {
                self.suspend()?;
            }
            Event::Input(InputEvent::Key(key)) => {
                self.app.on_key(key);
                self.hurry();
            }
            Event::Input(InputEvent::Mouse(mouse)) => {
                self.app.on_mouse(mouse);
                self.is_dirty = true;
            }
            Event::Input(InputEvent::Resize(..)) => {
                self.size = screen();
                self.shown = None;
                self.hurry();
            }
            Event::Input(_) => {}
            Event::Deaf(error) => return Err(error.into()),
            Event::Written(done) => {
                done?;
                // A slow terminal gets fewer frames, and time for what it answers.
                if let Some(since) = self.writing_since.take() {
                    self.next_frame = self.next_frame.max(Instant::now() + since.elapsed() * REST);
                }
            }
            Event::Suspend => self.suspend()?,
            Event::Continued => self.resume()?,
        }
        Ok(true)
    }

    /// Shows at once what somebody did.
    fn hurry(&mut self) {
        self.is_dirty = true;
        self.next_frame = self.next_frame.min(Instant::now() + self.frame_time() / 2);
    }

    fn frame_time(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.pace.fps)
    }

    /// Gives the terminal back, stops, and takes it over again once continued.
    #[cfg_attr(
        not(unix),
        expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "there is no such signal")
    )]
    fn suspend(&mut self) -> Result<(), TerminalError> {
        #[cfg(unix)]
        {
            self.is_stopped = true;
            restore();
            // Stands here until somebody continues it.
            let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
            self.resume()?;
        }
        Ok(())
    }

    fn resume(&mut self) -> Result<(), TerminalError> {
        // Whoever stopped it without asking has changed the terminal, too.
        take(self.pace.has_mouse)?;
        (self.is_stopped, self.shown, self.size) = (false, None, screen());
        self.hurry();
        Ok(())
    }

    fn draw(&mut self, now: Instant) -> Result<(), TerminalError> {
        #[cfg(debug_assertions)]
        assert!(std::env::var_os("RINGPLOT_TEST_PANIC").is_none(), "a test asked for it");
        let Frame { buffer, is_unfinished, is_still, wakes_in } = self.app.draw(self.size);
        self.is_dirty = is_unfinished;
        self.wakes_at = wakes_in.map(|wakes_in| now + wakes_in);
        self.next_frame = now + if is_still && !is_unfinished { STILL_TIME } else { self.frame_time() };
        let bytes = self.difference(&buffer)?;
        self.shown = Some(buffer);
        if !bytes.is_empty() {
            self.drawn.frames += 1;
            self.drawn.bytes += bytes.len() as u64;
            self.writing_since = Some(now);
            self.writer.write(bytes);
        }
        Ok(())
    }

    /// What makes the terminal show a frame; nothing where it shows it.
    fn difference(&self, buffer: &Buffer) -> io::Result<Vec<u8>> {
        let area = Rect::new(0, 0, self.size[0], self.size[1]);
        let blank = Buffer::empty(area);
        let (before, is_new) = match &self.shown {
            Some(shown) if *shown.area() == area => (shown, false),
            _ => (&blank, true),
        };
        let changed = before.diff(buffer);
        let mut bytes = Vec::new();
        if changed.is_empty() && !is_new {
            return Ok(bytes);
        }
        queue!(bytes, BeginSynchronizedUpdate)?;
        if is_new {
            queue!(bytes, Clear(ClearType::All))?;
        }
        CrosstermBackend::new(&mut bytes).draw(changed.into_iter())?;
        queue!(bytes, EndSynchronizedUpdate)?;
        Ok(bytes)
    }
}
