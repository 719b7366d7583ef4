//! Reads the few headers and the one small text that matter for a download.

use reqwest::header::{ETAG, HeaderMap, HeaderName, LAST_MODIFIED};

/// The value of a header, if it is text.
pub fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The value of a header, if it is a number.
pub fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    header(headers, name)?.parse().ok()
}

/// What a later `If-Range` may hold: a strong `ETag`, else the date of the last change (RFC 9110, 13.1.5).
pub fn validator(headers: &HeaderMap) -> Option<String> {
    header(headers, ETAG)
        .filter(|tag| !tag.starts_with("W/"))
        .or_else(|| header(headers, LAST_MODIFIED))
        .map(str::to_owned)
}

/// First byte and whole size from `bytes 5-9/10`; the size may be unknown: `bytes 5-9/*` (RFC 9110, 14.4).
pub fn parse_content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let _: u64 = end.parse().ok()?;
    let total = match total {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.parse().ok()?, total))
}

/// The sum in a checksum file: alone, or followed by the file's name.
pub fn parse_checksum(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let is_sum = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sum.then(|| word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_64_digits_alone_or_with_a_name() {
        let sum = "AB".repeat(32);
        let low = Some("ab".repeat(32));
        assert_eq!(parse_checksum(&sum), low);
        assert_eq!(parse_checksum(&format!("{sum}  a.tar.gz\n")), low);
        assert_eq!(parse_checksum("<html><body>log in"), None);
        assert_eq!(parse_checksum(&sum[1..]), None);
        assert_eq!(parse_checksum(""), None);
    }

    #[test]
    fn a_part_says_where_it_begins() {
        assert_eq!(parse_content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(parse_content_range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(parse_content_range("bytes */10"), None);
        assert_eq!(parse_content_range("lines 5-9/10"), None);
    }

    #[test]
    fn weak_tags_do_not_join_parts() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, "W/\"1\"".parse().expect("a header"));
        assert_eq!(validator(&headers), None);
        headers.insert(
            LAST_MODIFIED,
            "Tue, 01 Jul 2025 00:00:00 GMT".parse().expect("a header"),
        );
        assert!(validator(&headers).is_some_and(|date| date.starts_with("Tue")));
        headers.insert(ETAG, "\"1\"".parse().expect("a header"));
        assert_eq!(validator(&headers).as_deref(), Some("\"1\""));
    }
}
