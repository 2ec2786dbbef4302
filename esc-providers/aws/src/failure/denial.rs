//! What a refusal says of who may not do what.

/// The parts of a refusal that are safe to show.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Denial<'a> {
    /// Such as `secretsmanager:GetSecretValue`.
    pub(super) action: Option<&'a str>,
    /// The ARN of who was refused.
    pub(super) caller: Option<&'a str>,
    /// Whether a policy denies it, rather than none allowing it.
    pub(super) explicit: bool,
}

impl<'a> Denial<'a> {
    /// Reads `User: ARN is not authorized to perform: ACTION on resource: …`.
    pub(super) fn read(message: &'a str) -> Denial<'a> {
        Denial {
            action: word_after(message, "perform: ").filter(|word| is_action(word)),
            caller: word_after(message, "User: ").filter(|word| is_arn(word)),
            explicit: message.contains("explicit deny"),
        }
    }

    pub(super) fn cause(&self) -> String {
        let caller = self.caller.unwrap_or("the login");
        let action = self.action.unwrap_or("do this");
        let because = if self.explicit { "; a policy denies it" } else { "" };
        format!("{caller} may not {action}{because}")
    }
}

fn word_after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(mark)?;
    rest.split_whitespace().next()
}

fn is_action(word: &str) -> bool {
    let services = ["sts", "secretsmanager", "ssm", "kms"];
    word.split_once(':').is_some_and(|(service, name)| {
        services.contains(&service)
            && name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// `arn:aws:sts::111122223333:assumed-role/dev/session`: of IAM or STS, with an account.
fn is_arn(word: &str) -> bool {
    let mut parts = word.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let scheme = next() == "arn" && next().starts_with("aws");
    let service = matches!(next(), "iam" | "sts") && next().is_empty();
    let account = next();
    let name = next();
    let resource = ["user/", "role/", "assumed-role/", "federated-user/"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || name == "root";
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&b);
    scheme
        && service
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && resource
        && name.len() <= 256
        && name.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read() {
        let message = "User: arn:aws:sts::111122223333:assumed-role/dev/ana is not authorized to perform: \
                       secretsmanager:GetSecretValue on resource: prod/db because no identity-based policy allows";
        let denial = Denial::read(message);
        assert_eq!(
            denial.cause(),
            "arn:aws:sts::111122223333:assumed-role/dev/ana may not secretsmanager:GetSecretValue"
        );
        let denied = Denial::read("perform: ssm:GetParameters with an explicit deny in a policy");
        assert_eq!(denied.cause(), "the login may not ssm:GetParameters; a policy denies it");
    }

    #[test]
    fn nothing_else_is_taken_from_it() {
        for message in [
            "User: hunter2 perform: hunter2",
            "User: arn:aws:sts::hunter2:assumed-role/a perform: hunter2:Get",
            "User: arn:aws:sts::111122223333:hunter2 perform: ssm:Get-hunter2",
            "",
        ] {
            assert_eq!(Denial::read(message), Denial::default(), "{message}");
        }
    }
}
