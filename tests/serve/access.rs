//! Nobody in who does not belong.

use crate::client::Served;
use crate::harness::Place;

const ALL: [&str; 12] = [
    "/",
    "/ws",
    "/metrics",
    "/api/start",
    "/api/streams",
    "/api/columns?stream=a",
    "/api/statistics?stream=a",
    "/api/data?stream=a",
    "/app.js",
    "/style.css",
    "/uPlot.iife.min.js",
    "/no/such",
];

#[test]
fn without_the_token_there_is_nothing() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let host = format!("Host: {}", served.address);
    let almost = format!("{}0", &served.token[..31]);
    assert_eq!(served.token.len(), 32, "128 bits");
    for path in ALL {
        for wrong in [
            String::new(),
            "Authorization: Bearer ".to_owned(),
            format!("Authorization: Bearer {}", if almost == served.token { "1" } else { &almost }),
            format!("Authorization: Basic {}", served.token),
            format!("Cookie: ringplot={}", served.token),
            format!("X-Token: {}", served.token),
        ] {
            let headers: Vec<&str> =
                [host.as_str(), &wrong].into_iter().filter(|header| !header.is_empty()).collect();
            let answer = served.ask("GET", path, &headers);
            assert_eq!(answer.status, 401, "{path} {wrong}: {answer:?}");
            assert!(answer.body.len() < 300 && !answer.body.contains(&served.token));
        }
    }
    let wrong = served.ask("GET", "/?token=00000000000000000000000000000000", &[&host]);
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let in_query = served.ask("GET", &format!("/api/streams?token={}", served.token), &[&host]);
    assert_eq!(in_query.status, 401, "the token is in the address of the page alone");
}

#[test]
fn the_address_gives_a_cookie_that_scripts_and_other_pages_do_not_get_and_it_is_good_for_everything() {
    let place = Place::new();
    let (one, two) = (Served::start(&place, &[]), Served::start(&place, &[]));
    let cookies = [&one, &two].map(|served| {
        let host = format!("Host: {}", served.address);
        let address = format!("/?token={}", served.token);
        // It stays valid for every client.
        for _ in 0..3 {
            let page = served.ask("GET", &address, &[&host]);
            assert_eq!(page.status, 200);
            assert!(page.body.contains("<html"), "{page:?}");
        }
        let set = served.ask("GET", &address, &[&host]).header("set-cookie").to_owned();
        assert!(
            set.contains("; HttpOnly") && set.contains("; SameSite=Strict") && set.contains("; Path=/"),
            "{set}"
        );
        set.split(';').next().unwrap().to_owned()
    });
    let names = cookies.clone().map(|cookie| cookie.split('=').next().unwrap().to_owned());
    assert!(names.iter().all(|name| name.starts_with("ringplot-")) && names[0] != names[1], "{names:?}");
    // A browser sends both cookies to both.
    let both = format!("Cookie: {}; {}", cookies[0], cookies[1]);
    for served in [&one, &two] {
        let host = format!("Host: {}", served.address);
        for path in ["/", "/app.js", "/api/streams", "/metrics"] {
            assert_eq!(served.ask("GET", path, &[&host, &both]).status, 200, "{path}");
        }
    }
    let crossed =
        one.ask("GET", "/", &[&format!("Host: {}", one.address), &format!("Cookie: {}", cookies[1])]);
    assert_eq!(crossed.status, 401, "another server's cookie");
}

#[test]
fn a_name_that_somebody_else_gave_this_machine_is_refused() {
    let place = Place::new();
    let served = Served::start(&place, &["--allow-host", "lab-7.example"]);
    let bearer = served.bearer();
    for host in
        ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.io:8177", "0.0.0.0", ""]
    {
        for path in ALL {
            let answer = served.ask("GET", path, &[&format!("Host: {host}"), &bearer]);
            assert_eq!(answer.status, 403, "{host} {path}: {answer:?}");
            assert!(host.is_empty() || !answer.body.contains(host), "{answer:?}");
        }
    }
    assert_eq!(served.ask("GET", "/metrics", &[&bearer]).status, 400, "no Host");
    assert_eq!(served.ask("GET", "http://evil.example/metrics", &["Host: localhost", &bearer]).status, 400);
    for host in
        ["localhost", "localhost:1", "127.0.0.1:65535", "[::1]:4", "Lab-7.example:80", "lab-7.example"]
    {
        assert_eq!(served.ask("GET", "/metrics", &[&format!("Host: {host}"), &bearer]).status, 200, "{host}");
    }
}

