use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use esc_core::json::Json;
use esc_core::schema::Schema;
use esc_core::value::{Reveal, Value, ValueKind};

use super::*;

/// A clock that stands until it is moved.
struct Set(Mutex<SystemTime>);

impl Clock for Set {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

struct World {
    home: tempfile::TempDir,
    key: Key,
    clock: Arc<Set>,
}

impl World {
    fn new() -> World {
        World {
            home: tempfile::tempdir().unwrap(),
            key: Key::generate().unwrap(),
            clock: Arc::new(Set(Mutex::new(at(1_000_000)))),
        }
    }

    fn cache(&self, principal: &str) -> OfflineCache {
        let directory = self.home.path().join("cache");
        OfflineCache::new(directory, self.key.clone(), principal, self.clock.clone())
            .with_max_stale(Duration::from_secs(1000))
    }

    fn pass(&self, seconds: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now = at((now.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64 + seconds) as u64);
    }

    /// The only file.
    fn file(&self) -> PathBuf {
        let mut files: Vec<_> = fs::read_dir(self.home.path().join("cache"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        files.pop().unwrap()
    }
}

fn entry() -> Entry {
    let secret = Value::from_json(&Json::parse(r#"["hunter2",{"n":1.50}]"#).unwrap()).into_secret();
    let value = Value::object([
        ("host", Value::string("db.example")),
        ("list", Value::new(ValueKind::List(vec![Value::string("a"), secret]))),
    ]);
    Entry {
        environment: "shop/production".into(),
        value,
        schema: Some(Schema::record([("host", Schema::string())])),
        environments: vec!["shop/production".into(), "shop/base".into()],
        revisions: [("shop/production".into(), "r1".into())].into(),
        opened_at: at(1_000_000),
        leases: vec![
            StoredLease { environment: "shop/base".into(), path: "values.a".into(), seconds: 60 },
            StoredLease { environment: "shop/base".into(), path: "values.b".into(), seconds: 600 },
        ],
    }
}

#[tokio::test]
async fn what_is_stored_comes_back_until_it_is_too_old() {
    let world = World::new();
    let cache = world.cache("web@a");
    assert!(cache.load("shop/production").await.unwrap().is_none());
    cache.store(&entry()).await.unwrap();
    world.pass(999);
    let back = cache.load("shop/production").await.unwrap().unwrap();
    assert_eq!(back, entry());
    assert_eq!(back.value.to_json(Reveal::Redacted), entry().value.to_json(Reveal::Redacted));
    assert_eq!(cache.age(&back), Duration::from_secs(999));
    assert_eq!(back.ended(at(1_000_060)).count(), 1);
    assert!(cache.load("shop/staging").await.unwrap().is_none());

    world.pass(2);
    let old = cache.load("shop/production").await.unwrap_err();
    assert!(matches!(old, OfflineError::TooOld { age, .. } if age == Duration::from_secs(1001)));
    world.pass(-1302);
    let future = cache.load("shop/production").await.unwrap_err();
    assert!(matches!(future, OfflineError::FromTheFuture { .. }), "{future}");
}

#[tokio::test]
async fn it_is_of_one_principal_one_environment_and_one_key() {
    let world = World::new();
    let (a, b) = (world.cache("web@a"), world.cache("web@b"));
    a.store(&entry()).await.unwrap();
    assert!(b.load("shop/production").await.unwrap().is_none());
    let bytes = fs::read(world.file()).unwrap();
    assert!(!bytes.windows(7).any(|w| w == b"hunter2"));

    // Moved under another's name it does not decrypt.
    for (cache, environment) in [(&b, "shop/production"), (&a, "shop/staging")] {
        files::replace(&world.home.path().join("cache"), &cache.path(environment), &bytes).unwrap();
        let error = cache.load(environment).await.unwrap_err();
        assert!(matches!(error, OfflineError::Sealed { .. }), "{error}");
    }
    let other = OfflineCache { key: Key::generate().unwrap(), ..a.clone() };
    let error = other.load("shop/production").await.unwrap_err();
    assert!(matches!(error, OfflineError::Sealed { cause: CryptError::WrongKey, .. }), "{error}");

    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(a.path("shop/production"), changed).unwrap();
    assert!(matches!(a.load("shop/production").await, Err(OfflineError::Sealed { .. })));
}

#[tokio::test]
async fn files_that_others_can_reach_are_not_used() {
    let world = World::new();
    let cache = world.cache("web@a");
    cache.store(&entry()).await.unwrap();
    let file = world.file();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    let problem = async || cache.load("shop/production").await.unwrap_err().to_string();

    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(problem().await.ends_with("not used: it is open to other users; its mode must be 600"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();

    let elsewhere = world.home.path().join("elsewhere");
    fs::hard_link(&file, &elsewhere).unwrap();
    assert!(problem().await.ends_with("not used: it has a second name elsewhere"));
    fs::remove_file(&file).unwrap();

    symlink(&elsewhere, &file).unwrap();
    assert!(problem().await.ends_with("not used: it is a link"));
    // Storing replaces the link and leaves its target alone.
    let before = fs::read(&elsewhere).unwrap();
    cache.store(&entry()).await.unwrap();
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    assert_eq!(fs::read(&elsewhere).unwrap(), before);

    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(problem().await.ends_with("not used: it is not a file"));
    fs::remove_dir(&file).unwrap();

    fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    let error = cache.store(&entry()).await.unwrap_err().to_string();
    assert!(
        error.ends_with("not used: it is open to other users; its mode must be 700"),
        "{error}"
    );
}

#[tokio::test]
async fn wiping_leaves_nothing_of_ours() {
    let world = World::new();
    let cache = world.cache("web@a");
    assert_eq!(cache.wipe().await.unwrap(), 0);
    cache.store(&entry()).await.unwrap();
    world.cache("web@b").store(&entry()).await.unwrap();
    fs::write(world.home.path().join("cache/notes"), "mine").unwrap();
    assert_eq!(cache.wipe().await.unwrap(), 2);
    assert!(cache.load("shop/production").await.unwrap().is_none());
    assert_eq!(world.file().file_name().unwrap(), "notes");
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let world = World::new();
    assert!(!format!("{:?}{:?}", entry(), world.cache("web@a")).contains("hunter2"));
}

#[test]
fn half_of_an_entry_is_none() {
    let bytes = entry().encode();
    assert_eq!(Entry::decode(&bytes), Some(entry()));
    for length in 0..bytes.len() {
        assert_eq!(Entry::decode(&bytes[..length]), None, "{length}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Entry::decode(&longer), None);
}
