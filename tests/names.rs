//! Streams and barriers called as other people call their data: the files that they get, and who finds them.
#![cfg(all(target_os = "linux", not(loom)))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/streams.rs"]
mod streams;

use std::time::Duration;

use ringplot::stream::{streams as registered, wait_at_barrier};
use ringplot::{Batch, Consumer, CreateError, Producer, StartAt};

const NAMES: [(&str, &str); 5] = [
    ("imu/acc[0]", "imu%2Facc%5B0%5D"),
    ("Temp (°C)", "%54emp%20%28%C2%B0%43%29"),
    ("robot/arm/joint_1/effort/a/b/c/d", "robot%2Farm%2Fjoint_1%2Feffort%2Fa%2Fb%2Fc%2Fd"),
    ("速度=1,%2F", "%E9%80%9F%E5%BA%A6%3D1%2C%252%46"),
    ("nul.x", "%6Eul.x"),
];

#[test]
fn data_keep_their_names() {
    let registry = streams::registry();
    let named = |name: &str| registered().unwrap().iter().any(|stream| stream.name == name);
    for (name, file) in NAMES {
        let mut producer = Producer::builder(name).capacity(1024).uniform(0.0, 1.0).unwrap();
        producer.push_slice(&[1.0, 2.0]);
        assert_eq!(producer.name(), name);
        assert!(registry.join(format!("{file}.lock")).exists(), "{file}");
        assert!(registry.join(format!("{file}.stream")).exists(), "{file}");
        assert!(named(name), "{name}");
        // A leading slash is the same name.
        for given in [name, &format!("/{name}")] {
            let mut consumer = Consumer::attach(given, StartAt::Oldest).unwrap();
            assert_eq!((consumer.name(), consumer.meta().name.as_str()), (name, name));
            let mut batch = Batch::with_limit(8);
            assert_eq!(consumer.drain(&mut batch).count, 2);
            let second = Producer::builder(given).capacity(1024).timed();
            assert!(matches!(second, Err(CreateError::NameInUse { .. })), "{given}");
        }
        producer.close();
        assert!(!named(name) && !registry.join(format!("{file}.lock")).exists());
    }
}

#[test]
fn a_leading_slash_is_dropped_at_create() {
    streams::registry();
    let producer = Producer::builder("/slash/x").capacity(1024).timed().unwrap();
    assert_eq!(producer.name(), "slash/x");
    assert_eq!(Consumer::attach("slash/x", StartAt::Now).unwrap().name(), "slash/x");
}

#[test]
fn a_barrier_has_a_name_like_a_stream() {
    let registry = streams::registry();
    let timeout = Duration::from_mins(1);
    let other = std::thread::spawn(move || wait_at_barrier("/Pool [1]", 2, timeout));
    let file = registry.join("%50ool%20%5B1%5D.gate");
    while !file.exists() && !other.is_finished() {
        std::thread::sleep(Duration::from_millis(1));
    }
    wait_at_barrier("Pool [1]", 2, timeout).unwrap();
    other.join().unwrap().unwrap();
    assert!(wait_at_barrier("a\u{202e}b", 1, timeout).is_err());
}

#[test]
fn a_file_in_another_form_is_nobodys() {
    let registry = streams::registry();
    let _own = Producer::builder("form/own").capacity(1024).timed().unwrap();
    let record = std::fs::read(registry.join("form%2Fown.lock")).unwrap();
    let forms = ["Form", "form%2fx", "%66orm", "form x", "con", "form%2F", "%2Fform", "form%00"];
    for form in forms {
        for ending in ["lock", "stream"] {
            std::fs::write(registry.join(format!("{form}.{ending}")), &record).unwrap();
        }
    }
    let names: Vec<String> = registered().unwrap().into_iter().map(|stream| stream.name).collect();
    assert!(
        !names.iter().any(|name| name != "form/own" && name.to_lowercase().contains("form")),
        "{names:?}"
    );
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    for form in forms {
        let path = registry.join(format!("{form}.lock"));
        assert!(path.exists(), "gc removed {}", path.display());
        std::fs::remove_file(path).unwrap();
        std::fs::remove_file(registry.join(format!("{form}.stream"))).unwrap();
    }
}
