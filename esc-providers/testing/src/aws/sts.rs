//! The Security Token Service.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use super::ACCOUNT;
use super::keys::{Caller, Issued, Keys};
use super::wire::{Refusal, result, xml};

/// Which web identities may assume a role: an identity provider and a trust policy in one.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The ARN of the role.
    pub role: String,
    /// The issuer that tokens must have.
    pub issuer: String,
    /// The issuer's keys.
    pub jwks: Value,
    /// The audience that tokens must have.
    pub audience: String,
    /// What the subject of tokens must match; `*` stands for any text, `?` for any character.
    pub subject: String,
    /// The longest session. AWS's default is an hour.
    pub max_duration: Duration,
}

/// The roles that there are, by ARN.
#[derive(Debug, Default)]
pub(super) struct Roles {
    trusts: HashMap<String, Trust>,
    plain: HashMap<String, Duration>,
}

type Field<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

impl Roles {
    pub fn trust(&mut self, trust: Trust) {
        self.trusts.insert(trust.role.clone(), trust);
    }

    pub fn add(&mut self, arn: &str, max_duration: Duration) {
        self.plain.insert(arn.to_owned(), max_duration);
    }

    pub fn web_identity(&self, field: &Field<'_>, keys: &mut Keys) -> Result<String, Refusal> {
        let (role, session) = (role(field)?, session(field)?);
        let duration = duration(field)?;
        let token = field("WebIdentityToken").unwrap_or("");
        if !(4..=20_000).contains(&token.len()) {
            let constraint = match token.len() < 4 {
                true => "have length greater than or equal to 4",
                false => "have length less than or equal to 20000",
            };
            return Err(constraint_of("webIdentityToken", "…", constraint));
        }
        let denied = || {
            let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
            Refusal::new(403, "AccessDenied", message)
        };
        let trust = self.trusts.get(role).ok_or_else(denied)?;
        let claims = trust.verify(token)?;
        let subject = claims["sub"].as_str().unwrap_or("");
        if !matches(&trust.subject, subject) {
            return Err(denied());
        }
        check_maximum(duration, trust.max_duration)?;
        let arn = session_arn(role, session);
        let issued = keys.issue(arn.clone(), duration);
        let provider = trust.issuer.trim_start_matches("https://").trim_start_matches("http://");
        let inner = format!(
            "<SubjectFromWebIdentityToken>{}</SubjectFromWebIdentityToken><Audience>{}</Audience>{}{}\
             <Provider>arn:aws:iam::{ACCOUNT}:oidc-provider/{}</Provider>",
            xml(subject),
            xml(&trust.audience),
            user(&arn, session),
            credentials(&issued),
            xml(provider),
        );
        Ok(result("AssumeRoleWithWebIdentity", &inner))
    }

    pub fn assume(
        &self,
        field: &Field<'_>,
        keys: &mut Keys,
        caller: &Caller,
    ) -> Result<String, Refusal> {
        let (role, session) = (role(field)?, session(field)?);
        let duration = duration(field)?;
        let Some(maximum) = self.plain.get(role) else {
            let message = format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {role}",
                caller.arn
            );
            return Err(Refusal::new(403, "AccessDenied", message));
        };
        check_maximum(duration, *maximum)?;
        if caller.session && duration > Duration::from_secs(3600) {
            let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
            return Err(Refusal::bad("ValidationError", message));
        }
        let arn = session_arn(role, session);
        let issued = keys.issue(arn.clone(), duration);
        Ok(result("AssumeRole", &(user(&arn, session) + &credentials(&issued))))
    }
}

impl Trust {
    fn verify(&self, token: &str) -> Result<Value, Refusal> {
        let invalid = |message: &str| Refusal::bad("InvalidIdentityToken", message);
        let malformed = || {
            invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )
        };
        let no_key = || {
            invalid(
                "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
            )
        };
        let header = decode_header(token).map_err(|_| malformed())?;
        // AWS looks for the provider first.
        let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(token);
        let claims = claims.map_err(|_| malformed())?.claims;
        let issuer = claims["iss"].as_str().unwrap_or("");
        if issuer != self.issuer {
            return Err(invalid(&format!(
                "No OpenIDConnect provider found in your account for {issuer}"
            )));
        }
        let keys: JwkSet = serde_json::from_value(self.jwks.clone()).map_err(|_| no_key())?;
        let key = match &header.kid {
            Some(kid) => keys.find(kid),
            None => keys.keys.first(),
        };
        let key = DecodingKey::from_jwk(key.ok_or_else(no_key)?).map_err(|_| no_key())?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let verified = decode::<Value>(token, &key, &validation);
        verified.map(|v| v.claims).map_err(|e| match e.kind() {
            ErrorKind::ExpiredSignature => {
                let message = format!(
                    "Token expired: current date/time must be before the expiration date/time {}",
                    claims["exp"]
                );
                Refusal::bad("ExpiredTokenException", message)
            }
            ErrorKind::InvalidAudience => invalid("Incorrect token audience"),
            ErrorKind::ImmatureSignature => invalid("Token is not yet valid"),
            _ => invalid("Token signature is invalid or a claim is missing"),
        })
    }
}

