//! What all requests share, and what one asks for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch::Sender;

use super::access::{Issued, User};
use super::faults::Faults;
use super::object::random_hex;
use super::store::Store;

/// What all requests share.
pub(super) struct Shared {
    pub(super) admin_token: String,
    /// Who asks without a token: nobody, or the one that has a certificate.
    pub(super) tokenless: User,
    pub(super) faults: Faults,
    /// Tells watches that there is something new.
    pub(super) changed: Sender<u64>,
    contents: Mutex<Contents>,
}

/// What is behind the lock. It is never held over an await.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) store: Store,
    pub(super) tokens: HashMap<String, Issued>,
}

impl Shared {
    pub(super) fn new(knows_clients: bool) -> Shared {
        let admin_token = format!("fake-admin-{}", random_hex(16));
        let admin = Issued { user: User::Admin, expires: None, for_server: true };
        let contents = Contents {
            tokens: HashMap::from([(admin_token.clone(), admin)]),
            ..Contents::default()
        };
        Shared {
            admin_token,
            tokenless: if knows_clients { User::Admin } else { User::Anonymous },
            faults: Faults::default(),
            changed: Sender::new(0),
            contents: Mutex::new(contents),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is stored, and tells whoever watches.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> T {
        let mut contents = self.lock();
        let answer = change(&mut contents);
        self.changed.send_replace(contents.store.version());
        answer
    }
}

/// The parameters of a request; of several with one name the first counts.
pub(super) struct Query(HashMap<String, String>);

impl Query {
    pub(super) fn parse(text: &str) -> Query {
        let mut found = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            found.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Query(found)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).parse().ok()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), "1" | "true")
    }
}
