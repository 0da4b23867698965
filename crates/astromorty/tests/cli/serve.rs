//! `serve`: starts, refuses a second one, and ends in good order.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::stage::{Folder, Running, alone, get, said};

/// What a supervisor waits before it kills.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn it_serves_until_a_signal_and_ends_with_0() {
    for signal in ["TERM", "INT"] {
        let folder = Folder::new();
        alone(&folder);
        let serving = Running::start(&mut folder.command(&["serve"])).await;
        let at = serving.address();
        assert_eq!(serving.first_line, format!("serving on http://{at}"));
        assert!(get(at, "/healthz").await.starts_with("HTTP/1.1 200"));
        assert!(get(at, "/").await.contains("Astromorty"));

        serving.signal(signal).await;
        let ended = serving.end(PATIENCE).await;
        assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.err);
        assert!(TcpStream::connect(at).await.is_err());
    }
}

#[tokio::test]
async fn a_visitor_who_never_finishes_does_not_hold_up_the_end() {
    let folder = Folder::new();
    alone(&folder);
    let serving = Running::start(&mut folder.command(&["serve"])).await;
    let _visitor = half_a_form(serving.address()).await;

    serving.signal("TERM").await;
    let ended = serving.end(PATIENCE).await;
    assert_eq!(ended.code, 0);
    assert!(ended.err.contains("the next start finishes it"), "{}", ended.err);
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let folder = Folder::new();
    alone(&folder);
    let serving = Running::start(&mut folder.command(&["serve"])).await;
    let at = serving.address();
    let _visitor = half_a_form(at).await;

    serving.signal("TERM").await;
    while TcpStream::connect(at).await.is_ok() {}
    serving.signal("INT").await;
    let ended = serving.end(PATIENCE).await;
    assert_eq!(ended.code, 0);
    assert!(ended.err.contains("stopped at once"), "{}", ended.err);
}

/// A visitor whose request has begun and will not end.
async fn half_a_form(at: SocketAddr) -> TcpStream {
    let mut visitor = TcpStream::connect(at).await.unwrap();
    let head = "POST /api/role-connections/github/callback HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncode=";
    visitor.write_all(format!("{head}{form}").as_bytes()).await.unwrap();
    // Once a later request is answered, this one is being read.
    get(at, "/healthz").await;
    visitor
}

#[tokio::test]
async fn a_second_one_on_the_same_file_is_refused() {
    let folder = Folder::new();
    alone(&folder);
    let first = Running::start(&mut folder.command(&["serve"])).await;
    for command in ["serve", "migrate"] {
        let second = folder.run(&[command]).await;
        assert_eq!((second.code, second.out.as_str()), (1, ""));
        assert!(second.err.contains("more than one process needs PostgreSQL"), "{}", second.err);
    }
    // Short commands may work beside it.
    assert_eq!(folder.run(&["rules", "holds"]).await.out, "No removal is held.\n");

    first.signal("KILL").await;
    drop(first);
    let third = Running::start(&mut folder.command(&["serve"])).await;
    third.signal("TERM").await;
    assert_eq!(third.end(PATIENCE).await.code, 0);
}

#[tokio::test]
async fn a_taken_port_is_named_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = taken.local_addr().unwrap();
    let folder = Folder::new();
    alone(&folder);
    for (name, value) in
        [("ASTROMORTY__WEB__METRICS_BIND", at.to_string()), ("ASTROMORTY__WEB__PORT", at.port().to_string())]
    {
        let refused = said(folder.command(&["serve"]).env(name, value)).await;
        assert_eq!((refused.code, refused.out.as_str()), (1, ""));
        assert!(refused.err.contains(&format!("cannot listen on {at}")), "{}", refused.err);
        assert!(refused.err.contains("web."), "{}", refused.err);
    }
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let folder = Folder::new();
    alone(&folder);
    let mut command = folder.command(&["serve"]);
    let serving = Running::start(command.env("ASTROMORTY__WEB__METRICS_BIND", free.to_string())).await;
    assert!(get(free, "/metrics").await.starts_with("HTTP/1.1 200"));
    assert!(get(serving.address(), "/metrics").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn log_lines_can_be_json() {
    let folder = Folder::new();
    alone(&folder);
    let serving = Running::start(&mut folder.command(&["serve", "--log", "json"])).await;
    serving.signal("TERM").await;
    let ended = serving.end(PATIENCE).await;
    let lines: Vec<serde_json::Value> =
        ended.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["message"].as_str().unwrap().contains("needs PostgreSQL")));
    assert!(lines.iter().any(|line| line["message"] == "stopped"));
}
