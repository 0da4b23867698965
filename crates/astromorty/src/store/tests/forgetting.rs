//! Forgetting: a person who leaves is in no row any more, and nothing is kept for ever.
//!
//! The tables are filled as the schema says, so a new column or table is part of it from its first day.

use std::collections::BTreeMap;

use domain::id::UserId;
use domain::moment::Span;

use super::fixtures::{NOW, ada, bob, later};
use super::ground::{Ground, on_both};
use super::schema::{Column, columns};
use crate::store::{Arg, StoreError, Tx, person, retention};

/// Columns that name a person. A server's owner is what Discord says of the server.
const PEOPLE: [&str; 3] = ["user_id", "author", "discord_user.id"];

fn names_a_person(column: &Column) -> bool {
    PEOPLE.contains(&column.name.as_str())
        || PEOPLE.contains(&format!("{}.{}", column.table, column.name).as_str())
}

fn tables(columns: &[Column]) -> BTreeMap<String, Vec<Column>> {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table.clone()).or_default().push(column.clone());
    }
    tables
}

/// One row in every table, with every column filled; ids agree from table to table.
async fn fill(ground: &Ground, user: UserId) {
    let tables = tables(&columns(ground).await);
    ground
        .write(async move |tx| {
            for (table, columns) in &tables {
                fill_one(tx, (table, columns), user).await?;
            }
            Ok(())
        })
        .await;
}

async fn fill_one(tx: &mut Tx, (table, columns): (&str, &[Column]), user: UserId) -> Result<u64, StoreError> {
    let number = user.number() * 1_000_000;
    let text = format!("text of {number}");
    let value = |column: &Column| match column.kind.as_str() {
        _ if names_a_person(column) => Arg::Int(user.number()),
        "bigint" => Arg::Int(number),
        _ => Arg::Text(&text),
    };
    let values: Vec<Arg<'_>> = columns.iter().map(value).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    tx.run(&format!("insert into \"{table}\" ({names}) values ({places})"), &values).await
}

/// Tables with a row that names a user, with how many.
async fn traces(ground: &Ground, user: UserId) -> BTreeMap<String, i64> {
    let mut traces = BTreeMap::new();
    for (table, columns) in tables(&columns(ground).await) {
        let (id, number) = (user.number(), user.number() * 1_000_000);
        let same = |column: &Column| match column.kind.as_str() {
            "bigint" => format!("{} in ({id}, {number})", column.name),
            _ => format!("{} like '%{number}%'", column.name),
        };
        let any: Vec<String> = columns.iter().filter(|column| column.name != "at").map(same).collect();
        let sql = format!("select count(*) from \"{table}\" where {}", any.join(" or "));
        let count = ground.read(async move |tx| tx.one(&sql, &[]).await?.unwrap().int(0)).await;
        if count > 0 {
            traces.insert(table, count);
        }
    }
    traces
}

/// Tables about servers, operators and processes; their rows are nobody's.
const NOBODYS: [&str; 8] =
    ["departed", "fleet", "guild", "guild_platform", "hold", "once", "platform_setting", "spending"];

#[tokio::test]
async fn n_74_whoever_is_forgotten_is_in_no_row_any_more() {
    on_both(async |ground| {
        fill(&ground, ada()).await;
        fill(&ground, bob()).await;
        let (of_ada, of_bob) = (traces(&ground, ada()).await, traces(&ground, bob()).await);
        assert_eq!(of_ada.len(), 22, "every table holds something: {of_ada:?}");
        assert_eq!(of_ada, of_bob);

        ground.write(async |tx| person::forget(tx, ada()).await).await;
        let left: Vec<String> = traces(&ground, ada()).await.into_keys().collect();
        let mut expected = NOBODYS.to_vec();
        expected.push("rule");
        expected.sort_unstable();
        assert_eq!(left, expected, "a rule stays, without its author");
        assert_eq!(ground.number("select count(*) from rule where author = 101").await, 0);
        assert_eq!(traces(&ground, bob()).await, of_bob, "nobody else is touched");
    })
    .await;
}

#[tokio::test]
async fn links_on_their_way_in_a_forgotten_users_browser_go_too() {
    on_both(async |ground| {
        fill(&ground, ada()).await;
        ground.execute("update \"authorization\" set user_id = null").await;
        ground.execute("update attempt set user_id = null").await;
        ground.write(async |tx| person::forget(tx, ada()).await).await;
        assert_eq!(ground.number("select count(*) from \"authorization\"").await, 0);
        assert_eq!(ground.number("select count(*) from attempt").await, 0);
    })
    .await;
}