#[test]
fn another_page_gets_nothing_though_the_browser_has_the_cookie() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let host = format!("Host: {}", served.address);
    let set =
        served.ask("GET", &format!("/?token={}", served.token), &[&host]).header("set-cookie").to_owned();
    let cookie = set.split(';').next().unwrap().to_owned();
    let own = format!("http://{}", served.address);
    for origin in
        ["http://evil.example", "http://localhost:9999", "http://127.0.0.1", "null", "https://evil.example"]
    {
        assert_eq!(
            served.try_session(&[("Cookie", &cookie), ("Origin", origin)]).err(),
            Some(403),
            "{origin}"
        );
        let asked = served.ask(
            "GET",
            "/api/streams",
            &[&host, &format!("Cookie: {cookie}"), &format!("Origin: {origin}")],
        );
        assert_eq!(asked.status, 403, "{origin}");
        assert_eq!(asked.header("access-control-allow-origin"), "");
    }
    assert!(served.try_session(&[("Cookie", &cookie), ("Origin", &own)]).is_ok(), "the page itself");
    assert_eq!(served.try_session(&[("Origin", &own)]).err(), Some(401));
    // A script or a picture that a page on another port of this machine wants: no Origin, and the cookie comes along.
    for site in ["cross-site", "same-site"] {
        let (cookie, site) = (format!("Cookie: {cookie}"), format!("Sec-Fetch-Site: {site}"));
        let headers = [host.as_str(), &cookie, &site];
        assert_eq!(served.ask("GET", "/api/data?stream=a", &headers).status, 403, "{site}");
    }
}

#[test]
fn nothing_can_be_changed_and_every_answer_is_fenced_in() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (host, bearer) = (format!("Host: {}", served.address), served.bearer());
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        assert_eq!(served.ask(method, "/api/streams", &[&host, &bearer]).status, 405, "{method}");
    }
    assert_eq!(served.ask("GET", "/api/streams", &[&host, &bearer, "Content-Length: 3"]).status, 413);
    assert_eq!(served.ask("HEAD", "/api/streams", &[&host, &bearer]).status, 200);
    for path in
        ALL.into_iter().chain(["/LICENSE-uPlot", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/page/app.js"])
    {
        for answer in [served.get(path), served.ask("GET", path, &[&host])] {
            let policy = answer.header("content-security-policy");
            assert!(
                policy.starts_with("default-src 'self'; ") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
    assert!(served.get("/LICENSE-uPlot").body.contains("Leon Sorokin"));
}

#[test]
fn no_log_has_the_token() {
    let place = Place::new();
    let _test = place.produce(&["test", "--rate", "100"]);
    let served = Served::start_with(&place, &["-vv"], |command| {
        command.env("RINGPLOT_LOG", "trace");
    });
    let host = format!("Host: {}", served.address);
    let token = served.token.clone();
    assert_eq!(served.ask("GET", &format!("/?token={token}"), &[&host]).status, 200);
    assert_eq!(served.ask("GET", &format!("/?token={token}x"), &[&host]).status, 401);
    assert_eq!(served.get("/api/streams").status, 200);
    drop(served.session());
    crate::harness::wait_until("it is attached to", || served.get("/api/streams").body.contains("test"));
    let done = served.end();
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert!(done.err.contains("INFO") || done.err.contains("DEBUG"), "there is a log: {}", done.err);
    assert!(!done.err.contains(&token[..8]), "{}", done.err);
}
