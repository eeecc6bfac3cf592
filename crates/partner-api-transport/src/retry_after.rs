//! Reads `Retry-After`, in seconds or as a date.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// How long the server asks to wait; nothing if it does not say, or not legibly.
///
/// A date counts from the answer's own `Date` header where there is one: then it does not matter
/// that the clock of this machine is wrong. A date in the past is no wait at all.
pub(crate) fn read(headers: &HeaderMap, calendar: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let date = headers.get(DATE).and_then(|it| it.to_str().ok());
    let from = date
        .and_then(|it| httpdate::parse_http_date(it).ok())
        .unwrap_or_else(calendar);
    Some(until.duration_since(from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], expected: Option<u64>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        // 2015-10-21T07:28:00Z
        let calendar = || SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_480);
        assert_eq!(
            read(&map, calendar),
            expected.map(Duration::from_secs),
            "{headers:?}"
        );
    }

    #[test]
    fn every_form_is_read() {
        check(&[], None);
        check(&[("retry-after", "120")], Some(120));
        check(&[("retry-after", " 0 ")], Some(0));
        check(&[("retry-after", "soon")], None);
        check(&[("retry-after", "-1")], None);
        check(&[("retry-after", "1.5")], None);
        check(&[("retry-after", "99999999999999999999999")], None);
        check(
            &[("retry-after", "Wed, 21 Oct 2015 07:28:10 GMT")],
            Some(10),
        );
        check(
            &[("retry-after", "Wednesday, 21-Oct-15 07:28:10 GMT")],
            Some(10),
        );
        check(&[("retry-after", "Wed Oct 21 07:28:10 2015")], Some(10));
        check(&[("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT")], Some(0));
        let date = ("date", "Wed, 21 Oct 2015 07:00:00 GMT");
        check(
            &[date, ("retry-after", "Wed, 21 Oct 2015 07:00:05 GMT")],
            Some(5),
        );
        check(&[date, ("retry-after", "7")], Some(7));
        let illegible = ("date", "yesterday");
        check(
            &[illegible, ("retry-after", "Wed, 21 Oct 2015 07:28:10 GMT")],
            Some(10),
        );
    }
}
