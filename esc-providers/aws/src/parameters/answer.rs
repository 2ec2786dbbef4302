//! Parameters as AWS answers them: their values, and which of them was asked for.

use aws_sdk_ssm::types::{Parameter, ParameterType};
use esc_core::secret::Text;
use esc_core::value::{Value, ValueKind};

/// The value of a parameter.
pub(super) fn value(kind: Option<&ParameterType>, text: String) -> Value {
    match kind {
        Some(ParameterType::String) => Value::string(text.as_str()),
        Some(ParameterType::StringList) => {
            Value::new(ValueKind::List(text.split(',').map(Value::string).collect()))
        }
        // What is of an unknown type may be secret.
        _ => Value::string(Text::secret(text)).into_secret(),
    }
}

/// Whether the parameter is what was asked for.
///
/// AWS answers the name without the version or label, which comes apart as the selector; and it answers the ARN beside
/// the name, whichever was asked for. Some that speak AWS's language leave the selector out.
pub(super) fn fits(parameter: &Parameter, asked: &str) -> bool {
    let (asked_name, asked_selector) = split(asked);
    let selector = parameter.selector().unwrap_or_default().trim_start_matches(':');
    let mut names = [parameter.name(), parameter.arn()].into_iter().flatten();
    names.any(|name| split(name).0 == asked_name)
        && match asked_selector {
            None => selector.is_empty(),
            Some(wanted) if !selector.is_empty() => wanted == selector,
            Some(wanted) if wanted.bytes().all(|b| b.is_ascii_digit()) => {
                wanted == parameter.version().to_string()
            }
            Some(_) => true,
        }
}

/// What all ways to name a parameter have in common, whichever version or label is meant.
pub(super) fn base(asked: &str) -> &str {
    let (name, _) = split(asked);
    let name = name.split_once(":parameter/").map_or(name, |(_, name)| name);
    name.trim_start_matches('/')
}

/// The name or ARN, and the version or label after it.
///
/// The colons of an ARN come before the first slash of the name: `arn:aws:ssm:eu-west-1:111122223333:parameter/app/url`.
fn split(asked: &str) -> (&str, Option<&str>) {
    let name = match asked.strip_prefix("arn:") {
        Some(_) => asked.find('/').and_then(|at| asked.get(at..)).unwrap_or_default(),
        None => asked,
    };
    match name.rsplit_once(':') {
        Some((_, selector)) => {
            let length = asked.len() - selector.len() - 1;
            (asked.get(..length).unwrap_or(asked), Some(selector))
        }
        None => (asked, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(selector: Option<&str>) -> Parameter {
        Parameter::builder()
            .name("/app/url")
            .arn("arn:aws:ssm:eu-west-1:111122223333:parameter/app/url")
            .version(3)
            .set_selector(selector.map(str::to_owned))
            .build()
    }

    #[test]
    fn a_parameter_is_known_by_name_arn_version_and_label() {
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/app/url";
        let stable = format!("{arn}:stable");
        for (selector, asked) in [
            (None, "/app/url"),
            (None, arn),
            (Some(":3"), "/app/url:3"),
            (Some(":stable"), &stable),
            (None, "/app/url:3"),
            (None, "/app/url:stable"),
        ] {
            assert!(fits(&parameter(selector), asked), "{asked}");
            assert_eq!(base(asked), "app/url");
        }
        for (selector, other) in [
            (None, "/app/url:2"),
            (Some(":2"), "/app/url"),
            (Some(":stable"), "/app/url:other"),
            (None, "/app"),
            (None, "app/url"),
            (None, "arn:aws:ssm:eu-west-1:222222222222:parameter/app/url"),
        ] {
            assert!(!fits(&parameter(selector), other), "{other}");
        }
    }

    #[test]
    fn only_what_is_known_to_be_plain_is_not_secret() {
        let text = || "a,b".to_owned();
        assert!(!value(Some(&ParameterType::String), text()).is_secret());
        let list = value(Some(&ParameterType::StringList), text());
        assert_eq!(list.index(1).and_then(Value::as_str), Some("b"));
        assert!(!list.is_secret());
        assert!(value(Some(&ParameterType::SecureString), text()).is_secret());
        assert!(value(Some(&ParameterType::from("Novelty")), text()).is_secret());
        assert!(value(None, text()).is_secret());
    }
}
