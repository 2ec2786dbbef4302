//! `esc open`.

use esc_core::value::{Reveal, Value};
use esc_sdk::{Error, Snapshot, output::format};

use crate::failure::Failure;
use crate::options::{Common, Format, Open};
use crate::run::files;
use crate::setup;
use crate::terminal::{Terminal, print};

pub async fn open(common: &Common, terminal: &Terminal, what: &Open) -> Result<u8, Failure> {
    setup::name(&what.name)?;
    let variables = matches!(what.format, Format::Dotenv | Format::Shell);
    if variables && what.path.is_some() {
        let message =
            "the formats `dotenv` and `shell` are of whole environments; leave out the path";
        return Err(Failure::Usage(message.into()));
    }
    let client = setup::client(common)?;
    let opened = match &what.path {
        Some(path) => client.open_paths(&what.name, &[path]).await?,
        None => client.open(&what.name).await?,
    };
    terminal.diagnostics(opened.diagnostics());
    let text = match variables {
        true => lines(terminal, &opened, what.format)?,
        false => render(&opened, what)?,
    };
    print(text.as_bytes())?;
    Ok(0)
}

fn render(opened: &Snapshot, what: &Open) -> Result<String, Failure> {
    let reveal = Reveal::Revealed;
    if what.format == Format::Detailed {
        let value = match &what.path {
            Some(path) => match opened.traced_value_at(path)? {
                Some(value) => value,
                None => Err(missing(opened, path))?,
            },
            None => opened.traced_value().unwrap_or_else(|| Value::object::<&str>([]).into()),
        };
        return Ok(format::detailed(&value, reveal));
    }
    let value = match &what.path {
        Some(path) => opened.require_at(path).map_err(absent)?,
        None => opened.value(),
    };
    match what.format {
        Format::Yaml => Ok(format::yaml(value, reveal)),
        Format::String => format::string(value, reveal).map_err(|e| Failure::Usage(e.to_string())),
        _ => Ok(format::json(value, reveal)),
    }
}

fn missing(opened: &Snapshot, path: &str) -> Failure {
    match opened.require_at(path) {
        Err(error) => absent(error),
        Ok(_) => Failure::NotFound(format!("`{}` has no value at `{path}`", opened.name())),
    }
}

/// That there is no value, with the path that was meant if one is near.
fn absent(error: Error) -> Failure {
    match error {
        Error::Lookup(lookup) => Failure::NotFound(lookup.to_string()),
        other => other.into(),
    }
}

/// Variables, and the paths of files that are written and left behind: whoever reads the lines needs them.
fn lines(terminal: &Terminal, opened: &Snapshot, format: Format) -> Result<String, Failure> {
    let variables = opened.environment_variables();
    let wanted = opened.files();
    files::warn_of_skipped(terminal, &variables, &wanted);
    let mut all: Vec<(String, String)> = Vec::new();
    for variable in &variables.entries {
        all.push((variable.name.to_string(), variable.value.as_str().to_owned()));
    }
    let written = files::write(&wanted.entries)?;
    for (name, path) in &written.paths {
        let path = path.to_str().ok_or_else(|| {
            Failure::Usage("the directory for temporary files has a name that is not UTF-8".into())
        })?;
        all.push((name.clone(), path.to_owned()));
    }
    let pairs = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let text = match format {
        Format::Shell => format::shell(pairs),
        _ => format::dotenv(pairs),
    };
    let text = text.map_err(|e| Failure::Usage(e.to_string()))?;
    if let Some(directory) = written.keep() {
        let directory = directory.display();
        terminal.note(&format!(
            "the files are in `{directory}`; remove it when they are not needed any more"
        ));
    }
    Ok(text)
}
