//! Pulumi's stacks.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema};

use crate::published::{Home, Published};
use crate::shape::{entries, text};

/// `pulumi-stacks`.
pub static STACKS: Published<ProviderSchema> =
    Published::new("pulumi-stacks", Home::Nowhere, stacks);

/// A project and a stack.
const STACK_PATTERN: &str = "^[a-zA-Z0-9_.-]{1,100}/[a-zA-Z0-9_.-]{1,100}$";

fn stacks() -> ProviderSchema {
    let stack = "The project and name of the stack, as in `network/production`.";
    let entry = Schema::object()
        .required_property("stack", text(stack).pattern(STACK_PATTERN))
        .closed()
        .description("One stack.");
    let wanted = "The stacks whose outputs to read, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Reads the outputs of Pulumi stacks.".into()),
        inputs: Schema::object()
            .required_property("stacks", entries(entry, wanted))
            .closed()
            .build(),
        outputs: Builder::new().description("The outputs of each stack, by name.").build(),
    }
}