/// The answer to `GetCallerIdentity`.
pub(super) fn identity(caller: &Caller) -> String {
    let arn = xml(&caller.arn);
    let inner = format!("<Arn>{arn}</Arn><UserId>AIDAFAKE</UserId><Account>{ACCOUNT}</Account>");
    result("GetCallerIdentity", &inner)
}

fn role<'a>(field: &Field<'a>) -> Result<&'a str, Refusal> {
    let role = field("RoleArn").unwrap_or("");
    match (20..=2048).contains(&role.len()) && role.starts_with("arn:") {
        true => Ok(role),
        false => Err(Refusal::bad("ValidationError", format!("{role} is invalid"))),
    }
}

fn session<'a>(field: &Field<'a>) -> Result<&'a str, Refusal> {
    let name = field("RoleSessionName").unwrap_or("");
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if !name.chars().all(allowed) {
        let constraint = r"satisfy regular expression pattern: [\w+=,.@-]*";
        return Err(constraint_of("roleSessionName", name, constraint));
    }
    match name.len() {
        0 | 1 => {
            Err(constraint_of("roleSessionName", name, "have length greater than or equal to 2"))
        }
        2..=64 => Ok(name),
        _ => Err(constraint_of("roleSessionName", name, "have length less than or equal to 64")),
    }
}

fn duration(field: &Field<'_>) -> Result<Duration, Refusal> {
    let text = field("DurationSeconds").unwrap_or("3600");
    match text.parse::<u64>() {
        Ok(seconds @ 900..=43_200) => Ok(Duration::from_secs(seconds)),
        Ok(0..900) => {
            Err(constraint_of("durationSeconds", text, "have value greater than or equal to 900"))
        }
        _ => Err(constraint_of("durationSeconds", text, "have value less than or equal to 43200")),
    }
}

fn check_maximum(duration: Duration, maximum: Duration) -> Result<(), Refusal> {
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    (duration <= maximum).then_some(()).ok_or_else(|| Refusal::bad("ValidationError", message))
}

fn constraint_of(field: &str, value: &str, constraint: &str) -> Refusal {
    Refusal::constraint("ValidationError", value, field, constraint)
}

fn session_arn(role: &str, session: &str) -> String {
    let name = role.rsplit('/').next().unwrap_or(role);
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}")
}

fn user(arn: &str, session: &str) -> String {
    format!(
        "<AssumedRoleUser><Arn>{}</Arn><AssumedRoleId>AROAFAKE:{}</AssumedRoleId></AssumedRoleUser>",
        xml(arn),
        xml(session),
    )
}

fn credentials(issued: &Issued) -> String {
    format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>",
        issued.access_key_id,
        issued.secret_access_key,
        issued.session_token,
        iso(issued.ends),
    )
}

/// A time like `2026-01-31T10:00:00Z`.
fn iso(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let leap = |year: u64| {
        (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year}-{month:02}-{:02}T{hours:02}:{minutes:02}:{seconds:02}Z", days + 1)
}

/// Whether a text matches a pattern of `*` and `?`.
fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            matches(&pattern[1..], text)
                || text.chars().next().is_some_and(|c| matches(pattern, &text[c.len_utf8()..]))
        }
        (Some(p), Some(t)) if p == '?' || p == t => {
            matches(&pattern[p.len_utf8()..], &text[t.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_dates() {
        let iso = |seconds| iso(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(iso(1_798_761_599), "2026-12-31T23:59:59Z");
    }

    #[test]
    fn patterns_match_like_those_of_policies() {
        assert!(matches("pulumi:environments:org:*:env:*", "pulumi:environments:org:a:env:b"));
        assert!(matches("a?c*", "abc"));
        assert!(!matches("a*d", "abc"));
        assert!(!matches("a?c", "ac"));
    }
}
