//! What is stored, for whom, and what becomes of damage.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use esc_core::provider::ErrorKind;
use esc_core::source::SourceErrorKind;
use esc_sdk::Freshness;
use tokio::time::sleep;

use crate::world::{CANARY, Mode};
use crate::{NAME, Site, minutes, offline};

fn files(site: &Site) -> Vec<PathBuf> {
    let entries = fs::read_dir(site.home.path().join("cache")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(start_paused = true)]
async fn two_principals_do_not_share() {
    let site = Site::new();
    let (a, b) = (site.client_of("web@a"), site.client_of("web@b"));
    a.open(NAME).await.unwrap();
    site.world.source(NAME, Mode::Fails(SourceErrorKind::Unavailable));
    assert!(offline(&a.open(NAME).await.unwrap()).is_some());
    let error = b.open(NAME).await.unwrap_err();
    assert!(error.is_unavailable());

    site.world.mend();
    b.open(NAME).await.unwrap();
    site.world.source(NAME, Mode::Fails(SourceErrorKind::Unavailable));
    for (client, user) in [(&a, "user-1"), (&b, "user-2")] {
        assert_eq!(client.get::<String>(NAME, "db.user").await.unwrap(), user);
    }
    assert_eq!(files(&site).len(), 2);
    for file in files(&site) {
        let bytes = fs::read(&file).unwrap();
        for text in [CANARY, "db.example", "shop/prod", "web@a"] {
            assert!(memchr::memmem::find(&bytes, text.as_bytes()).is_none(), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_damaged_file_is_not_used_and_breaks_nothing() {
    let site = Site::new();
    let client = site.client();
    client.open(NAME).await.unwrap();
    let file = files(&site).pop().unwrap();
    let good = fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damages = [
        vec![],
        good[..good.len() / 2].to_vec(),
        b"something else".to_vec(),
        flipped(0),
        flipped(good.len() / 2),
        flipped(good.len() - 1),
    ];
    for damage in damages {
        fs::write(&file, damage).unwrap();
        site.world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
        let error = client.open(NAME).await.unwrap_err();
        assert!(error.to_string().contains("no answer"), "{error}");
        // The next good opening puts a good file in its place.
        site.world.mend();
        assert_eq!(offline(&client.open(NAME).await.unwrap()), None);
        site.world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
        assert!(offline(&client.open(NAME).await.unwrap()).is_some());
        site.world.mend();
    }
}

#[tokio::test(start_paused = true)]
async fn that_nothing_could_be_stored_is_told_and_breaks_nothing() {
    let site = Site::new();
    let client = site.client();
    let stored = async || match client.open(NAME).await.unwrap().freshness() {
        Freshness::Live { not_stored } => {
            not_stored.as_ref().map_or(Ok(()), |e| Err(e.to_string()))
        }
        _ => panic!("everything works"),
    };
    assert_eq!(stored().await, Ok(()));
    let directory = site.home.path().join("cache");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(stored().await.unwrap_err().contains("open to other users"));
    fs::remove_dir_all(&directory).unwrap();
    fs::write(&directory, "a file").unwrap();
    let problem = stored().await.unwrap_err();
    assert!(problem.contains("offline cache `") && !problem.contains(CANARY), "{problem}");
    fs::remove_file(&directory).unwrap();
    assert_eq!(stored().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn only_whole_openings_are_stored_and_the_newest_counts() {
    let site = Site::new();
    let client = site.client();
    client.open_paths(NAME, &["url"]).await.unwrap();
    assert!(!site.home.path().join("cache").exists());
    client.open(NAME).await.unwrap();
    sleep(minutes(50)).await;
    client.open(NAME).await.unwrap();
    site.world.provider("vault", Mode::Fails(ErrorKind::Throttled));
    sleep(minutes(50)).await;
    // A failure in between has not made it older or younger.
    for _ in 0..2 {
        let opened = client.open(NAME).await.unwrap();
        assert_eq!(offline(&opened).unwrap().0, minutes(50));
        assert_eq!(opened.get::<String>("db.user").unwrap(), "user-3");
    }
}
