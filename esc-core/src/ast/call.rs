//! The shapes of the arguments of built-in functions.

use super::builtin::{Builtin, BuiltinKind, Pure, Shape};
use super::callee::Callee;
use super::parser::Parser;
use super::{Arguments, Call, ExprId, ExprKind, Function, Open, Property, RotateState};
use crate::diagnostic::{Code, Diagnostic};
use crate::spelling::closest;
use crate::syntax::{Entry, NodeId};
use crate::text::quote;

impl Parser<'_> {
    /// Checks the shape of a parsed argument. What is lacking becomes a missing expression.
    pub(super) fn call(&mut self, entry: &Entry, callee: Callee<'_>, argument: ExprId) -> Call {
        let arg = Argument { expr: argument, node: entry.value };
        let function = match (callee.builtin.kind, callee.provider) {
            (BuiltinKind::Pure(pure, shapes), _) => self.pure(arg, callee.builtin, pure, shapes),
            (BuiltinKind::Open, Some(provider)) => Function::Open(Open {
                provider: Some(provider.into()),
                provider_expr: None,
                inputs: argument,
            }),
            (BuiltinKind::Open, None) => {
                let keys = ["provider", "inputs"];
                let message =
                    "the argument to fn::open must be an object containing 'provider' and 'inputs'";
                Function::Open(self.open(arg, "fn::open", &keys, message))
            }
            (BuiltinKind::Rotate, Some(provider)) => self.rotate_short(arg, provider),
            (BuiltinKind::Rotate, None) => self.rotate(arg),
            (BuiltinKind::Secret, _) => self.secret(arg),
            (BuiltinKind::Validate, _) => self.validate(arg),
        };
        Call {
            name: entry.key.text.clone(),
            name_range: entry.key.range,
            name_span: entry.key.span,
            argument: entry.value,
            function,
        }
    }

    fn pure(&mut self, arg: Argument, builtin: &Builtin, pure: Pure, shapes: &[Shape]) -> Function {
        let Builtin { name, example, .. } = builtin;
        if shapes.len() == 2 {
            let arguments = match self.kind(arg.expr) {
                Some(ExprKind::List(items)) => <[ExprId; 2]>::try_from(items.as_ref()).ok(),
                _ => None,
            };
            let arguments = arguments.unwrap_or_else(|| {
                let message = format!("the argument to {name} must be a two-valued list");
                self.shape_error(message, arg.node, format!("for example {name}: {example}"));
                [self.missing(), self.missing()]
            });
            return Function::Pure(pure, Arguments::Two(arguments));
        }
        let is_list = matches!(self.kind(arg.expr), Some(ExprKind::List(_)));
        if shapes == [Shape::Lists] && !is_list {
            let message = format!("the argument to {name} must be an array of arrays");
            self.shape_error(message, arg.node, "write the lists as a list: [[a], ${other}]");
        }
        Function::Pure(pure, Arguments::One(arg.expr))
    }

    /// The provider and inputs of the object forms of open and rotate.
    fn open(&mut self, arg: Argument, function: &str, keys: &[&str], message: &str) -> Open {
        if !self.is_object(arg.expr) {
            self.shape_error(
                message,
                arg.node,
                format!("to name the provider in the key, write {function}::PROVIDER"),
            );
            let provider_expr = Some(self.missing());
            return Open { provider: None, provider_expr, inputs: self.missing() };
        }
        let mut provider = None;
        let mut provider_expr = None;
        match self.property(arg.expr, "provider") {
            None => {
                let message = "missing provider name ('provider')";
                self.missing_error(message, arg, "provider", keys, "add 'provider: NAME'");
            }
            Some(expr) => match self.kind(expr) {
                Some(ExprKind::String(name)) => {
                    provider = Some(name.clone());
                    provider_expr = Some(expr);
                }
                _ => {
                    let message = "provider name must be a string literal";
                    let node = self.node(expr).unwrap_or(arg.node);
                    self.shape_error(
                        message,
                        node,
                        "write the name of the provider itself: it cannot be computed",
                    );
                }
            },
        }
        let provider_expr = Some(provider_expr.unwrap_or_else(|| self.missing()));
        let inputs = self.inputs(arg, keys);
        self.warn_extra(arg, function, keys);
        Open { provider, provider_expr, inputs }
    }

    fn inputs(&mut self, arg: Argument, keys: &[&str]) -> ExprId {
        self.property(arg.expr, "inputs").unwrap_or_else(|| {
            let message = "missing provider inputs ('inputs')";
            self.missing_error(message, arg, "inputs", keys, "add 'inputs: {…}'");
            self.missing()
        })
    }

    fn rotate(&mut self, arg: Argument) -> Function {
        let keys = ["provider", "inputs", "state"];
        let message = "the argument to fn::rotate must be an object containing 'provider', \
                       'inputs' and 'state'";
        let open = self.open(arg, "fn::rotate", &keys, message);
        Function::Rotate(open, self.state(arg))
    }

    /// `fn::rotate::PROVIDER`: the provider stands in the key, but the inputs still under `inputs`.
    fn rotate_short(&mut self, arg: Argument, provider: &str) -> Function {
        if !self.is_object(arg.expr) {
            let message =
                "the argument to fn::rotate must be an object containing 'inputs' and 'state'";
            self.shape_error(message, arg.node, "write the inputs under 'inputs'");
            let open = Open { provider: None, provider_expr: None, inputs: self.missing() };
            return Function::Rotate(open, RotateState { state: self.missing() });
        }
        let keys = ["inputs", "state"];
        let inputs = self.inputs(arg, &keys);
        let state = self.state(arg);
        self.warn_extra(arg, "fn::rotate::PROVIDER", &keys);
        let open = Open { provider: Some(provider.into()), provider_expr: None, inputs };
        Function::Rotate(open, state)
    }

    fn state(&mut self, arg: Argument) -> RotateState {
        let state = match self.property(arg.expr, "state") {
            _ if !self.is_object(arg.expr) => self.missing(),
            None => self.push(None, ExprKind::Null),
            Some(state) if self.is_object(state) => state,
            Some(state) => {
                let message = "rotation state must be an object literal";
                let node = self.node(state).unwrap_or(arg.node);
                self.shape_error(message, node, "leave 'state' out: rotating writes it");
                state
            }
        };
        RotateState { state }
    }

    fn secret(&mut self, arg: Argument) -> Function {
        match self.kind(arg.expr) {
            Some(ExprKind::String(_)) => return Function::SecretPlaintext(arg.expr),
            Some(ExprKind::Object(properties)) => {
                if let [Property { key, value, .. }] = properties.as_ref()
                    && key == "ciphertext"
                    && matches!(self.kind(*value), Some(ExprKind::String(_)))
                {
                    return Function::SecretCiphertext(*value);
                }
            }
            _ => {}
        }
        let help = "write the secret itself as a string, in quotes if it looks like something else; \
                    to compute with secrets, refer to them: whatever contains a secret is secret";
        self.shape_error("secret values must be string literals", arg.node, help);
        // Still a secret, of a text that is written nowhere.
        Function::SecretPlaintext(self.push(None, ExprKind::String(Default::default())))
    }

    fn validate(&mut self, arg: Argument) -> Function {
        if !self.is_object(arg.expr) {
            let message =
                "the argument to fn::validate must be an object containing 'schema' and 'value'";
            self.shape_error(
                message,
                arg.node,
                "for example {schema: {type: string}, value: ${a}}",
            );
            return Function::Validate { schema: self.missing(), value: self.missing() };
        }
        let keys = ["schema", "value"];
        let [schema, value] = keys.map(|name| {
            self.property(arg.expr, name).unwrap_or_else(|| {
                let message = format!("missing required property '{name}'");
                self.missing_error(message, arg, name, &keys, format!("add '{name}: …'"));
                self.missing()
            })
        });
        self.warn_extra(arg, "fn::validate", &keys);
        Function::Validate { schema, value }
    }

    /// A property of an argument is missing: perhaps it is there under a name that is nearly right.
    fn missing_error(
        &mut self,
        message: impl Into<String>,
        arg: Argument,
        name: &str,
        known: &[&str],
        help: impl Into<String>,
    ) {
        let extra = self.extra(arg, known);
        let misnamed = extra.iter().find(|p| closest(known.iter().copied(), &p.key) == Some(name));
        let help = match misnamed {
            Some(property) => format!("rename '{}' to '{name}'", property.key),
            None => help.into(),
        };
        self.shape_error(message, arg.node, help);
    }

    /// The properties of an argument that are not known.
    fn extra(&self, arg: Argument, known: &[&str]) -> Vec<Property> {
        let Some(ExprKind::Object(properties)) = self.kind(arg.expr) else { return Vec::new() };
        let extra = properties.iter().filter(|p| !known.contains(&p.key.as_str()));
        extra.cloned().collect()
    }

    /// Warns about properties of an argument that mean nothing. The reference ignores them without a word.
    fn warn_extra(&mut self, arg: Argument, function: &str, known: &[&str]) {
        for property in self.extra(arg, known) {
            let key = property.key.as_str();
            // What a missing property is called by mistake is part of that error. The state may be missing.
            let meant = closest(known.iter().copied(), key);
            if meant.is_some_and(|name| name != "state" && self.property(arg.expr, name).is_none())
            {
                continue;
            }
            let message = format!("{function} ignores the property {}", quote(key));
            let help = match closest(known.iter().copied(), key) {
                Some(name) => format!("did you mean '{name}'?"),
                None => format!("it takes '{}'", known.join("', '")),
            };
            let location = self.location(property.key_range, property.key_span);
            let path = self.node(property.value).map(|node| self.tree.path(node));
            self.diagnostics.push(
                Diagnostic::warning(Code::UnknownOption, message)
                    .with_help(help)
                    .at(location, path.unwrap_or_default())
                    .extension(),
            );
        }
    }

    fn shape_error(&mut self, message: impl Into<String>, node: NodeId, help: impl Into<String>) {
        self.report(Diagnostic::error(Code::CallShape, message).with_help(help), node);
    }

    fn kind(&self, id: ExprId) -> Option<&ExprKind> {
        self.exprs.get(id.0 as usize).map(|expr| &expr.kind)
    }

    fn node(&self, id: ExprId) -> Option<NodeId> {
        self.exprs.get(id.0 as usize)?.node
    }

    fn is_object(&self, id: ExprId) -> bool {
        matches!(self.kind(id), Some(ExprKind::Object(_)))
    }

    /// The property of an object literal; the last one if there are several.
    fn property(&self, id: ExprId, name: &str) -> Option<ExprId> {
        let Some(ExprKind::Object(properties)) = self.kind(id) else { return None };
        properties.iter().rev().find(|property| property.key == name).map(|property| property.value)
    }
}

/// The argument of a call.
#[derive(Clone, Copy)]
struct Argument {
    expr: ExprId,
    node: NodeId,
}
