//! Whatever comes in, there is a bound, and the others notice nothing.

use std::io::{Read, Write};
use std::time::Instant;

use serde_json::json;
use tungstenite::Message;

use crate::client::{Served, WATCHDOG, read_answer};
use crate::harness::Place;

/// Open files of a process, and its memory in KiB.
fn held(pid: u32) -> (usize, u64) {
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    (files, line.trim().trim_end_matches(" kB").parse().unwrap())
}

#[test]
fn a_megabyte_of_header_is_cut_off() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    for header in [format!("X: {}", "a".repeat(1 << 20)), "X: a\r\n".repeat(1 << 17)] {
        let mut stream = served.connect();
        let host = &served.address;
        let _ = write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\n{header}\r\n\r\n");
        let answer = read_answer(&mut stream);
        // It is answered, or the connection is gone before the answer could be read.
        assert!([431, 0].contains(&answer.status), "{answer:?}");
    }
    let mut long = served.connect();
    let _ = write!(long, "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(1 << 20));
    assert!([414, 431, 0].contains(&read_answer(&mut long).status));
    assert_eq!(served.get("/metrics").status, 200);
    let (_, kib) = held(served.running.pid());
    assert!(kib < 512 << 10, "{kib} KiB");
}

/// All of them wait at the same time: it takes as long as the longest.
#[test]
fn who_is_slow_or_silent_is_cut_off() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (host, bearer) = (format!("Host: {}", served.address), served.bearer());
    std::thread::scope(|scope| {
        // A header that comes byte by byte and never ends.
        scope.spawn(|| {
            let mut stream = served.connect();
            stream.set_read_timeout(Some(std::time::Duration::from_millis(50))).unwrap();
            write!(stream, "GET / HTTP/1.1\r\n{host}\r\nX: ").unwrap();
            let begun = Instant::now();
            while stream.write_all(b"a").is_ok() {
                assert!(begun.elapsed() < WATCHDOG, "it may go on for ever");
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(0) => break,
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                    _ => {}
                }
            }
        });
        // One that says nothing at all, and one that says nothing more after an answer.
        for first in ["", &format!("GET /metrics HTTP/1.1\r\n{host}\r\n{bearer}\r\n\r\n")] {
            let mut stream = served.connect();
            let first = first.to_owned();
            scope.spawn(move || {
                stream.write_all(first.as_bytes()).unwrap();
                // To the end of the connection, which is the server's doing.
                let mut all = Vec::new();
                stream.read_to_end(&mut all).unwrap();
                assert_eq!(String::from_utf8_lossy(&all).contains("ringplot_clients"), !first.is_empty());
            });
        }
    });
    assert_eq!(served.get("/metrics").status, 200);
}

#[test]
fn a_hundred_thousand_requests_leave_nothing_behind() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let host = format!("Host: {}", served.address);
    let before = held(served.running.pid());
    let (wrong, right) = ("Authorization: Bearer 00000000000000000000000000000000", served.bearer());
    // Refused ones are closed at once: a new connection each.
    for _ in 0..2000 {
        assert_eq!(served.ask("GET", "/", &[&host, wrong]).status, 401);
    }
    let (connections, rounds, together) = (4, 245, 100);
    std::thread::scope(|scope| {
        for _ in 0..connections {
            let mut stream = served.connect();
            let request = format!("GET /api/start HTTP/1.1\r\n{host}\r\n{right}\r\n\r\n").repeat(together);
            scope.spawn(move || {
                let mut bytes = vec![0; 1 << 16];
                for _ in 0..rounds {
                    stream.write_all(request.as_bytes()).unwrap();
                    let (mut seen, mut text) = (0, Vec::new());
                    while seen < together {
                        let count = stream.read(&mut bytes).unwrap();
                        assert!(count > 0, "it closed the connection");
                        text.extend_from_slice(&bytes[..count]);
                        seen = text.windows(15).filter(|part| part == b"HTTP/1.1 200 OK").count();
                    }
                    // What is left of the last answer.
                    while !text.ends_with(b"}\n") {
                        let count = stream.read(&mut bytes).unwrap();
                        text.extend_from_slice(&bytes[..count]);
                    }
                }
            });
        }
    });
    let metrics = served.get("/metrics").body;
    let total = |name: &str| -> u64 {
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(total("ringplot_requests_total") >= 100_000, "{metrics}");
    assert_eq!(total("ringplot_requests_refused_total"), 2000);
    let after = held(served.running.pid());
    assert!(after.0 <= before.0 + 2, "files: {before:?} {after:?}");
    assert!(after.1 < before.1 + (64 << 10), "memory: {before:?} {after:?}");
}

#[test]
fn garbage_ends_its_own_session_and_no_other() {
    let place = Place::new();
    let _test = place.produce(&["test", "--rate", "1e4"]);
    let served = Served::start(&place, &["test"]);
    let mut healthy = served.session();
    let panel = json!({"kind": "time", "streams": ["test"], "size": [200, 100], "span": 1.0});
    healthy.show(&json!([panel]), 30.0);
    let mut texts = vec![
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        r#"{"ack":-1}"#.to_owned(),
        r#"{"ack":99999999999}"#.to_owned(),
        r#"{"view":{"panels":[{"kind":"time","streams":["test"],"size":[9000,100]}]}}"#.to_owned(),
        r#"{"view":{"panels":[{"kind":"time","streams":["test"],"size":[100,100],"x":[1,0]}]}}"#.to_owned(),
        r#"{"view":{"panels":[],"layout":"/etc/passwd"}}"#.to_owned(),
        "[".repeat(60_000),
    ];
    texts.push(format!("\"{}\"", "a".repeat(65 << 10)));
    for text in texts {
        let mut session = served.session();
        let _ = session.socket.send(Message::text(text.clone()));
        assert!(session.is_closed(), "{}", &text[..text.len().min(80)]);
    }
    let mut binary = served.session();
    let _ = binary.socket.send(Message::binary(vec![1, 2, 3]));
    assert!(binary.is_closed());
    // Bytes that are no frames, and bytes that are no request.
    let mut seed: u64 = 19_680_801;
    for round in 0..200 {
        let bytes: Vec<u8> = (0..400)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 56) as u8
            })
            .collect();
        if round % 2 == 0 {
            let mut session = served.session();
            let _ = session.socket.get_mut().write_all(&bytes);
        } else {
            let _ = served.connect().write_all(&bytes);
        }
    }
    // Of a frame that was never sent.
    let mut session = served.session();
    session.say(r#"{"ack":4294967295}"#);
    session.show(&json!([panel]), 30.0);
    session.frame();
    healthy
        .frame_with("a frame with data", |frame| frame.shows().is_some_and(|shows| shows["newest"].is_f64()));
    assert_eq!(served.get("/api/streams").json()["streams"][0]["lost"], 0);
}

#[test]
fn thirty_two_pages_and_no_more() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let bearer = format!("Bearer {}", served.token);
    let mut open: Vec<_> = (0..32).map(|_| served.session()).collect();
    assert_eq!(served.try_session(&[("Authorization", &bearer)]).err(), Some(503));
    assert_eq!(served.get("/api/streams").json()["clients"], 32);
    open.pop();
    crate::harness::wait_until("there is room again", || {
        served.try_session(&[("Authorization", &bearer)]).is_ok()
    });
}
