//! Documents in a directory: `NAME.yaml`, and `project/name.yaml` for names of two parts.

use std::io;
use std::path::Path;

use crate::shapes::Documents;

/// Reads all documents of a directory.
pub fn read(directory: &Path, root: &str) -> io::Result<Documents> {
    let mut documents = Documents { root: root.to_owned(), ..Documents::default() };
    read_into(directory, "", &mut documents)?;
    if documents.texts.contains_key(root) {
        return Ok(documents);
    }
    let message = format!("there is no {root}.yaml in {}", directory.display());
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

fn read_into(directory: &Path, prefix: &str, documents: &mut Documents) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let file_name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            read_into(&entry.path(), &format!("{prefix}{file_name}/"), documents)?;
        } else if let Some(name) = file_name.strip_suffix(".yaml") {
            let text = std::fs::read_to_string(entry.path())?;
            documents.texts.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}

/// Writes documents into a directory, which is made if need be.
pub fn write(directory: &Path, documents: &Documents) -> io::Result<()> {
    for (name, text) in &documents.texts {
        let path = directory.join(format!("{name}.yaml"));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}
