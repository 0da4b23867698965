//! Everything of one person, for erasing and for taking along.

use domain::id::UserId;

use super::tx::args;
use super::{StoreError, Tx, connection};

/// Forgets a user: every row that names them, but for keyed hashes of links that ended. Rules they
/// wrote stay, without an author.
pub async fn forget(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    for linked in tx.all("select id from connection where user_id = $1", args![id]).await? {
        connection::delete(tx, linked.id(0)?).await?;
    }
    let rows = [
        "delete from \"authorization\"
          where user_id = $1 or session_id in (select id from session where user_id = $1)",
        "delete from attempt
          where user_id = $1 or session_id in (select id from session where user_id = $1)",
        "delete from session where user_id = $1",
        "delete from consent where user_id = $1",
        "delete from member where user_id = $1",
        "delete from role_grant where user_id = $1",
        "delete from intent where user_id = $1",
        "delete from audit where user_id = $1",
        "delete from work where user_id = $1 and kind <> 'retire'",
        "update rule set author = null where author = $1",
        "delete from discord_user where id = $1",
    ];
    for sql in rows {
        tx.run(sql, args![id]).await?;
    }
    Ok(())
}