#[tokio::test]
async fn only_what_retires_a_token_outlives_its_user_and_not_for_ever() {
    on_both(async |ground| {
        fill(&ground, ada()).await;
        ground.execute("update work set kind = 'retire', dead_at = 1750000000000").await;
        ground.write(async |tx| person::forget(tx, ada()).await).await;
        assert_eq!(ground.number("select count(*) from work").await, 1);
        ground.write(async |tx| retention::clean(tx, NOW + Span::days(90)).await).await;
        assert_eq!(ground.number("select count(*) from work").await, 0);
    })
    .await;
}

/// What is deleted, by which moment, and how long after it.
const SERVED: [(&str, &str, Span); 10] = [
    ("session", "expires_at", Span::ZERO),
    ("authorization", "expires_at", Span::ZERO),
    ("once", "until", Span::ZERO),
    ("attempt", "started_at", Span::days(90)),
    ("intent", "ended_at", Span::days(90)),
    ("hold", "decided_at", Span::days(90)),
    ("work", "dead_at", Span::days(90)),
    ("role_grant", "taken_at", Span::days(90)),
    ("audit", "at", Span::days(730)),
    ("departed", "at", Span::days(400)),
];

#[tokio::test]
async fn v_47_what_has_served_its_time_goes_and_nothing_sooner() {
    on_both(async |ground| {
        for (table, column, kept) in SERVED {
            for user in [ada(), bob()] {
                fill(&ground, user).await;
            }
            // Nothing else is old in any table.
            let now = later(0).millis() + 1;
            let young = SERVED.map(|(other, moment, _)| format!("update \"{other}\" set {moment} = {now}"));
            let mut young = young.to_vec();
            young.push(format!("update fall set at = {now}"));
            young.push("update spending set month = 999912".to_owned());
            run_all(&ground, young).await;
            let old = (NOW - kept).millis();
            let first = format!("update \"{table}\" set {column} = {old} where {}", of_ada(table));
            assert_eq!(ground.write(async move |tx| tx.run(&first, &[]).await).await, 1);
            let early = async |tx: &mut Tx| retention::clean(tx, later(-1)).await;
            assert_eq!(ground.write(early).await, 0, "{table} goes too soon");
            let gone = ground.write(async |tx| retention::clean(tx, NOW).await).await;
            assert_eq!(gone, 1, "{table}");
            let sql = format!("select count(*) from \"{table}\" where {}", of_ada(table));
            let left = async move |tx: &mut Tx| tx.one(&sql, &[]).await?.unwrap().int(0);
            assert_eq!(ground.read(left).await, 0, "{table}");
            empty(&ground).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_over_is_never_cleaned() {
    on_both(async |ground| {
        fill(&ground, ada()).await;
        for (table, column) in
            [("intent", "ended_at"), ("hold", "decided_at"), ("work", "dead_at"), ("role_grant", "taken_at")]
        {
            let sql = format!("update \"{table}\" set {column} = null");
            ground.write(async move |tx| tx.run(&sql, &[]).await).await;
        }
        ground.write(async |tx| retention::clean(tx, NOW + Span::days(4000)).await).await;
        let left: Vec<String> = traces(&ground, ada()).await.into_keys().collect();
        for table in ["intent", "hold", "work", "role_grant", "discord_user", "connection", "consent", "rule"]
        {
            assert!(left.iter().any(|one| one == table), "{table} is gone");
        }
    })
    .await;
}

fn of_ada(table: &str) -> String {
    let number = ada().number() * 1_000_000;
    match table {
        "once" | "work" => format!("kind = 'text of {number}'"),
        "departed" => format!("hash = 'text of {number}'"),
        "role_grant" => format!("guild_id = {number}"),
        _ => format!("id = {number}"),
    }
}

async fn empty(ground: &Ground) {
    let tables = tables(&columns(ground).await);
    run_all(ground, tables.keys().map(|table| format!("delete from \"{table}\"")).collect()).await;
}

async fn run_all(ground: &Ground, statements: Vec<String>) {
    ground
        .write(async move |tx| {
            for sql in &statements {
                tx.run(sql, &[]).await?;
            }
            Ok(())
        })
        .await;
}
