//! Asking: one call of the API, all of its pages, and the document it answers with.

use domain::moment::Moment;
use domain::platform::body::plain;
use domain::platform::{Given, Pages};
use serde_json::Value as Json;

use super::call::{Asking, header};
use super::{Platform, PlatformError};
use crate::app::seam::Response;

/// The longest mark of a next page, in bytes.
const LONGEST_CURSOR: usize = 1024;

/// What a call was answered with.
#[derive(Debug)]
pub(super) struct Heard {
    /// The document; nothing where it has not changed since the etag that was sent.
    pub(super) document: Option<Json>,
    /// What to send along the next time, where the call has any use for it.
    pub(super) etag: Option<String>,
    /// Until when there are no more calls, where the headers say that this one was the last.
    pub(super) spent_until: Option<Moment>,
}

impl Platform {
    /// Asks, page by page. A token that our client bought and that is refused is bought anew, once.
    pub(super) async fn ask(&self, asking: Asking<'_>, etag: Option<&str>) -> Result<Heard, PlatformError> {
        match self.ask_all(asking, etag).await {
            Err(PlatformError::InvalidClient) if self.drop_service(asking.credential).await => {
                let credential = self.service().await?;
                self.ask_all(Asking { credential: &credential, ..asking }, etag).await
            }
            other => other,
        }
    }

    async fn ask_all(&self, asking: Asking<'_>, etag: Option<&str>) -> Result<Heard, PlatformError> {
        let Some(pages) = &asking.call.pages else { return self.ask_once(asking, etag).await };
        let mut given = asking.given.clone();
        given.insert("cursor", Json::Null);
        given.insert("page", Json::from(1));
        let mut whole = self.page(asking, &given).await?;
        let mut next = next(pages, &whole)?;
        for number in 2..=pages.max {
            let Some(cursor) = next else { break };
            given.insert("cursor", cursor);
            given.insert("page", Json::from(number));
            let mut page = self.page(asking, &given).await?;
            next = self::next(pages, &page)?;
            let more = list(pages, &mut page).map(std::mem::take);
            if let (Some(all), Some(more)) = (list(pages, &mut whole), more) {
                all.extend(more);
            }
        }
        // N-67: what is longer than we read says nothing whole.
        if next.is_some() {
            Err(PlatformError::Unavailable)
        } else {
            Ok(Heard { document: Some(whole), etag: None, spent_until: None })
        }
    }

    /// The claims of a `UserInfo` answer that the issuer signed (OpenID Connect Core 1.0 §5.3.2).
    async fn signed(&self, answer: &Response, given: &Given<'_>) -> Result<Option<Json>, PlatformError> {
        let kind = header(answer, "content-type").unwrap_or_default().to_ascii_lowercase();
        let Some(issuer) = &self.shared.issuer else { return Ok(None) };
        if !kind.starts_with("application/jwt") || !answer.status().is_success() {
            return Ok(None);
        }
        let subject = given.get("subject").and_then(Json::as_str).ok_or(PlatformError::Unavailable)?;
        let claims = issuer.userinfo(answer, subject).await.map_err(|error| self.mistrusted(error))?;
        Ok(Some(Json::Object(claims)))
    }

    async fn page(&self, asking: Asking<'_>, given: &Given<'_>) -> Result<Json, PlatformError> {
        let heard = self.ask_once(Asking { given, ..asking }, None).await?;
        heard.document.ok_or(PlatformError::Unavailable)
    }

    async fn ask_once(&self, asking: Asking<'_>, etag: Option<&str>) -> Result<Heard, PlatformError> {
        let Asking { call, credential, .. } = asking;
        let request = self.build(asking, etag).await?;
        let own = credential.own();
        let (limits, now) = (&self.shared.definition.limits, self.shared.clock.now());
        let entered = self.shared.meter.enter((limits, call.cost.as_ref()), own.as_ref(), now);
        entered.map_err(|until| PlatformError::RateLimited { until })?;
        let answer = self.send(request).await?;
        if let Some(until) = self.asked_to_wait(&answer) {
            self.shared.meter.hold(own.clone(), until, self.shared.clock.now());
        }
        if etag.is_some() && answer.status() == http::StatusCode::NOT_MODIFIED {
            return Ok(Heard { document: None, etag: etag.map(str::to_owned), spent_until: None });
        }
        let accepted = match self.signed(&answer, asking.given).await? {
            Some(claims) => Ok(claims),
            None => self.accept(&answer, (call, credential)),
        };
        // GraphQL tells even a spent limit with status 200.
        if let Err(PlatformError::RateLimited { until }) = accepted {
            self.shared.meter.hold(own, until, self.shared.clock.now());
        }
        let document = accepted?;
        let told = header(&answer, "etag").filter(|_| call.etag).map(str::to_owned);
        let spent_until = self.is_spent(&answer).then(|| self.wait_until(&answer));
        Ok(Heard { document: Some(document), etag: told, spent_until })
    }
}

fn list<'a>(pages: &Pages, document: &'a mut Json) -> Option<&'a mut Vec<Json>> {
    document.pointer_mut(pages.items.as_str())?.as_array_mut()
}

/// The mark of the next page, if there is one. A page without its list is none.
fn next(pages: &Pages, document: &Json) -> Result<Option<Json>, PlatformError> {
    let items = pages.items.find(document).and_then(Json::as_array).ok_or(PlatformError::Unavailable)?;
    match (&pages.cursor, pages.size) {
        _ if items.is_empty() => Ok(None),
        (Some(cursor), _) => {
            let found = cursor
                .find(document)
                .filter(|found| found.as_str() != Some("") && found.as_bool() != Some(false));
            let fits = |text: &String| text.len() <= LONGEST_CURSOR;
            let text = |found: &Json| plain(found).filter(fits).ok_or(PlatformError::Unavailable);
            found.map(|found| text(found).map(Json::from)).transpose()
        }
        (None, Some(size)) if items.len() >= size => Ok(Some(Json::Null)),
        (None, _) => Ok(None),
    }
}
