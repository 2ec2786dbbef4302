//! Making an issuer.

use super::*;

/// The longest time that tokens are valid unless told otherwise, and how long they usually are.
const HOUR: Duration = Duration::from_secs(3600);

/// An [`Issuer`] in the making.
#[must_use]
pub struct IssuerBuilder {
    issuer: Issuer,
    standalone: Option<Standalone>,
}

/// An issuer that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// The URL is not one that tokens can name.
    #[error(
        "the issuer's URL `{0}` must be https (http only on this machine), without a query or fragment"
    )]
    Url(String),
    /// The name or id of the organization would make subjects ambiguous.
    #[error("`{0}` cannot name an organization: it is empty, or has white space or a colon in it")]
    Organization(SmolStr),
    /// The lifetimes contradict each other.
    #[error(
        "tokens must be valid for a second at least, and the usual lifetime must not exceed the longest"
    )]
    Lifetime,
    /// Both kinds of tokens have a key in common.
    #[error("login tokens and standalone tokens must not share a key")]
    SharedKeys,
}

/// What an issuer needs to mint [standalone](Version::Standalone) tokens: ids that outlive renaming.
#[must_use]
pub struct Standalone {
    organization_id: SmolStr,
    environment_ids: Arc<dyn EnvironmentIds>,
    keys: KeySet,
}

impl Standalone {
    /// With the id of the organization, the ids of environments, and keys of their own: whoever trusts the keys of login
    /// tokens must not come to trust a token whose audience a document has chosen.
    pub fn new(
        organization_id: impl Into<SmolStr>,
        environment_ids: impl EnvironmentIds + 'static,
        keys: KeySet,
    ) -> Standalone {
        Standalone {
            organization_id: organization_id.into(),
            environment_ids: Arc::new(environment_ids),
            keys,
        }
    }
}

impl Issuer {
    /// Begins an issuer: its URL (`iss` of login tokens), the name of the organization, the keys of login tokens.
    pub fn builder(
        url: impl Into<String>,
        organization: impl Into<SmolStr>,
        keys: KeySet,
    ) -> IssuerBuilder {
        IssuerBuilder::new(url.into(), organization.into(), keys)
    }
}

impl IssuerBuilder {
    fn new(url: String, organization: SmolStr, keys: KeySet) -> IssuerBuilder {
        let issuer = Issuer {
            url,
            organization,
            login: Keys::new(keys),
            standalone: None,
            lifetime: HOUR,
            max_lifetime: HOUR,
            bare_audience_for_default_project: false,
            now: Arc::new(SystemTime::now),
            random: Arc::new(random_bytes),
            on_mint: None,
        };
        IssuerBuilder { issuer, standalone: None }
    }

    /// Allows standalone tokens, which environments may ask for with any audience. Default: they are refused.
    pub fn standalone(mut self, standalone: Standalone) -> IssuerBuilder {
        self.standalone = Some(standalone);
        self
    }

    /// How long tokens are valid if nobody asks for a time. Default: an hour.
    pub fn lifetime(mut self, lifetime: Duration) -> IssuerBuilder {
        self.issuer.lifetime = lifetime;
        self
    }

    /// How long tokens may be valid at most. Default: an hour.
    pub fn max_lifetime(mut self, lifetime: Duration) -> IssuerBuilder {
        self.issuer.max_lifetime = lifetime;
        self
    }

    /// Whether tokens for environments of the project `default` are made out to the bare organization, `acme`, where
    /// others are made out to `aws:acme`. Trust policies from before there were projects expect that. Default: no.
    pub fn bare_audience_for_default_project(mut self, bare: bool) -> IssuerBuilder {
        self.issuer.bare_audience_for_default_project = bare;
        self
    }

    /// What time it is. Default: the system's time.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> IssuerBuilder {
        self.issuer.now = Arc::new(now);
        self
    }

    /// Where the ids of tokens come from: 16 bytes, none if there is no randomness. Default: the system's randomness.
    pub fn random(
        mut self,
        random: impl Fn() -> Option<[u8; 16]> + Send + Sync + 'static,
    ) -> IssuerBuilder {
        self.issuer.random = Arc::new(random);
        self
    }

    /// What is told of every token that was minted: an audit log. It is called on the way, so it must not block.
    pub fn on_mint(mut self, on_mint: impl Fn(&Minted) + Send + Sync + 'static) -> IssuerBuilder {
        self.issuer.on_mint = Some(Arc::new(on_mint));
        self
    }

    /// The issuer.
    ///
    /// # Errors
    ///
    /// See [`IssuerError`].
    pub fn build(self) -> Result<Issuer, IssuerError> {
        let IssuerBuilder { mut issuer, standalone } = self;
        if !is_issuer(&issuer.url) {
            return Err(IssuerError::Url(issuer.url));
        }
        let shortest = Duration::from_secs(1);
        if issuer.lifetime < shortest || issuer.lifetime > issuer.max_lifetime {
            return Err(IssuerError::Lifetime);
        }
        // Tokens name the issuer to the letter, and paths are appended to it.
        issuer.url.truncate(issuer.url.trim_end_matches('/').len());
        name(&issuer.organization)?;
        if let Some(Standalone { organization_id, environment_ids, keys }) = standalone {
            name(&organization_id)?;
            let login = issuer.login.get();
            if keys.ids().iter().any(|id| login.ids().contains(id)) {
                return Err(IssuerError::SharedKeys);
            }
            issuer.standalone = Some(StandaloneTokens {
                url: format!("{}/v2", issuer.url),
                organization_id,
                environment_ids,
                keys: Keys::new(keys),
            });
        }
        Ok(issuer)
    }
}

fn name(name: &SmolStr) -> Result<(), IssuerError> {
    let good = claims::is_unambiguous(name);
    if good { Ok(()) } else { Err(IssuerError::Organization(name.clone())) }
}

fn is_issuer(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let secure = match url.scheme() {
        "https" => true,
        "http" => crate::loopback::is_loopback(&url),
        _ => false,
    };
    let plain = url.query().is_none() && url.fragment().is_none();
    secure && plain && url.username().is_empty() && url.password().is_none()
}

fn random_bytes() -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).ok().map(|()| bytes)
}
