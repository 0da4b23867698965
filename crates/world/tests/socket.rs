//! The stand-ins over a real socket, where a cut answer closes the connection.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use world::{Clock, Discord, Fault, FaultKind, serve};

/// Asks for a path with one plain HTTP/1.1 request and reads until the other side closes.
async fn get(port: u16, path: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: DiscordBot (x, 1)\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset instead of an orderly close is fine: both mean that the connection is gone.
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_cut_answer_has_no_end() {
    let discord = Discord::new(Clock::system());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(discord.router(), listener, async move {
        let _ = stopped.await;
    }));
    assert!(get(port, "/api/v10/users/@me").await.contains("401: Unauthorized"));
    discord.fault(Fault::once("GET /users/@me", FaultKind::Cut));
    let cut = get(port, "/api/v10/users/@me").await;
    assert!(!cut.contains("401") && !cut.ends_with("0\r\n\r\n"), "{cut:?}");
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_binary_serves_a_scenario_and_names_its_mistakes() {
    let world = || Command::new(env!("CARGO_BIN_EXE_world"));
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/cafe.json");
    let mut running = world().arg(scenario).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let places: Vec<String> = lines.take(5).map(|line| line.unwrap()).collect();
    let port = |place: &String| place.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap();
    let ports: Vec<u16> = places.iter().map(port).collect();
    assert!(get(ports[0], "/").await.contains("Rust Café"));
    assert!(get(ports[1], "/users/octocat").await.contains("583231"));
    assert!(get(ports[2], "/settings/ada").await.contains("name=\"followers\""));
    assert!(get(ports[3], "/").await.contains("game details private"));
    let discovery = get(ports[4], "/realms/cafe/.well-known/openid-configuration").await;
    let issuer = format!("\"issuer\":\"{}\"", places[4].strip_prefix("oidc ").unwrap());
    assert!(discovery.contains(&issuer), "{discovery}");
    running.kill().unwrap();
    running.wait().unwrap();
    for (arguments, message) in [
        (&[][..], "usage: world"),
        (&["/nowhere.json"], "/nowhere.json: "),
        (&[scenario, "port"], "\"port\" is not a port"),
        (&[scenario, "0", "0", "0", "0", "0", "0"], "usage: world"),
    ] {
        let ended = world().args(arguments).output().unwrap();
        let text = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success() && text.contains(message), "{arguments:?}: {text}");
    }
}
