//! Credentials of the machine. They come from the process environment, so each test with some is a process of its own.

use std::process::Command;

use esc_core::provider::ErrorKind;
use esc_provider_aws::{Aws, Settings};
use serde_json::json;

use crate::bench::{SECRET_KEY, open, shown, told, value};

#[tokio::test]
async fn the_machines_credentials_are_refused_unless_allowed() {
    let aws = Aws::new(Settings::default());
    for inputs in [json!({ "default": true }), json!({ "profile": "dev" })] {
        let error = open(&aws.login(), value(inputs)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied);
        assert!(told(&error).contains("allow ambient credentials"), "{error}");
    }
}

#[test]
fn the_machines_credentials_come_if_allowed() {
    let files = std::env::temp_dir().join(format!("esc-aws-{}", std::process::id()));
    let text =
        format!("[dev]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {SECRET_KEY}\n");
    std::fs::write(&files, text).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ambient::inside_the_process", "--nocapture"])
        .env("ESC_TEST_AMBIENT", "1")
        .env("AWS_ACCESS_KEY_ID", "AKIDDEFAULT")
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_SHARED_CREDENTIALS_FILE", &files)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .status();
    std::fs::remove_file(&files).unwrap();
    assert!(status.unwrap().success());
}

/// Runs only in the process that the test above starts.
#[tokio::test]
async fn inside_the_process() {
    if std::env::var_os("ESC_TEST_AMBIENT").is_none() {
        return;
    }
    let aws = Aws::new(Settings::default().allow_ambient_credentials(true));
    for (inputs, key) in
        [(json!({ "default": true }), "AKIDDEFAULT"), (json!({ "profile": "dev" }), "AKIDPROFILE")]
    {
        let opened = open(&aws.login(), value(inputs)).await.unwrap();
        let seen = json!({ "accessKeyId": key, "secretAccessKey": "[secret]" });
        assert_eq!(shown(&opened.value), seen);
        assert!(opened.leases.is_empty());
    }
    let error = open(&aws.login(), value(json!({ "profile": "none" }))).await.unwrap_err();
    assert!(told(&error).contains("profile: the profile `none`"), "{error}");
    assert_ne!(error.kind, ErrorKind::Internal);
}
