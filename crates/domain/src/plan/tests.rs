//! Plans, by example and by law.

use proptest::prelude::*;

use super::*;

const NOW: Moment = Moment::from_millis(1_717_200_000_000);

fn role(number: i64) -> RoleId {
    RoleId::new(number).unwrap()
}

/// Rule `number` of a role; version 1, no grace.
fn rule(number: i64, role_number: i64, outcome: Outcome) -> Judged {
    Judged {
        rule: RuleId::new(number).unwrap(),
        version: 1,
        role: role(role_number),
        outcome,
        grace: Span::ZERO,
        observe_only: false,
        paused: false,
        within_reach: true,
    }
}

fn held(roles: &[i64]) -> Held {
    roles.iter().map(|number| role(*number)).collect()
}

/// Roles of ours, each with the rule it rests on.
fn ours(grants: &[(i64, i64)]) -> Ours {
    let grants = grants.iter().map(|(number, rule)| {
        let rule = RuleId::new(*rule).unwrap();
        let grant = Grant { rule, version: 1, grace_until: None };
        (role(*number), grant)
    });
    grants.collect()
}

fn taken(plan: &Plan) -> Vec<(i64, Cause)> {
    plan.take.iter().map(|take| (take.role.number(), take.cause)).collect()
}

fn given(plan: &Plan) -> Vec<(i64, i64)> {
    plan.give.iter().map(|give| (give.role.number(), give.rule.number())).collect()
}

/// What the world looks like after a plan was carried out.
fn carry_out(plan: &Plan, held: &mut Held, ours: &mut Ours) {
    for role in &plan.forget {
        ours.remove(role);
    }
    for give in plan.give.iter().chain(&plan.adopt) {
        held.insert(give.role);
        let Give { rule, version, .. } = *give;
        ours.insert(give.role, Grant { rule, version, grace_until: None });
    }
    for take in &plan.take {
        held.remove(&take.role);
        ours.remove(&take.role);
    }
    for wait in &plan.wait {
        ours.get_mut(&wait.role).unwrap().grace_until = Some(wait.until);
    }
}

#[test]
fn a_role_whose_rule_holds_is_given_once() {
    let rules = [rule(1, 10, Outcome::Holds)];
    let plan_for =
        |held_now: &[i64], ours_now: &[(i64, i64)]| plan(&rules, &held(held_now), &ours(ours_now), NOW);
    assert_eq!(given(&plan_for(&[], &[])), [(10, 1)]);
    assert!(plan_for(&[10], &[(10, 1)]).is_empty());
}

#[test]
fn a_role_given_by_hand_is_left_and_not_ours_from_then_on() {
    for outcome in [Outcome::Holds, Outcome::Fails, Outcome::Unknown] {
        let plan = plan(&[rule(1, 10, outcome)], &held(&[10]), &Ours::new(), NOW);
        assert_eq!(plan, Plan::default(), "{outcome:?}");
    }
}

#[test]
fn a_role_whose_rule_fails_is_taken() {
    let plan = plan(&[rule(1, 10, Outcome::Fails)], &held(&[10]), &ours(&[(10, 1)]), NOW);
    assert_eq!(taken(&plan), [(10, Cause::RuleFails)]);
}

#[test]
fn unknown_leaves_everything_as_it_is() {
    let rules = [rule(1, 10, Outcome::Unknown), rule(2, 20, Outcome::Unknown)];
    assert_eq!(plan(&rules, &held(&[10]), &ours(&[(10, 1)]), NOW), Plan::default());
}

#[test]
fn a_role_without_a_rule_is_taken_at_once() {
    let plan = plan(&[], &held(&[10]), &ours(&[(10, 1)]), NOW);
    assert_eq!(taken(&plan), [(10, Cause::NoRule)]);
}

#[test]
fn a_role_taken_by_hand_is_forgotten_and_given_again_while_its_rule_holds() {
    let planned = |outcome| plan(&[rule(1, 10, outcome)], &held(&[]), &ours(&[(10, 1)]), NOW);
    let holds = planned(Outcome::Holds);
    assert_eq!((holds.forget.clone(), given(&holds)), (vec![role(10)], vec![(10, 1)]));
    for outcome in [Outcome::Fails, Outcome::Unknown] {
        let plan = planned(outcome);
        assert_eq!(plan.forget, [role(10)]);
        assert_eq!((given(&plan), taken(&plan)), (vec![], vec![]));
    }
}

