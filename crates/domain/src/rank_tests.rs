//! Rank, by example. Numbers N-54 and N-55 of the threat list.

use proptest::prelude::*;

use super::*;

const ALLOWED: bool = true;
const REFUSED: bool = false;

fn guild() -> GuildId {
    GuildId::new(1).unwrap()
}

fn role(number: i64, position: i64) -> Role {
    Role {
        id: RoleId::new(number).unwrap(),
        name: format!("role {number}"),
        position,
        permissions: 0,
        managed: false,
        tags: BTreeSet::new(),
    }
}

fn bot() -> BotRank {
    BotRank {
        top: role(50, 10).rank(),
        may_manage: true,
    }
}

fn check(role: &Role) -> Result<(), NotAssignable> {
    assignable(Some(role), guild(), Actor::Exempt, &bot(), REFUSED)
}

#[test]
fn n_54_the_higher_position_is_higher_and_of_equal_ones_the_lower_id() {
    assert!(role(9, 2).rank() > role(1, 1).rank());
    assert!(role(1, 2).rank() > role(9, 2).rank());
    assert_eq!(check(&role(60, 9)), Ok(()));
    assert_eq!(check(&role(51, 10)), Ok(()));
    assert_eq!(check(&role(50, 10)), Err(NotAssignable::AboveBot));
    assert_eq!(check(&role(49, 10)), Err(NotAssignable::AboveBot));
    assert_eq!(check(&role(60, 11)), Err(NotAssignable::AboveBot));
}

#[test]
fn n_54_an_author_gives_only_what_is_below_them() {
    let by = |top: Role, what: &Role| {
        assignable(
            Some(what),
            guild(),
            Actor::Ranked(top.rank()),
            &bot(),
            REFUSED,
        )
    };
    assert_eq!(by(role(70, 6), &role(60, 5)), Ok(()));
    assert_eq!(by(role(59, 5), &role(60, 5)), Ok(()));
    assert_eq!(
        by(role(60, 5), &role(60, 5)),
        Err(NotAssignable::AboveAuthor)
    );
    assert_eq!(
        by(role(61, 5), &role(60, 5)),
        Err(NotAssignable::AboveAuthor)
    );
    let nobody = Rank::highest([], guild());
    let by_nobody = assignable(
        Some(&role(60, 1)),
        guild(),
        Actor::Ranked(nobody),
        &bot(),
        REFUSED,
    );
    assert_eq!(by_nobody, Err(NotAssignable::AboveAuthor));
}

#[test]
fn n_54_a_role_that_nobody_can_give_is_refused_even_when_exempt() {
    assert_eq!(
        assignable(None, guild(), Actor::Exempt, &bot(), ALLOWED),
        Err(NotAssignable::Gone)
    );
    assert_eq!(check(&role(1, 0)), Err(NotAssignable::Everyone));
    assert_eq!(
        check(&Role {
            managed: true,
            ..role(2, 1)
        }),
        Err(NotAssignable::Managed)
    );
    for (tag, refusal) in [
        (RoleTag::Bot, NotAssignable::Managed),
        (RoleTag::Integration, NotAssignable::Managed),
        (RoleTag::Booster, NotAssignable::Managed),
        (RoleTag::Subscription, NotAssignable::Managed),
        (RoleTag::Linked, NotAssignable::Linked),
    ] {
        let tagged = Role {
            tags: BTreeSet::from([tag]),
            managed: true,
            ..role(2, 1)
        };
        assert_eq!(check(&tagged), Err(refusal));
    }
}

#[test]
fn a_bot_needs_the_permission() {
    let powerless = BotRank {
        may_manage: false,
        ..bot()
    };
    assert_eq!(
        assignable(
            Some(&role(2, 1)),
            guild(),
            Actor::Exempt,
            &powerless,
            REFUSED
        ),
        Err(NotAssignable::BotMayNot)
    );
    let of = |permissions| {
        let roles = [
            role(1, 0),
            Role {
                permissions,
                ..role(50, 10)
            },
        ];
        BotRank::of(&roles, guild())
    };
    assert_eq!(of(MANAGE_ROLES), bot());
    assert_eq!(of(ADMINISTRATOR), bot());
    assert!(!of(MANAGE_GUILD).may_manage);
}

#[test]
fn n_55_a_dangerous_role_is_refused_by_name_unless_it_is_allowed() {
    for (bit, name) in DANGEROUS {
        assert_eq!(bit.count_ones(), 1, "{name}");
        let dangerous = Role {
            permissions: bit | 1 << 10,
            ..role(2, 1)
        };
        assert_eq!(
            check(&dangerous),
            Err(NotAssignable::Dangerous(vec![name.to_owned()]))
        );
        let allowed = assignable(Some(&dangerous), guild(), Actor::Exempt, &bot(), ALLOWED);
        assert_eq!(allowed, Ok(()));
    }
    let two = Role {
        permissions: 1 << 1 | 1 << 2,
        ..role(2, 1)
    };
    assert_eq!(
        check(&two).unwrap_err().to_string(),
        "this role can Ban Members, Kick Members; take that from the role, or ask the operator \
         for allow_dangerous_roles"
    );
}

#[test]
fn n_55_harmless_permissions_are_no_danger() {
    let dangerous = DANGEROUS.iter().fold(0, |bits, (bit, _)| bits | bit);
    let harmless = Role {
        permissions: !dangerous,
        ..role(2, 1)
    };
    assert_eq!(check(&harmless), Ok(()));
}

proptest! {
    #[test]
    fn the_order_is_total_and_its_top_is_one_of_the_roles(
        places in prop::collection::vec((1_i64..20, 0_i64..4), 1..8),
    ) {
        let roles: Vec<_> = places.iter().map(|(id, position)| role(*id, *position)).collect();
        let top = Rank::highest(&roles, guild());
        prop_assert!(roles.iter().all(|role| role.rank() <= top));
        prop_assert!(roles.iter().any(|role| role.rank() == top));
    }
}
