//! Cases and their options.

use std::collections::BTreeMap;
use std::path::Path;

use esc_core::path::PropertyPath;
use esc_eval::Limits;

/// A case of the corpus.
pub struct Case {
    /// The root's name. `#! root NAME`; `env` if not given.
    pub root: String,
    /// Documents by name, the root's included.
    pub documents: BTreeMap<String, String>,
    /// What is done. `#! modes check open rotate`; check and open if not given.
    pub modes: Vec<String>,
    /// `#! compatible`: the reference's quirks.
    pub compatible: bool,
    /// `#! show-secrets`.
    pub show_secrets: bool,
    /// `#! revealed`: what is opened is shown with its secrets, too.
    pub revealed: bool,
    /// `#! export`: the exported environment of the last mode is shown.
    pub export: bool,
    /// `#! broken-decrypter`: nothing can be decrypted.
    pub broken_decrypter: bool,
    /// `#! deadline`: the evaluation has ten seconds.
    pub deadline: bool,
    /// `#! path PATH`: open only these.
    pub paths: Vec<PropertyPath>,
    /// `#! rotate PATH`: rotate only these.
    pub rotate: Vec<PropertyPath>,
    /// `#! limit NAME N`.
    pub limits: Limits,
}

impl Case {
    /// Reads a case.
    pub fn read(path: &Path) -> Case {
        let text = std::fs::read_to_string(path).expect("the case can be read");
        let mut case = Case {
            root: "env".to_owned(),
            documents: BTreeMap::new(),
            modes: vec!["check".to_owned(), "open".to_owned()],
            compatible: false,
            show_secrets: false,
            revealed: false,
            export: false,
            broken_decrypter: false,
            deadline: false,
            paths: Vec::new(),
            rotate: Vec::new(),
            limits: Limits::default(),
        };
        let mut trimmed = false;
        let mut rest = text.as_str();
        while let Some((line, after)) = rest.split_once('\n') {
            if let Some(option) = line.strip_prefix("#! ") {
                trimmed |= option == "no-final-newline";
                case.option(option, path);
            } else if !line.starts_with("#:") {
                break;
            }
            rest = after;
        }
        let mut name = case.root.clone();
        let mut current = String::new();
        for line in rest.split_inclusive('\n') {
            match line.strip_prefix("--- # name: ") {
                Some(next) => {
                    let text = std::mem::take(&mut current);
                    case.documents.insert(std::mem::replace(&mut name, next.trim().into()), text);
                }
                None => current.push_str(line),
            }
        }
        case.documents.insert(name, current);
        if trimmed {
            for text in case.documents.values_mut() {
                text.truncate(text.trim_end_matches('\n').len());
            }
        }
        case
    }

    fn option(&mut self, option: &str, path: &Path) {
        let (name, value) = option.split_once(' ').unwrap_or((option, ""));
        let property_path = || PropertyPath::parse(value).expect("a property path");
        match name {
            "root" => self.root = value.to_owned(),
            "modes" => self.modes = value.split(' ').map(str::to_owned).collect(),
            "compatible" => self.compatible = true,
            "show-secrets" => self.show_secrets = true,
            "revealed" => self.revealed = true,
            "export" => self.export = true,
            "broken-decrypter" => self.broken_decrypter = true,
            "deadline" => self.deadline = true,
            "no-final-newline" => {}
            "path" => self.paths.push(property_path()),
            "rotate" => self.rotate.push(property_path()),
            "limit" => self.limit(value),
            _ => panic!("{}: unknown option {option}", path.display()),
        }
    }

    fn limit(&mut self, value: &str) {
        let (name, number) = value.split_once(' ').expect("a name and a number");
        let number = number.parse().expect("a number");
        match name {
            "max_bytes" => self.limits.document.max_bytes = number,
            "max_depth" => self.limits.document.max_depth = number,
            "max_nodes" => self.limits.document.max_nodes = number,
            "max_environments" => self.limits.max_environments = number,
            "max_import_depth" => self.limits.max_import_depth = number,
            "max_value_depth" => self.limits.max_value_depth = number,
            "max_string_bytes" => self.limits.max_string_bytes = number,
            "max_values" => self.limits.max_values = number,
            _ => panic!("unknown limit {name}"),
        }
    }
}
