//! All scalars of a value.

use esc_core::path::PropertyPath;
use esc_core::value::{Value, ValueKind};

/// Everything in a value that is not made of other values, in the order of keys.
pub(super) fn of(value: &Value) -> impl Iterator<Item = (PropertyPath, &Value)> {
    Leaves { rest: vec![(PropertyPath::new(), value)] }
}

struct Leaves<'v> {
    /// What is still to be visited, the next one last.
    rest: Vec<(PropertyPath, &'v Value)>,
}

impl<'v> Iterator for Leaves<'v> {
    type Item = (PropertyPath, &'v Value);

    fn next(&mut self) -> Option<(PropertyPath, &'v Value)> {
        while let Some((path, value)) = self.rest.pop() {
            match &value.kind {
                ValueKind::List(items) if !items.is_empty() => {
                    let items = items.iter().enumerate().rev();
                    self.rest.extend(items.map(|(index, item)| (path.join(index), item)));
                }
                ValueKind::Object(entries) if !entries.is_empty() => {
                    let entries = entries.iter().rev();
                    self.rest.extend(entries.map(|(key, item)| (path.join(key.clone()), item)));
                }
                _ => return Some((path, value)),
            }
        }
        None
    }
}
