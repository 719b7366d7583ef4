//! Variables and files, and what is never shown.

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Credentials> {
    Credentials::read(&|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

#[test]
fn what_is_secret_is_never_shown() {
    let credentials = read(&[
        ("AWS_ACCESS_KEY_ID", "AKIAHIDDEN"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_SESSION_TOKEN", "hunter3"),
    ]);
    let shown = format!("{:?}", credentials.expect("they are whole"));
    assert!(
        !shown.contains("hunter") && !shown.contains("AKIA"),
        "{shown}"
    );
}

#[test]
fn half_a_pair_is_refused_without_saying_it() {
    let error = read(&[("AWS_SECRET_ACCESS_KEY", "hunter2")]).expect_err("the id is missing");
    assert!(error.to_string().contains("no key id"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[test]
fn a_profile_of_the_usual_files_is_read_and_variables_come_first() {
    let home = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(home.path().join(".aws")).expect("it can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(home.path().join(".aws").join(name), text).expect("it can be written");
    };
    write(
        "credentials",
        "[default]\naws_access_key_id = one\naws_secret_access_key=first\n\n# ours\n[team]\naws_access_key_id=two\naws_secret_access_key=second\n",
    );
    write(
        "config",
        "[default]\nregion=eu-west-1\n[profile team]\nregion = eu-central-1\ns3 =\n  region = nested\nendpoint_url = https://s3.example.org\n",
    );
    let home = home.path().to_str().expect("it is UTF-8");
    let one = read(&[("HOME", home)]).expect("it is whole");
    assert_eq!(one.keys().map(|keys| keys.id.as_str()), Some("one"));
    assert_eq!(one.region(), "eu-west-1");
    let two = read(&[
        ("HOME", home),
        ("AWS_PROFILE", "team"),
        ("AWS_REGION", "here"),
    ]);
    let two = two.expect("it is whole");
    assert_eq!(two.keys().map(|keys| keys.secret.as_str()), Some("second"));
    assert_eq!(two.region(), "here");
    let endpoint = two.endpoint().expect("it is one").expect("it is there");
    assert_eq!(endpoint.as_str(), "https://s3.example.org/");
    let none = read(&[("HOME", home), ("AWS_PROFILE", "nobody")]).expect_err("it is not there");
    assert!(none.to_string().contains("`nobody`"), "{none}");
}

#[test]
fn an_endpoint_elsewhere_is_encrypted_unless_somebody_says_otherwise() {
    let at = |url: &str, allow: &str| {
        let variables = [("AWS_ENDPOINT_URL", url), ("AWS_ALLOW_HTTP", allow)];
        read(&variables).expect("nothing is missing").endpoint()
    };
    assert!(at("http://127.0.0.1:9000", "").is_ok());
    assert!(at("http://10.0.0.7:9000", "").is_err());
    assert!(at("http://10.0.0.7:9000", "true").is_ok());
    let keys = at("http://me:hunter2@10.0.0.7", "true").expect_err("keys do not belong there");
    assert!(!format!("{keys:?}").contains("hunter2"));
    assert!(at("minio:9000", "true").is_err());
}
