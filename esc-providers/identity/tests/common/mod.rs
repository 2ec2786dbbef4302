//! What the tests share.
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use esc_core::ast::Document;
use esc_core::context::ExecutionContext;
use esc_core::json::Json;
use esc_core::provider::{CallSite, OpenRequest, Output, ProviderError, Registry};
use esc_core::secret::Secret;
use esc_core::syntax::Limits;
use esc_core::value::Value;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluation, Evaluator, Root};
use esc_provider_identity::{
    Algorithm, Issuer, IssuerBuilder, KeySet, Outbound, SigningKey, Standalone, Version,
};
use esc_provider_kit::Family;
use esc_provider_kit::identity::{
    Audience, IdentityToken, SubjectAttribute, TokenRequest, TokenStyle,
};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

pub const ISSUER: &str = "https://esc.example/oidc";

/// Keys on the curve, which are made quickly.
pub fn keys() -> KeySet {
    KeySet::new(SigningKey::generate(Algorithm::Es256).unwrap())
}

pub fn builder() -> IssuerBuilder {
    Issuer::builder(ISSUER, "acme", keys())
}

/// An issuer whose tokens differ only in their signatures.
pub fn fixed() -> IssuerBuilder {
    builder().clock(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000)).random(|| Some([7; 16]))
}

/// The context of Ana, who opens an environment.
pub fn ana() -> ExecutionContext {
    let named = |pairs: &[(&str, &str)]| {
        Value::object(pairs.iter().map(|(k, v)| ((*k).to_owned(), Value::string(*v))))
    };
    let pulumi = Value::object([
        ("user", named(&[("login", "ana"), ("id", "u-1")])),
        ("organization", named(&[("login", "acme")])),
        ("token", named(&[("type", "personal")])),
    ]);
    ExecutionContext::new([("pulumi", pulumi)]).unwrap()
}

/// Where `current` is imported by `root`.
pub fn context(root: &str, current: &str) -> Arc<ExecutionContext> {
    Arc::new(ana().with_root(root).for_environment(current))
}

pub fn request(
    audience: Audience,
    style: TokenStyle,
    context: Arc<ExecutionContext>,
) -> TokenRequest {
    let environment = context.current_environment().into();
    TokenRequest {
        audience,
        style,
        claims: BTreeMap::new(),
        lifetime: None,
        context,
        site: CallSite { environment, path: "login".into() },
    }
}

pub fn login(subject: &[SubjectAttribute], root: &str, current: &str) -> TokenRequest {
    let style = TokenStyle::Login(subject.to_vec());
    request(Audience::Vendor("aws".into()), style, context(root, current))
}

pub fn standalone(current: &str) -> TokenRequest {
    let audience = Audience::Exact("https://registry.example".into());
    request(audience, TokenStyle::Standalone, context("app/prod", current))
}

/// The claims of a token, as whoever fetched the key set sees them. The time is not checked.
pub fn verify(
    jwks: &serde_json::Value,
    token: &Secret<String>,
    audience: &str,
) -> Result<serde_json::Value, String> {
    let set: JwkSet = serde_json::from_value(jwks.clone()).map_err(|e| e.to_string())?;
    let header = decode_header(token.expose()).map_err(|e| e.to_string())?;
    let jwk = set.find(&header.kid.ok_or("no kid")?).ok_or("the key is not published")?;
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[audience]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(jwk).map_err(|e| e.to_string())?;
    let token = decode(token.expose(), &key, &validation).map_err(|e| e.to_string())?;
    Ok(token.claims)
}

pub fn verified(issuer: &Issuer, token: &IdentityToken, audience: &str) -> serde_json::Value {
    verify(&issuer.jwks(Version::Login), &token.token, audience).unwrap()
}

/// An issuer that mints standalone tokens too.
pub fn full() -> Issuer {
    let ids = |name: &str| (name != "app/new").then(|| format!("id-of-{}", name.len()).into());
    builder().standalone(Standalone::new("o-1", ids, keys())).build().unwrap()
}

/// Opens a document as the environment `app/prod`, or checks it.
pub async fn evaluate(text: &str, outbound: &Outbound, open: bool) -> Evaluation {
    let mut registry = Registry::new();
    for (name, provider) in outbound.providers() {
        registry = registry.with_provider(name, provider);
    }
    let source = Memory::new(Vec::<(String, String)>::new());
    let evaluator = Evaluator::new(Arc::new(source), Arc::new(registry)).with_context(ana());
    let loaded = Document::load("app/prod", text, &Limits::default());
    let document = Arc::new(loaded.document.expect("the document can be read"));
    let root = Root { document, decrypter: Arc::new(Rot128) };
    if open { evaluator.open(root).await } else { evaluator.check(root).await }
}

/// What the evaluation complains of.
pub fn complaints(evaluation: &Evaluation) -> Vec<String> {
    evaluation.diagnostics().iter().map(|d| d.summary.to_string()).collect()
}

/// Opens a provider with inputs in JSON, in the environment `app/prod`.
pub async fn open(
    outbound: &Outbound,
    provider: &str,
    inputs: &str,
) -> Result<Output, ProviderError> {
    open_in(outbound, provider, inputs, "app/prod").await
}

pub async fn open_in(
    outbound: &Outbound,
    provider: &str,
    inputs: &str,
    environment: &str,
) -> Result<Output, ProviderError> {
    let (_, provider) =
        outbound.providers().into_iter().find(|(name, _)| *name == provider).unwrap();
    let request = OpenRequest {
        inputs: Value::from_json(&Json::parse(inputs).unwrap()),
        context: context(environment, environment),
        site: CallSite { environment: environment.into(), path: "call".into() },
    };
    provider.open(request).await
}
