//! What the reference shows of the cells.

use std::collections::BTreeMap;

use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::value::{Origin, ValueKind};
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::ValueId;
use crate::outcome::Poll;
use crate::output::replay::cells::{Cell, Content, Id, Shown};
use crate::output::replay::nodes::{Node, NodeId, Parts};
use crate::output::replay::steps::Replay;
use crate::values::node::Repr;

impl Replay<'_> {
    /// Shows a value; `environment` is named by what has no place, and whoever shows a value first decides.
    pub(super) fn show(&mut self, id: Id, environment: &str) -> Poll<NodeId> {
        self.cells.step()?;
        match self.cells.cell(id).shown {
            Shown::As(node) => return Ok(node),
            Shown::UnderWay => {
                self.report_cycle(id);
                let parts = Parts::None(ValueKind::Null);
                let (secret, unknown, def, base) = (false, true, Origin::default(), None);
                return Ok(self.nodes.add(Node { parts, secret, unknown, def, base }));
            }
            Shown::Not => {}
        }
        self.cells.cell_mut(id).shown = Shown::UnderWay;
        let parts = match self.cells.cell(id).content.clone() {
            Content::Scalar(None) => Parts::None(ValueKind::Null),
            Content::Scalar(Some(v)) => Parts::None(self.scalar(v)),
            Content::List(items) => {
                let items = items.iter().map(|item| grow(|| self.show(*item, environment)));
                Parts::List(items.collect::<Poll<_>>()?)
            }
            Content::Object(_) => {
                let properties: BTreeMap<SmolStr, Id> = self.cells.properties(id);
                let shown = properties.into_iter();
                let shown =
                    shown.map(|(key, child)| Ok((key, grow(|| self.show(child, environment))?)));
                Parts::Object(shown.collect::<Poll<_>>()?)
            }
        };
        let base = match self.cells.cell(id).base {
            Some(base) => Some(grow(|| self.show(base, "<import>"))?),
            None => None,
        };
        let Cell { syntax, flags, .. } = *self.cells.cell(id);
        let def = match self.view.syntax_location(syntax) {
            Some(location) => Origin { environment: location.environment, range: location.range },
            None => Origin { environment: SmolStr::new(environment), ..Origin::default() },
        };
        let (secret, unknown) = (flags.secret, flags.unknown);
        let node = self.nodes.add(Node { parts, secret, unknown, def, base });
        self.cells.cell_mut(id).shown = Shown::As(node);
        Ok(node)
    }

    fn scalar(&self, v: ValueId) -> ValueKind {
        match self.view.arena.repr(v).clone() {
            Repr::Bool(b) => ValueKind::Bool(b),
            Repr::Number(n) => ValueKind::Number(n),
            Repr::String(s) => ValueKind::String(s),
            _ => ValueKind::Null,
        }
    }

    fn report_cycle(&mut self, id: Id) {
        let error = Diagnostic::error(Code::CyclicReference, "internal error: cyclic export");
        let syntax = self.cells.cell(id).syntax;
        let place = self.view.syntax_location(syntax).zip(self.view.syntax_path(syntax));
        self.cycles.push(match place {
            Some((location, path)) => error.at(location, path),
            None => error,
        });
    }
}