#[test]
fn several_rules_for_one_role_combine_by_or() {
    let both = |a, b| {
        let rules = [rule(1, 10, a), rule(2, 10, b)];
        plan(&rules, &held(&[10]), &ours(&[(10, 1)]), NOW)
    };
    assert_eq!(taken(&both(Outcome::Fails, Outcome::Fails)), [(10, Cause::RuleFails)]);
    assert!(both(Outcome::Fails, Outcome::Unknown).is_empty());
    assert!(both(Outcome::Holds, Outcome::Fails).is_empty());
    let moved = both(Outcome::Fails, Outcome::Holds);
    assert_eq!(moved.adopt.len(), 1, "the grant rests on the second rule now");
    assert_eq!(moved.adopt[0].rule.number(), 2);
}

#[test]
fn a_grant_follows_the_version_of_its_rule() {
    let newer = Judged { version: 2, ..rule(1, 10, Outcome::Holds) };
    let plan = plan(&[newer], &held(&[10]), &ours(&[(10, 1)]), NOW);
    assert_eq!(plan.adopt[0].version, 2);
}

#[test]
fn a_grace_begins_runs_and_ends() {
    let rules = [Judged { grace: Span::days(3), ..rule(1, 10, Outcome::Fails) }];
    let (mut held, mut ours) = (held(&[10]), ours(&[(10, 1)]));
    let begun = plan(&rules, &held, &ours, NOW);
    let until = NOW + Span::days(3);
    assert_eq!(begun.wait, [Wait { role: role(10), until, grace: Grace::Begins }]);
    assert!(!begun.is_empty());
    carry_out(&begun, &mut held, &mut ours);

    let running = plan(&rules, &held, &ours, NOW + Span::days(2));
    assert_eq!(running.wait, [Wait { role: role(10), until, grace: Grace::Runs }]);
    assert!(running.is_empty());

    let last = Moment::from_millis(until.millis() - 1);
    assert!(plan(&rules, &held, &ours, last).take.is_empty());
    assert_eq!(taken(&plan(&rules, &held, &ours, until)), [(10, Cause::RuleFails)]);
}

#[test]
fn a_rule_that_holds_again_ends_the_grace() {
    let mut ours = ours(&[(10, 1)]);
    ours.get_mut(&role(10)).unwrap().grace_until = Some(NOW - Span::days(1));
    let planned = |outcome| plan(&[rule(1, 10, outcome)], &held(&[10]), &ours, NOW);
    assert_eq!(planned(Outcome::Holds).adopt.len(), 1);
    assert_eq!(planned(Outcome::Unknown), Plan::default());
    assert_eq!(planned(Outcome::Fails).take.len(), 1);
}

#[test]
fn a_shortened_grace_counts_from_now_and_does_not_slide() {
    let mut ours = ours(&[(10, 1)]);
    ours.get_mut(&role(10)).unwrap().grace_until = Some(NOW + Span::days(9));
    let mut held = held(&[10]);
    let rules = [Judged { grace: Span::days(1), ..rule(1, 10, Outcome::Fails) }];
    let shortened = plan(&rules, &held, &ours, NOW);
    assert_eq!(shortened.wait[0].until, NOW + Span::days(1));
    carry_out(&shortened, &mut held, &mut ours);
    assert_eq!(plan(&rules, &held, &ours, NOW + Span::hours(23)).wait[0].grace, Grace::Runs);
    assert_eq!(plan(&rules, &held, &ours, NOW + Span::days(1)).take.len(), 1);
}

#[test]
fn the_longest_grace_of_a_role_counts() {
    let rules = [rule(1, 10, Outcome::Fails), Judged { grace: Span::days(2), ..rule(2, 10, Outcome::Fails) }];
    let plan = plan(&rules, &held(&[10]), &ours(&[(10, 1)]), NOW);
    assert_eq!(plan.wait[0].until, NOW + Span::days(2));
}

#[test]
fn a_rule_that_is_paused_or_out_of_reach_neither_gives_nor_takes() {
    for still in [
        Judged { paused: true, ..rule(1, 10, Outcome::Holds) },
        Judged { within_reach: false, ..rule(1, 10, Outcome::Holds) },
    ] {
        assert!(plan(std::slice::from_ref(&still), &held(&[]), &Ours::new(), NOW).is_empty());
        let fails = Judged { outcome: Outcome::Fails, ..still };
        assert!(plan(&[fails], &held(&[10]), &ours(&[(10, 1)]), NOW).is_empty());
    }
}

#[test]
fn a_watched_rule_has_no_say() {
    let watched = |number, outcome| Judged { observe_only: true, ..rule(number, 10, outcome) };
    let ours_by = |number| ours(&[(10, number)]);
    assert!(plan(&[watched(1, Outcome::Holds)], &held(&[]), &Ours::new(), NOW).is_empty());
    // Its own grant, or the only rule: nothing is taken.
    assert!(plan(&[watched(1, Outcome::Fails)], &held(&[10]), &ours_by(1), NOW).is_empty());
    assert!(plan(&[watched(1, Outcome::Fails)], &held(&[10]), &ours_by(9), NOW).is_empty());
    let beside = [watched(1, Outcome::Holds), rule(2, 10, Outcome::Fails)];
    assert!(plan(&beside, &held(&[10]), &ours_by(1), NOW).is_empty());
    // Beside another rule: that one decides.
    assert_eq!(plan(&beside, &held(&[10]), &ours_by(2), NOW).take.len(), 1);
}

