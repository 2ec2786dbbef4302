//! Opening and checking by name, through a server that evaluates.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_core::diagnostic::Diagnostic;
use esc_core::path::PropertyPath;
use esc_core::schema::SchemaRef;
use esc_core::value::{Content, Origin, Properties, TracedValue};
use smol_str::SmolStr;

use super::failure::{ApiError, invalid};
use super::names::Reference;
use super::settings::Api;

/// What servers call a definition that is checked.
const ANONYMOUS: &str = "<yaml>";

/// Opens and checks environments on a server, by names such as `project/name@version`.
///
/// As with an evaluation on this machine, errors in an environment are an outcome: the
/// [diagnostics](RemoteOpened::diagnostics) tell them, and there are no values. What keeps the server from answering
/// is an error.
#[derive(Clone, Debug)]
pub struct Remote {
    api: Api,
    lifetime: Option<Duration>,
}

/// What a server answered. `Debug` shows values as far as they are not secret, and of texts only the names.
#[derive(Clone)]
pub struct RemoteOpened {
    /// The name it was opened by.
    pub name: String,
    /// All values as one object, with where each comes from. If only some paths were opened, none.
    pub value: TracedValue,
    /// What was asked for, if that was not everything: each path that leads to a value, and the value.
    pub picked: Vec<(PropertyPath, TracedValue)>,
    /// What the values look like; none if they were not all opened.
    pub schema: Option<SchemaRef>,
    /// What was found. Opening tells warnings to nobody, so after it these are errors.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that diagnostics point into, as far as they could be read.
    pub texts: BTreeMap<String, Arc<str>>,
    /// The names of the environments that values come from, this one first.
    pub environments: Vec<String>,
}

impl Remote {
    /// Opens through that API.
    pub fn new(api: Api) -> Remote {
        Remote { api, lifetime: None }
    }

    /// With sessions that end after that time, rather than after the server's default. They are read at once.
    pub fn with_lifetime(mut self, lifetime: Duration) -> Remote {
        self.lifetime = Some(lifetime);
        self
    }

    /// The API.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Opens an environment.
    pub async fn open(&self, name: &str) -> Result<RemoteOpened, ApiError> {
        let reference = parse("open", name)?;
        match self.api.open_and_read(&reference, self.lifetime).await {
            Ok(environment) => {
                let schema = Some(environment.schema);
                Ok(RemoteOpened::new(name, &reference, environment.properties, schema))
            }
            Err(error) => self.failed(name, &reference, error).await,
        }
    }

    /// Opens an environment and reads only what these property paths lead to: other values stay on the server.
    ///
    /// The server opens all of it, so errors elsewhere in the environment matter.
    pub async fn open_paths(
        &self,
        name: &str,
        paths: &[PropertyPath],
    ) -> Result<RemoteOpened, ApiError> {
        let reference = parse("open", name)?;
        let session = match self.api.open(&reference, self.lifetime).await {
            Ok(session) => session,
            Err(error) => return self.failed(name, &reference, error).await,
        };
        let mut picked = Vec::new();
        for path in paths {
            match self.api.read_property(&reference, &session, path).await {
                Ok(value) => picked.push((path.clone(), value)),
                Err(ApiError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut opened = RemoteOpened::new(name, &reference, BTreeMap::new(), None);
        let mut names = Names(std::mem::take(&mut opened.environments));
        picked.iter().for_each(|(_, value)| names.collect(value));
        Ok(RemoteOpened { picked, environments: names.0, ..opened })
    }

    /// Checks an environment: the server evaluates it without calling providers or decrypting.
    pub async fn check(&self, name: &str) -> Result<RemoteOpened, ApiError> {
        let reference = parse("check", name)?;
        let version = reference.version.as_ref();
        let definition = self.api.read_definition(&reference.name, version).await?;
        let checked = self.api.check(&definition.text, false).await?;
        let mut diagnostics = checked.diagnostics;
        for diagnostic in &mut diagnostics {
            let places = diagnostic.related.iter_mut().map(|related| &mut related.location);
            for place in places.chain(&mut diagnostic.subject) {
                rename(&mut place.environment, name);
            }
        }
        let to = SmolStr::new(name);
        let properties = checked.environment.properties.into_iter();
        let properties =
            properties.map(|(key, value)| (key, value.rename_environment(ANONYMOUS, &to)));
        let schema = Some(checked.environment.schema);
        let opened = RemoteOpened::new(name, &reference, properties.collect(), schema);
        let texts = BTreeMap::from([(name.to_owned(), definition.text.into())]);
        Ok(RemoteOpened { diagnostics, texts, ..opened })
    }

    /// Errors in an environment are an outcome. Excerpts of its text help, but are not worth another failure.
    async fn failed(
        &self,
        name: &str,
        reference: &Reference,
        error: ApiError,
    ) -> Result<RemoteOpened, ApiError> {
        let diagnostics = match error {
            ApiError::Invalid { diagnostics, .. } if !diagnostics.is_empty() => diagnostics,
            other => return Err(other),
        };
        let mut opened = RemoteOpened::new(name, reference, BTreeMap::new(), None);
        opened.diagnostics = diagnostics;
        let version = reference.version.as_ref();
        if let Ok(definition) = self.api.read_definition(&reference.name, version).await {
            // Diagnostics may use the name with or without the version.
            let text: Arc<str> = definition.text.into();
            opened.texts.insert(reference.name.to_string(), text.clone());
            opened.texts.insert(reference.to_string(), text);
        }
        Ok(opened)
    }
}

impl RemoteOpened {
    fn new(
        name: &str,
        reference: &Reference,
        properties: BTreeMap<SmolStr, TracedValue>,
        schema: Option<SchemaRef>,
    ) -> RemoteOpened {
        let mut names = Names(vec![reference.name.to_string()]);
        properties.values().for_each(|value| names.collect(value));
        // The object of all values stands nowhere.
        let content = Content::Object(Properties::new(properties));
        let value = TracedValue::new(content, Origin::default());
        RemoteOpened {
            name: name.to_owned(),
            value,
            picked: Vec::new(),
            schema,
            diagnostics: Vec::new(),
            texts: BTreeMap::new(),
            environments: names.0,
        }
    }

    /// Whether there are errors, and not only warnings.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl fmt::Debug for RemoteOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteOpened")
            .field("name", &self.name)
            .field("value", &self.value)
            .field("picked", &self.picked)
            .field("diagnostics", &self.diagnostics)
            .field("texts", &self.texts.keys())
            .field("environments", &self.environments)
            .finish_non_exhaustive()
    }
}

/// The environments that values come from, in the order they are met.
struct Names(Vec<String>);

impl Names {
    fn collect(&mut self, value: &TracedValue) {
        for layer in value.layers() {
            let name = layer.origin().environment.as_str();
            if !name.is_empty() && !self.0.iter().any(|known| known == name) {
                self.0.push(name.to_owned());
            }
        }
        for layer in value.layers() {
            match layer.content() {
                Content::List(items) => items.iter().for_each(|item| self.collect(item)),
                Content::Object(properties) => properties.iter().for_each(|(_, v)| self.collect(v)),
                _ => {}
            }
        }
    }
}

fn parse(verb: &str, name: &str) -> Result<Reference, ApiError> {
    let shown: String = name.chars().take(200).collect();
    name.parse().map_err(|error| invalid(format!("{verb} `{shown}`"), format!("{error}")))
}

fn rename(environment: &mut SmolStr, name: &str) {
    if environment == ANONYMOUS {
        *environment = name.into();
    }
}
