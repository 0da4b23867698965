//! X, Steam and an OpenID provider: one role that takes all three, and a profile that hides.

use crate::demo::Demo;
use crate::window::Window;

const RABSCUTTLE: u64 = 76_561_197_960_287_930;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_takes_three_platforms() {
    let Some(window) = Window::open().await else { return };
    let demo = Demo::start().await;
    window.go(&demo.ours).await;
    window.picture("31-landing").await;
    window.click("a[href$='/auth/discord/login']").await;
    window.pick("ada").await;
    window.decide("authorize").await;

    go_to(&window, &demo, "twitter").await;
    window.picture("32-x").await;
    window.pick("adabird").await;
    window.decide("authorize").await;
    link(&window, "33-x-confirm", "adabird").await;

    go_to(&window, &demo, "steam").await;
    window.picture("34-steam").await;
    window.pick("Rabscuttle").await;
    window.decide("allow").await;
    link(&window, "35-steam-confirm", "Rabscuttle").await;
    let page = window.text().await;
    assert!(page.contains("All-rounder"), "{page}");

    go_to(&window, &demo, "cafe").await;
    window.picture("36-openid").await;
    window.pick("ada.lovelace").await;
    window.decide("authorize").await;
    link(&window, "37-openid-confirm", "ada.lovelace").await;
    let page = window.text().await;
    assert!(page.contains("You have this role now"), "{page}");
    window.picture("38-result").await;
    window.go(&demo.server()).await;
    let card = window.member("ada").await;
    assert!(card.contains("All-rounder"), "{card}");

    hide_the_games(&window, &demo).await;
    window.close().await;
}

async fn go_to(window: &Window, demo: &Demo, platform: &str) {
    window.go(&format!("{}api/role-connections/{platform}/authorize", demo.ours)).await;
}

async fn link(window: &Window, picture: &str, name: &str) {
    let page = window.text().await;
    assert!(page.contains(name) && page.contains("ada"), "{page}");
    assert_eq!(window.count("input:checked").await, 0, "nothing is ticked beforehand");
    window.picture(picture).await;
    window.tick("input[name=guild]").await;
    window.click("button[value=link]").await;
}

/// What Steam hides is said with its cure, and takes nothing.
async fn hide_the_games(window: &Window, demo: &Demo) {
    window.go(&demo.at_steam(RABSCUTTLE)).await;
    window.picture("39-steam-settings").await;
    window.tick("select[name=games_visible] option[value=no]").await;
    window.click("form.card button.main").await;
    window.go(&demo.dashboard()).await;
    window.click("form[action$='/check']:has(input[value=steam]) button").await;
    let page = window.text().await;
    assert!(page.contains("Game details"), "{page}");
    window.picture("40-steam-private").await;
    window.go(&demo.server()).await;
    let card = window.member("ada").await;
    assert!(card.contains("All-rounder"), "unknown takes nothing: {card}");
    window.go(&demo.at_x("adabird")).await;
    window.picture("41-x-settings").await;
}