#[test]
fn a_departure_takes_everything_that_is_ours_at_once() {
    let mut ours = ours(&[(10, 1), (20, 2)]);
    ours.get_mut(&role(10)).unwrap().grace_until = Some(NOW + Span::days(9));
    let plan = plan_departure(&ours);
    assert_eq!(taken(&plan), [(10, Cause::Departed), (20, Cause::Departed)]);
    assert_eq!(Plan { take: vec![], ..plan }, Plan::default());
    assert!(plan_departure(&Ours::new()).is_empty());
}

fn any_rule() -> impl Strategy<Value = Judged> {
    let outcomes = vec![Outcome::Holds, Outcome::Fails, Outcome::Unknown];
    let flags = [prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.8)];
    let numbers = (1_i64..8, 1_i64..3, 1_i64..5, -1_i64..3);
    (numbers, prop::sample::select(outcomes), flags).prop_map(|(numbers, outcome, flags)| {
        let (number, version, role, days) = numbers;
        let [observe_only, paused, within_reach] = flags;
        let grace = Span::days(days);
        Judged { version, grace, observe_only, paused, within_reach, ..rule(number, role, outcome) }
    })
}

fn any_ours() -> impl Strategy<Value = Ours> {
    let grace = prop::option::of((-5_i64..5).prop_map(|days| NOW + Span::days(days)));
    let grant = (1_i64..8, 1_i64..3, grace).prop_map(|(rule, version, grace_until)| {
        let rule = RuleId::new(rule).unwrap();
        Grant { rule, version, grace_until }
    });
    prop::collection::btree_map((1_i64..6).prop_map(role), grant, 0..5)
}

fn any_held() -> impl Strategy<Value = Held> {
    prop::collection::btree_set((1_i64..6).prop_map(role), 0..6)
}

proptest! {
    #[test]
    fn a_plan_never_takes_what_is_not_ours(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
    ) {
        let plan = plan(&rules, &held, &ours, NOW);
        for take in &plan.take {
            prop_assert!(held.contains(&take.role) && ours.contains_key(&take.role));
        }
        for wait in &plan.wait {
            prop_assert!(held.contains(&wait.role) && ours.contains_key(&wait.role));
        }
    }

    #[test]
    fn unknown_never_takes(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
        unknown in 0_usize..8,
    ) {
        let mut rules = rules;
        prop_assume!(!rules.is_empty());
        let at = unknown % rules.len();
        rules[at].outcome = Outcome::Unknown;
        rules[at].observe_only = false;
        let kept = rules[at].role;
        let plan = plan(&rules, &held, &ours, NOW);
        prop_assert!(plan.take.iter().all(|take| take.role != kept));
        prop_assert!(plan.wait.iter().all(|wait| wait.role != kept));
    }

    #[test]
    fn a_plan_carried_out_leaves_nothing_to_do(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
    ) {
        let (mut held, mut ours) = (held, ours);
        carry_out(&plan(&rules, &held, &ours, NOW), &mut held, &mut ours);
        let again = plan(&rules, &held, &ours, NOW);
        prop_assert!(again.is_empty(), "{:?}", again);
    }

    #[test]
    fn the_order_of_rules_of_different_roles_does_not_matter(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
    ) {
        let mut by_role = rules.clone();
        by_role.sort_by_key(|rule| std::cmp::Reverse(rule.role));
        prop_assert_eq!(plan(&rules, &held, &ours, NOW), plan(&by_role, &held, &ours, NOW));
    }

    #[test]
    fn every_give_names_a_rule_that_holds_and_may_act(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
    ) {
        let plan = plan(&rules, &held, &ours, NOW);
        for give in plan.give.iter().chain(&plan.adopt) {
            let named = |rule: &&Judged| {
                (rule.role, rule.rule, rule.version) == (give.role, give.rule, give.version)
            };
            let acts = |rule: &Judged| !rule.paused && !rule.observe_only && rule.within_reach;
            let holds = |rule: &Judged| rule.outcome == Outcome::Holds && acts(rule);
            prop_assert!(rules.iter().filter(named).any(holds));
        }
    }

    #[test]
    fn a_plan_is_kept_as_json(
        rules in prop::collection::vec(any_rule(), 0..8),
        held in any_held(),
        ours in any_ours(),
    ) {
        let plan = plan(&rules, &held, &ours, NOW);
        let text = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}
