//! Values reach the place they are meant for, on both engines.

use super::ground::{on_both, on_postgres};
use crate::store::tx::args;
use crate::store::{Arg, StoreError, fleet};

#[tokio::test]
async fn values_are_bound_by_name_whatever_their_order_in_the_text() {
    on_both(async |ground| {
        let sql = "select cast($2 as text), cast($1 as text), cast($3 as bigint), cast($2 as text)";
        let look = async move |tx: &mut crate::store::Tx| tx.one(sql, args!["one", "two", 3]).await;
        let row = ground.read(look).await.unwrap();
        assert_eq!((row.text(0), row.text(1)), (Ok("two"), Ok("one")));
        assert_eq!((row.int(2), row.text(3)), (Ok(3), Ok("two")));

        ground
            .write(async |tx| {
                let sql = "insert into fleet (name, until, payload) values ($3, $1, $2)";
                tx.run(sql, args![7, "payload", "name"]).await
            })
            .await;
        let found = ground.read(async |tx| fleet::find(tx, "name").await).await;
        assert_eq!(found.as_deref(), Some("payload"));
    })
    .await;
}

#[tokio::test]
async fn twenty_four_values_fit_and_keep_their_order() {
    on_both(async |ground| {
        let columns: Vec<String> = (1..=24).rev().map(|n| format!("cast(${n} as bigint)")).collect();
        let sql = format!("select {}", columns.join(", "));
        let row = ground
            .read(async move |tx| {
                let values: Vec<Arg<'_>> = (1..=24).map(Arg::Int).collect();
                tx.one(&sql, &values).await
            })
            .await
            .unwrap();
        let numbers: Vec<i64> = (0..24).map(|index| row.int(index).unwrap()).collect();
        assert_eq!(numbers, (1..=24).rev().collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn values_that_do_not_fit_their_statement_are_an_error() {
    on_both(async |ground| {
        let too_few = ground.store.read(async |tx| {
            tx.one("select cast($1 as text), cast($2 as text)", args!["one"]).await.map(drop)
        });
        let too_many = ground
            .store
            .read(async |tx| tx.one("select cast($1 as text)", args!["one", "two"]).await.map(drop));
        let none = ground
            .store
            .write(async |tx| tx.run("delete from fleet where name = $1", args![]).await.map(drop));
        for result in [too_few.await, too_many.await, none.await] {
            assert!(matches!(result, Err(StoreError::Broken(_))), "{result:?}");
        }
        ground.execute("delete from fleet").await;
    })
    .await;
}

#[tokio::test]
async fn postgres_refuses_a_value_of_the_wrong_kind_before_it_is_sent() {
    on_postgres(async |ground| {
        let text = ground
            .store
            .write(async |tx| tx.run("delete from fleet where until = $1", args!["soon"]).await.map(drop));
        let number = ground
            .store
            .write(async |tx| tx.run("delete from fleet where name = $1", args![7]).await.map(drop));
        let answer = ground.store.read(async |tx| tx.one("select true", args![]).await.map(drop));
        for result in [text.await, number.await, answer.await] {
            assert!(matches!(result, Err(StoreError::Broken(_))), "{result:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_tells_when_it_does_not_hold_what_is_asked_for() {
    on_both(async |ground| {
        let sql = "select cast(null as text), cast(5 as bigint), cast('x' as text), cast(-1 as bigint)";
        let row = ground.read(async move |tx| tx.one(sql, &[]).await).await.unwrap();
        assert!(row.text(0).is_err() && row.int(0).is_err() && row.moment(0).is_err());
        assert_eq!((row.optional_text(0), row.optional_int(0)), (Ok(None), Ok(None)));
        assert_eq!((row.optional_moment(0), row.int(1)), (Ok(None), Ok(5)));
        assert!(row.text(1).is_err() && row.int(2).is_err());
        assert!(row.json::<Vec<i64>>(2).is_err());
        assert!(row.id::<domain::id::UserId>(3).is_err());
        assert!(row.int(4).is_err() && row.text(4).is_err());
    })
    .await;
}

#[tokio::test]
async fn numbers_and_texts_come_back_as_they_were() {
    on_both(async |ground| {
        for text in ["", "Ω ünï 🚀 \"quoted\" 'single' \\ %", "line\nbreak\ttab"] {
            ground.write(async move |tx| fleet::save(tx, "text", text).await).await;
            assert_eq!(ground.read(async |tx| fleet::find(tx, "text").await).await.as_deref(), Some(text));
        }
        for number in [i64::MIN, -1, 0, i64::from(i32::MAX) + 1, i64::MAX] {
            let sql = "select cast($1 as bigint)";
            let read =
                async move |tx: &mut crate::store::Tx| tx.one(sql, args![number]).await?.unwrap().int(0);
            assert_eq!(ground.read(read).await, number);
        }
    })
    .await;
}
