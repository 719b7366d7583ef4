//! Where a store is: a folder, or a bucket with its endpoint.

use std::path::PathBuf;

use object_store::path::Path;
use url::Url;

use super::credentials::Credentials;
use super::key;
use crate::error::{Error, Result};

/// A place as it was written, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder, absolute.
    Folder {
        folder: PathBuf,
        /// For messages.
        words: String,
    },
    /// A bucket, and the folder of keys in it that is ours.
    Bucket {
        bucket: String,
        prefix: Option<Path>,
        /// For messages.
        words: String,
    },
}

impl Place {
    /// Reads a path, `file://…` or `s3://BUCKET[/PREFIX]`.
    pub fn parse(place: &str, credentials: &Credentials) -> Result<Self> {
        match place.split_once("://") {
            Some(("s3", rest)) => Self::bucket(rest, credentials),
            Some(("file", _)) => {
                let folder = Url::parse(place).ok().and_then(|url| url.to_file_path().ok());
                let folder = folder.ok_or_else(|| {
                    Error::usage(format!("`{place}` does not name a folder of this machine"))
                        .hint("such a URL has three slashes and a whole path: `file:///srv/profiles`")
                })?;
                Ok(Self::folder(folder))
            }
            Some((scheme, _)) => Err(Error::usage(format!(
                "a store is a folder or `s3://BUCKET/PREFIX`, not `{scheme}://…`"
            ))
            .hint("for a server of your own: `--store s3://BUCKET`, and its address in `AWS_ENDPOINT_URL`")),
            None if place.trim().is_empty() => Err(Error::usage("the store has no name")
                .hint("a folder, or `s3://BUCKET/PREFIX`")),
            None => {
                let folder = std::path::absolute(place)
                    .map_err(|error| Error::io("use", place.as_ref(), &error))?;
                Ok(Self::folder(folder))
            }
        }
    }

    /// It as it may be written again; the endpoint of a bucket is in the environment.
    pub fn named(&self) -> String {
        match self {
            Self::Folder { folder, .. } => folder.display().to_string(),
            Self::Bucket {
                bucket,
                prefix: Some(prefix),
                ..
            } => format!("s3://{bucket}/{prefix}"),
            Self::Bucket { bucket, .. } => format!("s3://{bucket}"),
        }
    }

    fn folder(folder: PathBuf) -> Self {
        let words = folder.display().to_string();
        Self::Folder { folder, words }
    }

    fn bucket(rest: &str, credentials: &Credentials) -> Result<Self> {
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains('@') {
            // What stands before it may be a secret.
            return Err(Error::usage("the name of a store may not hold keys")
                .hint("put them into `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"));
        }
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
        if bucket.is_empty() || !bucket.chars().all(is_allowed) {
            return Err(
                Error::usage(format!("`{bucket}` is not the name of a bucket"))
                    .hint("a store is written `s3://BUCKET` or `s3://BUCKET/PREFIX`"),
            );
        }
        let prefix = key::folder(prefix)?;
        let name = match &prefix {
            Some(prefix) => format!("s3://{bucket}/{prefix}"),
            None => format!("s3://{bucket}"),
        };
        let words = match credentials.endpoint()? {
            Some(endpoint) => format!("{name} at {}", endpoint.as_str().trim_end_matches('/')),
            None => name,
        };
        Ok(Self::Bucket {
            bucket: bucket.to_owned(),
            prefix,
            words,
        })
    }

    /// The file of a key, where it is one.
    pub fn path(&self, key: &str) -> PathBuf {
        match self {
            Self::Folder { folder, .. } => folder.join(key),
            Self::Bucket { .. } => key.into(),
        }
    }

    /// For messages.
    pub fn words(&self) -> &str {
        match self {
            Self::Folder { words, .. } | Self::Bucket { words, .. } => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(place: &str) -> Result<Place> {
        Place::parse(place, &Credentials::default())
    }

    #[test]
    fn folders_and_buckets_are_told_apart() {
        for (written, words) in [
            ("/srv/profiles", "/srv/profiles"),
            ("file:///srv/pro%20files", "/srv/pro files"),
            ("s3://profiles", "s3://profiles"),
            ("s3://profiles/", "s3://profiles"),
            ("s3://profiles/team/a/", "s3://profiles/team/a"),
        ] {
            assert_eq!(parse(written).expect("it is one").words(), words);
        }
        for place in [
            "",
            "gs://x",
            "s3://",
            "s3://a b",
            "s3://a/../b",
            "file://host/x",
        ] {
            assert!(parse(place).is_err(), "{place}");
        }
    }

    #[test]
    fn keys_in_a_name_are_not_said_again() {
        let error = parse("s3://AKIAX:hunter2@profiles").expect_err("keys do not belong there");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
