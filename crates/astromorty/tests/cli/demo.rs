//! `demo`: one line, one page, and nothing left behind.

use std::time::Duration;

use crate::stage::{Folder, Running, get};

#[tokio::test]
async fn it_says_where_to_look_and_leaves_nothing_behind() {
    let folder = Folder::new();
    // Whatever lies in the folder is not the demo's.
    folder.write("astromorty.toml", "[web]\nprot = 1\n");
    let demo = Running::start(&mut folder.command(&["demo"])).await;
    let at = demo.address();
    assert_eq!(demo.first_line, format!("open http://{at}/"));
    assert!(get(at, "/").await.contains("GitHub"));

    demo.signal("INT").await;
    let ended = demo.end(Duration::from_secs(10)).await;
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.contains("Discord is http://localhost:"), "{}", ended.err);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["astromorty.toml"]);
}
