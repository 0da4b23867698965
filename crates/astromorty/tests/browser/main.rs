//! The demo in a real browser: sign in, link, consent, see the role, lose it, unlink.
//!
//! `CHROMEDRIVER` names the driver; without it the stories are skipped aloud. `PICTURES` names a
//! folder for screenshots, `SCHEME=dark` and `WIDTH=390` change how they look.

mod demo;
mod three;
mod window;

use demo::Demo;
use window::Window;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_path_from_sign_in_to_unlink() {
    let Some(window) = Window::open().await else { return };
    let demo = Demo::start().await;

    link(&window, &demo).await;
    see_the_roles(&window, &demo).await;
    lose_a_role(&window, &demo).await;
    unlink(&window, &demo).await;
    window.close().await;
}

/// From the landing page to the result, reading every page on the way.
async fn link(window: &Window, demo: &Demo) {
    window.go(&demo.ours).await;
    window.picture("1-landing").await;
    window.click("a[href$='/github/authorize']").await;
    window.picture("2-discord").await;
    window.pick("ada").await;
    window.decide("authorize").await;
    window.picture("3-github").await;
    window.pick("octocat").await;
    window.decide("authorize").await;

    let page = window.text().await;
    assert!(page.contains("octocat") && page.contains("ada"), "{page}");
    assert_eq!(window.count("form[action$='/confirm']").await, 1);
    assert_eq!(window.count("main form").await, 1, "the confirm page has exactly one form");
    assert_eq!(window.count("input:checked").await, 0, "nothing is ticked beforehand");
    window.picture("4-confirm").await;
    window.tick("input[name=guild]").await;
    window.tick("input[name=profile]").await;
    window.click("button[value=link]").await;
    let page = window.text().await;
    assert!(page.contains("Popular") && page.contains("60 followers on GitHub"), "{page}");
    window.picture("5-result").await;
}

/// The server's roles and the linked role, as people see them at Discord.
async fn see_the_roles(window: &Window, demo: &Demo) {
    window.go(&demo.server()).await;
    let card = window.member("ada").await;
    assert!(card.contains("Popular") && card.contains("On GitHub") && card.contains("octocat"), "{card}");
    window.picture("6-server").await;
    window.claim("ada").await;
    let card = window.member("ada").await;
    assert!(card.contains("Octo-famous"), "the linked role is claimed: {card}");
}

/// The account changes, and a check takes what it no longer earns.
async fn lose_a_role(window: &Window, demo: &Demo) {
    window.go(&demo.settings_of("octocat")).await;
    window.fill("input[name=followers]", "3").await;
    window.picture("7-github-settings").await;
    window.click("button[type=submit], form button").await;
    window.go(&demo.dashboard()).await;
    window.picture("8-dashboard-before").await;
    window.click("form[action$='/check'] button").await;
    let page = window.text().await;
    assert!(page.contains("3 followers on GitHub, it takes 10"), "{page}");
    window.picture("9-dashboard-after").await;
    window.go(&demo.server()).await;
    let card = window.member("ada").await;
    assert!(!card.contains("Popular") && card.contains("On GitHub"), "the role is taken back: {card}");
    assert!(!card.contains("Octo-famous"), "Discord takes the linked role: {card}");
}

/// Everything goes with the link.
async fn unlink(window: &Window, demo: &Demo) {
    window.go(&demo.dashboard()).await;
    window.click("form[action$='/unlink'] button").await;
    window.picture("10-unlink").await;
    window.click("form[action$='/unlink'] button").await;
    let page = window.text().await;
    assert!(!page.contains("octocat"), "{page}");
    window.picture("11-unlinked").await;
    window.go(&demo.server()).await;
    let card = window.member("ada").await;
    assert!(!card.contains("On GitHub") && !card.contains("octocat"), "all gone: {card}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saying_no_anywhere_leaves_nothing_behind() {
    let Some(window) = Window::open().await else { return };
    let demo = Demo::start().await;

    window.go(&demo.ours).await;
    window.click("a[href$='/auth/discord/login']").await;
    window.pick("grace").await;
    window.decide("cancel").await;
    assert!(window.text().await.contains("Nothing was changed or lost"), "{}", window.text().await);
    window.picture("21-refused-at-discord").await;

    window.go(&demo.ours).await;
    window.click("a[href$='/github/authorize']").await;
    window.pick("grace").await;
    window.decide("authorize").await;
    window.pick("hubot").await;
    window.decide("cancel").await;
    assert!(window.text().await.contains("Nothing was changed or lost"), "{}", window.text().await);
    window.picture("22-refused-at-github").await;

    window.go(&format!("{}api/role-connections/github/authorize", demo.ours)).await;
    window.pick("hubot").await;
    window.decide("authorize").await;
    window.click("button[value=cancel]").await;
    let page = window.text().await;
    assert!(!page.contains("hubot"), "{page}");
    window.picture("23-cancelled").await;

    window.go(&demo.server()).await;
    assert!(!window.member("grace").await.contains("On GitHub"));
    for path in ["privacy", "terms", "no-such-page"] {
        window.go(&format!("{}{path}", demo.ours)).await;
        window.picture(&format!("24-{path}")).await;
    }
    window.close().await;
}
