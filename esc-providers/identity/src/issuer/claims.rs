//! What tokens say.

use std::collections::BTreeMap;

use esc_core::context::ExecutionContext;
use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::value::Value;
use esc_provider_kit::identity::{Audience, SubjectAttribute, TokenRequest};
use smol_str::{SmolStr, format_smolstr};

use super::Issuer;

/// Claims that only the issuer makes.
const OWN: [&str; 12] = [
    "aud",
    "current_env",
    "env",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "org",
    "root_env",
    "sub",
    "trigger_user",
];

/// The namespace of the claims of standalone tokens, which nobody else may use either.
const NAMESPACE: &str = "https://pulumi.com/";

/// The name of the document that was never saved.
const UNSAVED: &str = "<yaml>";

/// The project of environments from before there were projects.
const DEFAULT_PROJECT: &str = "default";

/// A token's claims.
#[derive(Default)]
pub(super) struct Claims(BTreeMap<SmolStr, Value>);

impl Claims {
    /// Sets a claim of the issuer's own.
    pub(super) fn set(&mut self, name: &'static str, text: &str) {
        self.put(name, Value::string(text));
    }

    /// Sets a claim of the issuer's own that need not be text.
    pub(super) fn put(&mut self, name: &'static str, value: Value) {
        self.0.insert(SmolStr::new_static(name), value);
    }

    /// Adds a claim that a provider asks for. It cannot replace what the issuer attests.
    pub(super) fn add(&mut self, name: &SmolStr, value: &Value) -> Result<(), ProviderError> {
        if OWN.contains(&name.as_str()) || name.starts_with(NAMESPACE) {
            let message = format!("the claim `{name}` is the issuer's to make");
            return Err(ProviderError::new(ErrorKind::Internal, message));
        }
        self.0.insert(name.clone(), value.clone());
        Ok(())
    }

    /// The text of a claim.
    pub(super) fn text(&self, name: &str) -> SmolStr {
        self.0.get(name).and_then(Value::as_str).map(SmolStr::new).unwrap_or_default()
    }

    pub(super) fn into_value(self) -> Value {
        Value::object(self.0)
    }
}

/// The claims of a token for a login at a vendor.
pub(super) fn login(
    issuer: &Issuer,
    request: &TokenRequest,
    attributes: &[SubjectAttribute],
) -> Result<Claims, ProviderError> {
    let facts = Facts::of(issuer, &request.context)?;
    let organization = issuer.organization();
    let environment = Environment::of(facts.current);
    let subject = if attributes.is_empty() {
        part("the environment's name", facts.current)?;
        format!("pulumi:environments:org:{organization}:env:{}", environment.in_subject())
    } else {
        let mut subject = format!("pulumi:environments:pulumi.organization.login:{organization}");
        for attribute in attributes {
            let value = facts.attribute(*attribute, organization)?;
            subject.push_str(&format!(":{}:{value}", attribute.as_str()));
        }
        subject
    };
    let bare = issuer.bare_audience_for_default_project && environment.is_of_default_project();
    let audience = match &request.audience {
        Audience::Vendor(_) if bare => SmolStr::new(organization),
        audience => spell(audience, organization),
    };
    let mut claims = Claims::default();
    claims.set("sub", &subject);
    claims.set("aud", &audience);
    claims.set("org", organization);
    claims.set("env", environment.name);
    claims.set("current_env", facts.current);
    claims.set("root_env", facts.root);
    if let Some(user) = facts.user("login") {
        claims.set("trigger_user", user);
    }
    Ok(claims)
}

/// The claims of a token for any audience.
pub(super) async fn standalone(
    issuer: &Issuer,
    request: &TokenRequest,
) -> Result<Claims, ProviderError> {
    let organization = issuer.organization();
    let Some(settings) = &issuer.standalone else {
        let message = format!("fn::open::oidc is not enabled for organization \"{organization}\"");
        return Err(ProviderError::new(ErrorKind::Denied, message)
            .with_advice("let whoever runs the issuer allow standalone tokens"));
    };
    if matches!(request.context.current_environment(), "" | UNSAVED) {
        let message = "fn::open::oidc cannot run in an unsaved environment document; \
                       save the environment and import it";
        return Err(ProviderError::new(ErrorKind::Invalid, message));
    }
    let facts = Facts::of(issuer, &request.context)?;
    let ids = &settings.environment_ids;
    let Some(id) = ids.id(facts.current).await? else {
        let message = format!("the environment `{}` has no id to make a subject of", facts.current);
        return Err(ProviderError::new(ErrorKind::NotFound, message)
            .with_advice("save the environment, or let the issuer know its id"));
    };
    let root_id = match facts.root == facts.current {
        true => Some(id.clone()),
        false => ids.id(facts.root).await?,
    };
    part("the environment's id", &id)?;
    let organization_id = settings.organization_id.as_str();
    let mut claims = Claims::default();
    claims.set("sub", &format!("pulumi:org:{organization_id}:env:{id}"));
    claims.set("aud", &spell(&request.audience, organization));
    claims.set("https://pulumi.com/org", organization);
    claims.set("https://pulumi.com/org_id", organization_id);
    claims.set("https://pulumi.com/current_env", facts.current);
    claims.set("https://pulumi.com/current_env_id", &id);
    claims.set("https://pulumi.com/root_env", facts.root);
    if let Some(id) = root_id {
        claims.set("https://pulumi.com/root_env_id", &id);
    }
    if let Some(user) = facts.user("login") {
        claims.set("https://pulumi.com/actor", user);
    }
    if let Some(id) = facts.user("id") {
        claims.set("https://pulumi.com/actor_id", id);
    }
    Ok(claims)
}

