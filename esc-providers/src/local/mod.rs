//! Providers that need no network: [`Variables`] and [`Files`].
//!
//! Neither looks around by itself. The embedder says which variables there are and below which directory files may be
//! read; what is not offered does not exist for an environment.

use std::sync::Arc;

use esc_core::provider::Provider;
use esc_provider_kit::Family;

mod files;
mod variables;

pub use files::Files;
pub use variables::Variables;

/// The name of the [provider of variables](Variables).
pub const ENV: &str = "env";

/// The name of the [provider of files](Files).
pub const FILE: &str = "file";

/// What the embedder offers of its own machine.
///
/// ```
/// use esc_provider_kit::Family;
/// use esc_providers::local::{Local, Variables};
///
/// let local = Local::new().with_variables(Variables::new([("BRANCH", "main")]));
/// let names: Vec<&str> = local.providers().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["env"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Local {
    variables: Option<Variables>,
    files: Option<Files>,
}

impl Local {
    /// Nothing.
    pub fn new() -> Local {
        Local::default()
    }

    /// The same, with variables.
    pub fn with_variables(mut self, variables: Variables) -> Local {
        self.variables = Some(variables);
        self
    }

    /// The same, with files.
    pub fn with_files(mut self, files: Files) -> Local {
        self.files = Some(files);
        self
    }
}

impl Family for Local {
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        let mut providers: Vec<(&'static str, Arc<dyn Provider>)> = Vec::new();
        if let Some(variables) = &self.variables {
            providers.push((ENV, Arc::new(variables.clone())));
        }
        if let Some(files) = &self.files {
            providers.push((FILE, Arc::new(files.clone())));
        }
        providers
    }
}
