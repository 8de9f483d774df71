//! What programs are answered: exact columns, statistics, tables, metrics.

use crate::client::Served;
use crate::harness::{Place, Running, wait_until};

/// A stream that counts, which is over: x is the position, y the position below 2^20.
fn counted(place: &Place, args: &[&str]) -> (Running, Served) {
    let counter = place.produce(&["count", "--signal", "counter", "--rate", "1e5", "--seconds", "1"]);
    let served = Served::start(place, args);
    wait_until("all points are there", || {
        let streams = served.get("/api/streams").json();
        streams["streams"].get(0).is_some_and(|stream| stream["state"] == "closed")
    });
    (counter, served)
}

#[test]
fn columns_have_the_extremes_of_all_samples_and_statistics_count_each() {
    let place = Place::new();
    let (_counter, served) = counted(&place, &["count"]);
    let stream = served.get("/api/streams").json()["streams"][0].clone();
    assert_eq!(
        (&stream["written"], &stream["received"], &stream["lost"]),
        (&100_000.into(), &100_000.into(), &0.into())
    );
    let rate = 1e5;
    let answer = served.get("/api/columns?stream=count&from=0.1&to=0.5&columns=40").json();
    let answer = &answer["streams"][0];
    let (from, to) = (answer["from"].as_f64().unwrap(), answer["to"].as_f64().unwrap());
    assert!((from - 0.1).abs() < 0.006 && (to - 0.5).abs() < 0.006, "{from} {to}");
    let columns = answer["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 40);
    let width = (to - from) / 40.0;
    for (index, column) in columns.iter().enumerate() {
        // The line y = rate · x, from edge to edge.
        let edges = [from + index as f64 * width, from + (index + 1) as f64 * width];
        for (edge, value) in edges.iter().zip(column.as_array().unwrap()) {
            assert!((value.as_f64().unwrap() - edge * rate).abs() < 0.01, "{index}: {column}");
        }
    }
    let statistics = served.get("/api/statistics?stream=count&from=0.1&to=0.2").json();
    let statistics = &statistics["streams"][0];
    let of = |name: &str| statistics[name].as_f64().unwrap();
    assert_eq!((of("count"), of("min"), of("max"), of("mean")), (10_000.0, 10_000.0, 19_999.0, 14_999.5));
    assert_eq!((of("peak_to_peak"), of("lost")), (9_999.0, 0.0));
    let n = 10_000f64;
    assert!((of("std") - ((n * n - 1.0) / 12.0).sqrt()).abs() < 1e-6, "{statistics}");
    assert_eq!(statistics["at_from"], serde_json::json!([0.1, 10_000.0]));
}

#[test]
fn a_table_has_every_point_and_is_what_render_writes() {
    let place = Place::new();
    let (_counter, served) = counted(&place, &["count"]);
    let all = served.get("/api/data?stream=count");
    assert_eq!((all.status, all.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(all.body.lines().count(), 100_001);
    assert_eq!(all.body.lines().next(), Some("seq,x (s),count"));
    assert_eq!(all.body.lines().last(), Some("99999,0.99999,99999"));
    let part = served.get("/api/data?stream=count&from=0.5&to=0.50003").body;
    assert_eq!(part, "seq,x (s),count\n50000,0.5,50000\n50001,0.50001,50001\n50002,0.50002,50002\n");
    let newest = served.get("/api/data?stream=count&last=0.00002").body;
    assert!(newest.ends_with("99999,0.99999,99999\n"), "{newest}");
}

#[test]
fn curl_asks_as_the_document_says() {
    let place = Place::new();
    let (_counter, served) = counted(&place, &["count"]);
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/serve.md")).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands: Vec<&str> = blocks.filter(|block| block.contains("curl")).collect();
    assert!(commands.len() >= 5, "{commands:?}");
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        crate::not_checked("curl is not there: the commands of docs/serve.md were not run");
        return;
    }
    for command in commands {
        let mut shell = place.wrapped("bash");
        let url = format!("http://{}", served.address);
        shell.args(["-e", "-o", "pipefail", "-c", &command.replace("http://127.0.0.1:8177", &url)]);
        shell.env("TOKEN", &served.token).current_dir(place.file(""));
        let done = Running::spawn(shell).wait();
        assert_eq!(done.code(), Some(0), "{command}: {done:?}");
        assert!(done.out.len() > 20 || command.contains(" -o "), "{command}: {done:?}");
        assert!(!done.out.contains("ringplot: ") && !done.out.contains("\"error\""), "{command}: {done:?}");
    }
}

#[test]
fn metrics_and_errors_say_what_they_are() {
    let place = Place::new();
    let odd = r#"a"b\c"#;
    let _odd = place.produce(&[odd, "--rate", "100"]);
    let served = Served::start(&place, &[]);
    wait_until("the stream is there", || served.get("/metrics").body.contains("ringplot_live{"));
    let metrics = served.get("/metrics");
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    assert!(metrics.body.contains(r#"ringplot_live{stream="a\"b\\c"} 1"#), "{}", metrics.body);
    for line in metrics.body.lines().filter(|line| !line.starts_with('#')) {
        assert!(
            line.starts_with("ringplot_") && line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(),
            "{line}"
        );
    }
    for name in ["clients", "received_total", "lost_total", "rate_hz", "frames_skipped_total"] {
        assert!(metrics.body.contains(&format!("# TYPE ringplot_{name} ")), "{name}");
    }
    for (path, status) in [
        ("/api/columns", 400),
        ("/api/columns?stream=none", 404),
        ("/api/columns?stream=a&columns=8193", 400),
        ("/api/statistics?stream=a&from=2&to=1", 400),
        ("/api/data?stream=a&file=/etc/passwd", 400),
        ("/etc/passwd", 404),
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
}
