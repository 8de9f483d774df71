//! Where it listens, and what it tells.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

use crate::client::{Served, read_answer};
use crate::harness::{Place, Running, wait_until};

#[test]
fn a_socket_is_its_owners_alone_and_goes_with_the_server() {
    let place = Place::new();
    let path = place.file("page.sock");
    // One that nobody listens at any more.
    drop(UnixListener::bind(&path).unwrap());
    let mut running = Running::spawn_unread(place.command(&["serve", "--socket", path.to_str().unwrap()]));
    let url = running.lines().next().unwrap();
    let token = url.split_once("?token=").unwrap().1.to_owned();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let mut stream = UnixStream::connect(&path).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: localhost:8080\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(read_answer(&mut stream).status, 200);
    let second = place.run(&["serve", "--socket", path.to_str().unwrap()]);
    assert_eq!(second.code(), Some(1), "{second:?}");
    assert!(second.err.contains("another program listens there"), "{}", second.err);
    running.signal("INT");
    let done = running.wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert!(done.err.contains(&format!("ssh -L 8177:{} ", path.display())), "{}", done.err);
    assert!(!path.exists());
    let left: Vec<_> =
        std::fs::read_dir(place.file("")).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("page.sock")), "{left:?}");
    std::fs::write(&path, "mine").unwrap();
    let refused = place.run(&["serve", "--socket", path.to_str().unwrap()]);
    assert!(refused.code() == Some(1) && refused.err.contains("no socket"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn it_tells_the_way_here_and_warns_where_others_can_come() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (address, done) = (served.address.clone(), served.end());
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let port = address.rsplit(':').next().unwrap();
    assert!(done.err.contains(&format!("ssh -L {port}:127.0.0.1:{port} ")), "{}", done.err);
    assert!(!done.err.contains("warning"), "{}", done.err);
    let mut open = Running::spawn_unread(place.command(&["serve", "--bind", "0.0.0.0:0"]));
    let url = open.lines().next().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    open.signal("TERM");
    let done = open.wait();
    assert!(done.err.contains("warning: others can reach this address"), "{}", done.err);
    for (args, said) in [
        (["serve", "--bind", "nowhere"], "write it like 127.0.0.1:8177"),
        (["serve", "--allow-host", "lab:80"], "the name alone"),
        (["serve", "--layout", "/no/such.toml"], "cannot read the layout"),
    ] {
        let done = place.run(&args);
        assert!(done.code() == Some(2) && done.err.contains(said), "{done:?}");
    }
}

#[test]
fn a_file_of_a_token_keeps_the_address_and_the_cookie() {
    let place = Place::new();
    let file = place.file("token");
    let args = ["--token-file", file.to_str().unwrap()];
    let tokens: Vec<String> = (0..2).map(|_| Served::start(&place, &args).token.clone()).collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), tokens[0]);
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
    let refused = place.run(&["serve", "--token-file", file.to_str().unwrap()]);
    assert!(refused.code() == Some(1) && refused.err.contains("chmod 600"), "{refused:?}");
    assert!(!refused.err.contains(&tokens[0]));
}

#[test]
fn it_opens_nothing_by_itself_and_shows_no_other_user_the_token() {
    let place = Place::new();
    let folder = place.file("bin");
    std::fs::create_dir(&folder).unwrap();
    let (opened, script) = (place.file("opened"), folder.join("xdg-open"));
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> {0}\nstat -c %a \"$1\" >> {0}\ncat \"$1\" >> {0}\n",
        opened.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let serve = |args: &[&str]| {
        Served::start_with(&place, args, |command: &mut Command| {
            command.env("PATH", &path).env("XDG_RUNTIME_DIR", place.file(""));
        })
    };
    let silent = serve(&[]);
    assert_eq!(silent.end().code(), Some(0));
    assert!(!opened.exists(), "it opened a browser unasked");
    let served = serve(&["--open"]);
    let read = || std::fs::read_to_string(&opened).unwrap_or_default();
    wait_until("the browser is opened", || read().contains("</title>"));
    let text = read();
    let mut lines = text.lines();
    let (argument, mode) = (lines.next().unwrap().to_owned(), lines.next().unwrap().to_owned());
    assert_eq!(mode, "600");
    assert!(!argument.contains(&served.token), "arguments are for all to see: {argument}");
    assert!(text.contains(&format!("http://{}/?token={}", served.address, served.token)), "{text}");
    assert_eq!(served.end().code(), Some(0));
    assert!(!std::path::Path::new(&argument).exists(), "it is left behind");
}
