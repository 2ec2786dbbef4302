//! A passphrase as a recipient: Argon2id (RFC 9106) makes a key of it, which wraps.
//!
//! The salt and the cost stand in the address, `m=65536,t=3,p=1,salt=…`: memory in KiB, passes, lanes. Reading one
//! refuses costs beyond [`MAX_MEMORY_KIB`], so that a ring cannot exhaust the machine that opens it.

use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use esc_core::crypt::CryptError;
use esc_core::secret::Secret;
use esc_core::text::{decode_base64, encode_base64};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::key::Key;
use crate::random::{Randomness, SystemRandomness};
use crate::recipient::{Address, Purpose, Recipient, RecipientError, Unwrapper};
use crate::seal::{self, Context};

/// The kind of the address.
pub const KIND: &str = "passphrase";

/// The most memory that an address may ask for, in KiB: 1 GiB.
pub const MAX_MEMORY_KIB: u32 = 1 << 20;

const MAX_PASSES: u32 = 32;
const MAX_LANES: u32 = 16;
const SALT: usize = 16;
const WRAP: &str = "esc passphrase wrap 1";

/// What trying one passphrase costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// 64 MiB, 3 passes, 1 lane: the second recommendation of RFC 9106 but for its lanes, since one thread computes it.
    fn default() -> Cost {
        Cost { memory_kib: 1 << 16, passes: 3, lanes: 1 }
    }
}

/// Wraps for those who know a passphrase, with a salt of its own.
pub struct PassphraseRecipient {
    passphrase: Secret<String>,
    setup: Setup,
    randomness: Arc<dyn Randomness>,
}

impl PassphraseRecipient {
    /// A recipient with the default cost.
    ///
    /// # Errors
    ///
    /// The system has no randomness for the salt.
    pub fn new(passphrase: Secret<String>) -> Result<PassphraseRecipient, CryptError> {
        let randomness = Arc::new(SystemRandomness::default());
        PassphraseRecipient::with(passphrase, Cost::default(), randomness)
    }

    /// A recipient with that cost and randomness.
    ///
    /// # Errors
    ///
    /// There is no randomness for the salt.
    pub fn with(
        passphrase: Secret<String>,
        cost: Cost,
        randomness: Arc<dyn Randomness>,
    ) -> Result<PassphraseRecipient, CryptError> {
        let mut salt = [0; SALT];
        randomness.fill(&mut salt)?;
        Ok(PassphraseRecipient { passphrase, setup: Setup { cost, salt }, randomness })
    }
}

impl fmt::Debug for PassphraseRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassphraseRecipient")
            .field("cost", &self.setup.cost)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Recipient for PassphraseRecipient {
    fn address(&self) -> Address {
        Address::new(KIND, self.setup.to_string())
    }

    async fn wrap(
        &self,
        key: &Secret<Vec<u8>>,
        purpose: &Purpose<'_>,
    ) -> Result<Vec<u8>, RecipientError> {
        let wrapping = derive(self.passphrase.clone(), self.setup).await?;
        let fields = [purpose.key_name.as_bytes()];
        let context = Context { purpose: WRAP, fields: &fields };
        Ok(seal::seal(&wrapping, &context, key.expose(), &*self.randomness)?)
    }
}

/// Unwraps with a passphrase.
pub struct Passphrase(Secret<String>);

impl Passphrase {
    /// With that passphrase.
    pub fn new(passphrase: Secret<String>) -> Passphrase {
        Passphrase(passphrase)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase([secret])")
    }
}

#[async_trait]
impl Unwrapper for Passphrase {
    fn accepts(&self, address: &Address) -> bool {
        address.kind == KIND
    }

    async fn unwrap(
        &self,
        address: &Address,
        wrapped: &[u8],
        purpose: &Purpose<'_>,
    ) -> Result<Secret<Vec<u8>>, RecipientError> {
        let wrapping = derive(self.0.clone(), Setup::parse(&address.to)?).await?;
        let fields = [purpose.key_name.as_bytes()];
        match seal::open(&wrapping, &Context { purpose: WRAP, fields: &fields }, wrapped) {
            Err(CryptError::NotAuthentic) => {
                Err(RecipientError::Denied("this is not the passphrase".into()))
            }
            other => Ok(other?),
        }
    }
}

/// Salt and cost.
#[derive(Clone, Copy)]
struct Setup {
    cost: Cost,
    salt: [u8; SALT],
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost { memory_kib, passes, lanes } = self.cost;
        write!(f, "m={memory_kib},t={passes},p={lanes},salt={}", encode_base64(&self.salt))
    }
}

impl Setup {
    fn parse(text: &str) -> Result<Setup, RecipientError> {
        let malformed =
            || RecipientError::Malformed(format!("`{text}` is not `m=…,t=…,p=…,salt=…`"));
        let mut fields = text.splitn(4, ',');
        let mut field = |name: &str| {
            let field = fields.next().and_then(|field| field.strip_prefix(name));
            field.and_then(|field| field.strip_prefix('=')).ok_or_else(malformed)
        };
        let number = |text: &str| text.parse::<u32>().map_err(|_| malformed());
        let cost = Cost {
            memory_kib: number(field("m")?)?,
            passes: number(field("t")?)?,
            lanes: number(field("p")?)?,
        };
        let salt = decode_base64(field("salt")?).map_err(|_| malformed())?;
        let salt = salt.as_slice().try_into().map_err(|_| malformed())?;
        if cost.memory_kib > MAX_MEMORY_KIB || cost.passes > MAX_PASSES || cost.lanes > MAX_LANES {
            return Err(RecipientError::Malformed(format!(
                "a passphrase must not cost more than {MAX_MEMORY_KIB} KiB, {MAX_PASSES} passes and {MAX_LANES} lanes"
            )));
        }
        Ok(Setup { cost, salt })
    }
}

/// The key that a passphrase makes. Computed by a thread of its own, since it takes a good part of a second.
async fn derive(passphrase: Secret<String>, setup: Setup) -> Result<Key, RecipientError> {
    let (done, result) = oneshot::channel();
    let compute = move || {
        // If nobody waits any more, nobody misses it.
        let _ = done.send(argon2id(&passphrase, &setup));
    };
    let failed =
        || RecipientError::Other("a passphrase cannot be checked: no thread for it".into());
    std::thread::Builder::new().name("esc-argon2".into()).spawn(compute).map_err(|_| failed())?;
    result.await.map_err(|_| failed())?
}

fn argon2id(passphrase: &Secret<String>, setup: &Setup) -> Result<Key, RecipientError> {
    let Cost { memory_kib, passes, lanes } = setup.cost;
    let refused = |e: argon2::Error| RecipientError::Malformed(format!("Argon2id: {e}"));
    let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(refused)?;
    let mut bytes = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), &setup.salt, bytes.as_mut_slice())
        .map_err(refused)?;
    Ok(Key::from_bytes(*bytes))
}
