//! Link GitHub, get the role, lose it, unlink.

use domain::moment::Span;

use crate::harness::{self, GUILD, POPULAR, TestApp};

const ADA: u64 = 2_001;
const OCTOCAT: u64 = 583_231;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_comes_with_the_link_and_goes_with_its_reason() {
    harness::on_both(|app: TestApp| async move {
        app.person(ADA, "ada");
        app.account(OCTOCAT, "octocat", 60);
        app.rule(POPULAR, "github.followers >= 10").await;

        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        let confirm = browser.to_confirm("github", OCTOCAT).await;
        assert!(confirm.says("octocat") && confirm.says("ada"), "{}", confirm.body);
        assert!(confirm.says("followers on GitHub"));
        assert_eq!(app.pushed(ADA), None, "nothing is pushed before the member says yes");

        let guild = GUILD.to_string();
        let result =
            browser.submit(&confirm, &[("decision", "link"), ("guild", &guild), ("profile", "yes")]).await;
        assert!(result.says("Popular"), "{}", result.body);
        app.settle(ADA).await;
        assert_eq!(app.roles(ADA), [POPULAR]);
        let pushed = app.pushed(ADA).unwrap();
        assert_eq!(pushed.platform_name.as_deref(), Some("GitHub"));
        assert_eq!(pushed.platform_username.as_deref(), Some("octocat"));
        assert_eq!(pushed.metadata["github_followers"], "60");
        let dashboard = browser.visit("/dashboard/connections").await;
        assert!(dashboard.says("60 followers on GitHub"), "{}", dashboard.body);

        app.github.change(OCTOCAT, |account| account.followers = 3);
        app.advance(Span::minutes(2));
        let checked = browser
            .post_with_token("/dashboard/connections/check", &dashboard, &[("platform", "github")])
            .await;
        let checked = browser.follow(checked).await;
        app.settle(ADA).await;
        assert_eq!(app.roles(ADA), Vec::<u64>::new());
        assert!(checked.says("3 followers on GitHub, it takes 10"), "{}", checked.body);
        assert_eq!(app.pushed(ADA).unwrap().metadata["github_followers"], "3");

        let unlinking = [("platform", "github"), ("sure", "yes")];
        let unlinked = browser.post_with_token("/dashboard/connections/unlink", &checked, &unlinking).await;
        browser.follow(unlinked).await;
        app.settle(ADA).await;
        assert_eq!(app.pushed(ADA), None);
        assert_eq!(app.github.tokens_of(OCTOCAT), 0, "the grant is revoked");
    })
    .await;
}
