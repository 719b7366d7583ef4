//! What only a real server says: who we are, what we may, what is not there.

use super::*;
use crate::exit_code::ExitCode;

/// The error of a look into `bucket` with these variables changed, and all that can be read of it.
fn error(bucket: &str, changed: &[(&str, &str)]) -> Needed<(Error, String)> {
    let server = s3_servers::seaweedfs()?;
    let mut variables = server.variables.clone();
    for (name, value) in changed {
        variables.retain(|(known, _)| known != name);
        variables.push(((*name).to_owned(), (*value).to_owned()));
    }
    let bucket = match bucket {
        "" => server.bucket("errors"),
        bucket => bucket.to_owned(),
    };
    let store = Store::open(&format!("s3://{bucket}"), &credentials(&variables));
    let store = store.expect("nothing is sent yet");
    let error = store.list("").expect_err("it is refused");
    let all = format!("{error}\n{error:?}\n{:?}\n{store:?}", error.hints());
    for (_, secret) in variables.iter().filter(|(name, _)| name.contains("SECRET")) {
        assert!(!all.contains(secret.as_str()), "{all}");
    }
    Ok((error, all))
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let Ok((error, all)) = error("no-such-bucket", &[]) else {
        return;
    };
    assert!(
        all.contains("s3://no-such-bucket") && all.contains("no such bucket"),
        "{all}"
    );
    assert_eq!(error.kind().exit_code(), ExitCode::Usage);
}

#[test]
fn wrong_keys_are_told_from_missing_rights_and_never_shown() {
    let Ok((error, all)) = error("", &[("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")]) else {
        return;
    };
    assert!(all.contains("does not know these credentials"), "{all}");
    assert_eq!(error.kind(), ErrorKind::Usage);
    let unknown = super::on_a_server::error("", &[("AWS_ACCESS_KEY_ID", "nobody")]);
    let Ok((_, all)) = unknown else { return };
    assert!(all.contains("does not know these credentials"), "{all}");
}

#[test]
fn a_bucket_without_keys_is_refused_before_anything_is_sent() {
    let Ok(server) = s3_servers::seaweedfs() else {
        return;
    };
    let mut variables = server.variables.clone();
    variables.retain(|(name, _)| !name.contains("KEY"));
    let error = Store::open("s3://profiles", &credentials(&variables)).expect_err("no keys");
    assert!(
        error
            .to_string()
            .contains("no credentials for s3://profiles"),
        "{error}"
    );
}
