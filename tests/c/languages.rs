//! The C++ classes, the Fortran module, and the examples of all three languages.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ringplot::{Batch, Consumer, FrameData, Liveness, Point, StartAt};

use super::compiler::{compile, folder, has, program, root, start};
use super::streams::{Guard, registry};

#[test]
fn the_classes_of_cxx_create_move_read_and_throw() {
    registry();
    for compiler in ["g++", "clang++"] {
        for standard in ["-std=c++17", "-std=c++20"] {
            let Some(classes) = program(compiler, "classes.cc", &[standard, "-O1", "-Wshadow"]) else {
                continue;
            };
            let output = Command::new(classes).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), "all is well\n", "{compiler} {standard}");
            assert!(output.status.success());
        }
    }
}

/// The module over the one C file, and a program that uses it; `None` where there is no compiler.
fn fortran(source: &Path, out: &Path) -> bool {
    if !has("gfortran") || !has("gcc") {
        return false;
    }
    let [object, module] = [out.with_extension("o"), out.with_extension("modules")];
    let include = root().join("include");
    std::fs::create_dir_all(&module).unwrap();
    let c = include.join("ringplot.c");
    compile("gcc", &["-O2", "-c", c.to_str().unwrap()], &object);
    let f90 = include.join("ringplot.f90");
    let [f90, source, object, module] =
        [&f90, source, &object, &module].map(|path: &Path| path.to_str().unwrap());
    let words = ["-std=f2018", "-Wall", "-Wextra", "-Werror", "-O2", "-J", module, f90, source, object];
    compile("gfortran", &words, out);
    true
}

fn read(name: &str) -> (Consumer, Vec<(f64, f32)>) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let mut batch = Batch::with_limit(1 << 13);
    consumer.drain(&mut batch);
    let points = batch.iter().map(|(_, x, y)| (x, y)).collect();
    (consumer, points)
}

#[test]
fn what_the_fortran_module_pushes_is_read() {
    registry();
    let out = folder().join("module");
    if !fortran(&root().join("tests/c/module.f90"), &out) {
        return;
    }
    let mut writer = start(&out, &[]);
    let refused = writer.line("refused");
    assert!(refused.contains("refused 7 a live producer (process "), "{refused}");
    // A slice of 1,501 points is 256 × 6 with the break.
    assert!(writer.line("written").ends_with("written 1536 1"));
    let (mut timed, points) = read("fortran/timed");
    let meta = timed.meta();
    assert_eq!((meta.label.as_str(), meta.x_unit.as_str(), meta.y_unit.as_str()), ("Zeit", "s", "J"));
    assert_eq!((meta.y_offset, timed.capacity()), (0.1, 4096));
    let wanted = (0..=1000).chain((1..1000).step_by(2)).map(|i| (f64::from(i), i as f32 * 2.0));
    assert_eq!(points[..1501], wanted.collect::<Vec<_>>());
    assert!(points[1501].1.is_nan());
    let (_, points) = read("fortran/uniform");
    let wanted = (0..=1000).chain(1..=1000).map(|i| i as f32 * 2.0);
    assert!(points.iter().map(|(_, y)| *y).eq(wanted));
    assert_eq!(points[8].0, 12.0);
    let (_, points) = read("fortran/xy");
    assert_eq!((points.len(), points[0], points[500]), (501, (1.0, 2.0), (500.0, -500.0)));
    let mut frame = FrameData::default();
    let mut snapshot = Consumer::attach("fortran/snapshot", StartAt::Oldest).unwrap();
    assert_eq!(snapshot.newest_frame(&mut frame), Some(0));
    assert_eq!(frame.points().collect::<Vec<_>>(), [Point::new(1.0, 2.0), Point::new(3.0, 4.0)]);
    let mut events = Consumer::attach("fortran/events", StartAt::Oldest).unwrap();
    events.newest_frame(&mut frame);
    assert_eq!((frame.t, frame.text()), (2.5, "valve=open".to_owned()));
    writeln!(writer.0.stdin.as_mut().unwrap()).unwrap();
    assert!(writer.end().success());
    assert_eq!((timed.liveness(), events.liveness()), (Liveness::Closed, Liveness::Finished));
}

/// Each is compiled as its first lines say, and pushes into the streams that it has.
#[test]
fn the_examples_run() {
    registry();
    let dir = root().join("examples/c");
    let streams = |file: &str| match file {
        "bare_loop.c" => vec!["bare_loop"],
        "pendulum.c" => vec!["pendulum/angle", "pendulum/phase", "pendulum/section", "pendulum/log"],
        "thread_pool.cc" => vec!["pool/0", "pool/1", "pool/2", "pool/3", "pool/spread"],
        "predators.f90" => vec!["predators/hares", "predators/lynxes", "predators/both", "predators/log"],
        other => panic!("{other} is not looked at"),
    };
    for item in std::fs::read_dir(&dir).unwrap().flatten() {
        let file = item.file_name().into_string().unwrap();
        let text = std::fs::read_to_string(item.path()).unwrap();
        let stem = file.split('.').next().unwrap();
        let commands: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start_matches(['/', '*', '!', ' ']))
            .filter(|line| ["gcc ", "g++ ", "gfortran "].iter().any(|compiler| line.starts_with(compiler)))
            .collect();
        assert!(!commands.is_empty(), "{file} does not say how it is compiled");
        let out = folder().join(format!("example-{stem}"));
        std::fs::create_dir_all(&out).unwrap();
        if !commands.iter().all(|command| has(command.split(' ').next().unwrap())) {
            continue;
        }
        for command in &commands {
            let shell = command.split(" && ./").next().unwrap().to_owned();
            for folder in ["include", "examples"] {
                let _ = std::os::unix::fs::symlink(root().join(folder), out.join(folder));
            }
            let output = Command::new("sh").args(["-c", &shell]).current_dir(&out).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{shell}: {said}");
        }
        let mut command = Command::new(out.join(stem));
        command.arg("1").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let mut example = Guard(command.spawn().unwrap());
        let mut readers: Vec<Consumer> = streams(&file)
            .iter()
            .map(|name| Consumer::attach_timeout(name, StartAt::Oldest, Duration::from_secs(20)).unwrap())
            .collect();
        assert!(example.end().success(), "{file}");
        for reader in &mut readers {
            reader.drain(&mut Batch::with_limit(1 << 20));
            reader.each_frame(&mut FrameData::default(), |_| {});
            let name = reader.name().to_owned();
            assert!(
                reader.counts().received > 0 && reader.counts().lost == 0,
                "{name}: {:?}",
                reader.counts()
            );
            assert!(reader.liveness().is_over(), "{name}");
        }
    }
}
