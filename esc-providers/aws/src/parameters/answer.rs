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

/// How well the parameter is what was asked for; none if it is not, and the lower the better.
///
/// AWS answers the name without the version or label, which comes apart as the selector; and it answers the ARN beside
/// the name, whichever was asked for.
pub(super) fn fit(parameter: &Parameter, asked: &str) -> Option<u8> {
    let (asked_name, asked_selector) = split(asked);
    let selector = parameter.selector().unwrap_or_default().trim_start_matches(':');
    let named = [parameter.name(), parameter.arn()].into_iter().flatten().any(|name| {
        // Some answer the name with its selector.
        let (name, _) = split(name);
        name == asked_name
    });
    if !named {
        return None;
    }
    match asked_selector {
        None => selector.is_empty().then_some(0),
        Some(wanted) if wanted == selector => Some(0),
        Some(wanted) if wanted == parameter.version().to_string() => Some(1),
        // A label that the answer does not repeat.
        Some(wanted) if selector.is_empty() && wanted.parse::<u64>().is_err() => Some(2),
        Some(_) => None,
    }
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
        assert_eq!(fit(&parameter(None), "/app/url"), Some(0));
        assert_eq!(fit(&parameter(None), arn), Some(0));
        assert_eq!(fit(&parameter(Some(":3")), "/app/url:3"), Some(0));
        assert_eq!(fit(&parameter(Some(":stable")), &format!("{arn}:stable")), Some(0));
        assert_eq!(fit(&parameter(None), "/app/url:3"), Some(1));
        assert_eq!(fit(&parameter(None), "/app/url:stable"), Some(2));
        for (parameter, other) in [
            (parameter(None), "/app/url:2"),
            (parameter(Some(":2")), "/app/url"),
            (parameter(Some(":stable")), "/app/url:other"),
            (parameter(None), "/app"),
            (parameter(None), "app/url"),
            (parameter(None), "arn:aws:ssm:eu-west-1:222222222222:parameter/app/url"),
        ] {
            assert_eq!(fit(&parameter, other), None, "{other}");
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
