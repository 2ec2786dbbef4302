//! From arguments to a client.

use esc_providers::local::{Files, Local, Variables};
use esc_providers::{Catalog, Lazy};
use esc_sdk::crypto::Key;
use esc_sdk::{Client, ContextField, DirectorySource, EnvironmentName};

use crate::backends;
use crate::context::Answers;
use crate::failure::Failure;
use crate::options::Common;
use crate::project::Project;

/// The variable that may hold the key.
pub const KEY_VARIABLE: &str = "ESC_KEY";

pub fn client(common: &Common) -> Result<Client, Failure> {
    let mut variables = Vec::new();
    for name in &common.allow_env {
        // A variable that is not set is the environment's business: it may have a default.
        if let Some(value) = std::env::var_os(name) {
            let value = value
                .into_string()
                .map_err(|_| Failure::Usage(format!("the variable `{name}` is not UTF-8 text")))?;
            variables.push((name.clone(), value));
        }
    }
    let root = common.allow_files.as_ref().unwrap_or(&common.dir);
    let source = source(common)?;
    let files = Files::new(root)
        .map_err(|e| Failure::Usage(format!("--allow-files `{}`: {e}", root.display())))?;
    let local = Local::new().with_variables(Variables::new(variables)).with_files(files);
    let answers = Answers::new(&common.opener, Project::read(&common.dir)?);
    let organization = answers.get(ContextField::OrganizationLogin);
    let backends = backends::standard(&common.issuer, organization, &common.allow)?;
    let providers = Lazy::new(Catalog::new().family(&local), move || {
        backends.clone().catalog().map_err(|error| error.to_string())
    });
    Ok(Client::builder(source).providers(providers).context(answers.context()).build())
}

pub fn source(common: &Common) -> Result<DirectorySource, Failure> {
    let source = DirectorySource::new(&common.dir)?;
    Ok(match key(common)? {
        Some(key) => source.with_key(key),
        None => source,
    })
}

/// The name, if it is one: everything else is a mistake on the command line.
pub fn name(text: &str) -> Result<EnvironmentName, Failure> {
    text.parse().map_err(|e: esc_sdk::NameError| Failure::Usage(e.to_string()))
}

fn key(common: &Common) -> Result<Option<Key>, Failure> {
    if let Some(path) = &common.key_file {
        return Ok(Some(Key::from_file(path)?));
    }
    match std::env::var_os(KEY_VARIABLE).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => {
            let key = value.to_str().map(Key::from_text);
            let key = key.unwrap_or(Err(esc_sdk::crypto::KeyError::Malformed));
            key.map(Some).map_err(|e| Failure::Usage(format!("the variable {KEY_VARIABLE}: {e}")))
        }
    }
}