fn spell(audience: &Audience, organization: &str) -> SmolStr {
    match audience {
        Audience::Vendor(vendor) => format_smolstr!("{vendor}:{organization}"),
        Audience::Exact(audience) => audience.clone(),
    }
}

/// What the context attests.
struct Facts<'a> {
    context: &'a ExecutionContext,
    current: &'a str,
    root: &'a str,
}

impl<'a> Facts<'a> {
    fn of(issuer: &Issuer, context: &'a ExecutionContext) -> Result<Facts<'a>, ProviderError> {
        let facts = Facts {
            context,
            current: context.current_environment(),
            root: context.root_environment(),
        };
        if facts.current.is_empty() {
            return Err(ProviderError::new(
                ErrorKind::Invalid,
                "a token needs an environment that asks for it",
            ));
        }
        // One issuer speaks for one organization; it must not sign what is another's.
        match facts.named("organization", "login") {
            Some(other) if other != issuer.organization() => {
                let message = format!(
                    "the environment is opened in the organization `{other}`, but tokens are issued for `{}`",
                    issuer.organization()
                );
                Err(ProviderError::new(ErrorKind::Denied, message)
                    .with_advice("use the issuer of that organization"))
            }
            _ => Ok(facts),
        }
    }

    fn named(&self, whose: &str, what: &str) -> Option<&'a str> {
        let values = self.context.values().get("pulumi")?;
        values.get(whose)?.get(what)?.as_str().filter(|text| !text.is_empty())
    }

    fn user(&self, what: &str) -> Option<&'a str> {
        self.named("user", what)
    }

    fn attribute(
        &self,
        attribute: SubjectAttribute,
        organization: &'a str,
    ) -> Result<&'a str, ProviderError> {
        let name = attribute.as_str();
        let value = match attribute {
            SubjectAttribute::CurrentEnvironment => Some(self.current),
            SubjectAttribute::RootEnvironment => Some(self.root),
            SubjectAttribute::Organization => Some(organization),
            SubjectAttribute::User => self.user("login"),
            SubjectAttribute::TokenTeam => self.named("token", "team"),
            SubjectAttribute::TokenType => self.named("token", "type"),
        };
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            let message = format!("the subject attribute `{name}` has no value here");
            return Err(ProviderError::new(ErrorKind::Invalid, message).with_advice(format!(
                "take `{name}` out of `subjectAttributes`, or open the environment with a context that has it"
            )));
        };
        part(&format!("the subject attribute `{name}`"), value)
    }
}

/// A part of a subject, which must not look like several.
fn part<'a>(what: &str, value: &'a str) -> Result<&'a str, ProviderError> {
    if is_unambiguous(value) {
        return Ok(value);
    }
    let message = format!("{what} is `{value}`, which would make the token's subject ambiguous");
    Err(ProviderError::new(ErrorKind::Invalid, message)
        .with_advice("subjects are made of parts without colons and white space"))
}

pub(super) fn is_unambiguous(part: &str) -> bool {
    let divides = |c: char| c == ':' || c.is_whitespace() || c.is_control();
    !part.is_empty() && !part.contains(divides)
}

/// An environment's name, taken apart.
struct Environment<'a> {
    full: &'a str,
    project: Option<&'a str>,
    name: &'a str,
}

impl<'a> Environment<'a> {
    fn of(full: &'a str) -> Environment<'a> {
        match full.split_once('/') {
            Some((project, name)) => Environment { full, project: Some(project), name },
            None => Environment { full, project: None, name: full },
        }
    }

    fn is_of_default_project(&self) -> bool {
        self.project.is_none_or(|project| project == DEFAULT_PROJECT)
    }

    /// Without the project `default`, as subjects were before there were projects.
    fn in_subject(&self) -> &'a str {
        if self.is_of_default_project() { self.name } else { self.full }
    }
}
