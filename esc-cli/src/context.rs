//! Who opens environments, as documents ask for it: `${context.pulumi.user.login}` and the like.

use esc_sdk::{ContextField, ExecutionContext};

use crate::options::Opener;
use crate::project::{self, Project};

/// What the command line, the variables and the project file say of who opens environments.
pub struct Answers<'a> {
    opener: &'a Opener,
    project: Project,
}

impl<'a> Answers<'a> {
    pub fn new(opener: &'a Opener, project: Project) -> Answers<'a> {
        Answers { opener, project }
    }

    /// What is known of a field; the command line and variables go before the project file. What is empty is not set.
    pub fn get(&self, field: ContextField) -> Option<&str> {
        let given = match field {
            ContextField::UserId => &self.opener.user_id,
            ContextField::UserLogin => &self.opener.user,
            ContextField::OrganizationId => &self.opener.organization_id,
            ContextField::OrganizationLogin => &self.opener.organization,
        };
        let given = given.as_deref().filter(|text| !text.is_empty());
        given.or_else(|| self.project.context.get(&field).map(String::as_str))
    }

    /// The context of evaluations.
    pub fn context(&self) -> ExecutionContext {
        let context = ExecutionContext::default().with_unset_help(how_to_set);
        ContextField::ALL.into_iter().fold(context, |context, field| match self.get(field) {
            Some(text) => context.with(field, text),
            None => context,
        })
    }
}

/// How to set a field.
pub fn how_to_set(field: ContextField) -> String {
    let (flag, variable) = match field {
        ContextField::UserId => ("--user-id ID", "ESC_USER_ID"),
        ContextField::UserLogin => ("--user NAME", "ESC_USER"),
        ContextField::OrganizationId => ("--organization-id ID", "ESC_ORGANIZATION_ID"),
        ContextField::OrganizationLogin => ("--organization NAME", "ESC_ORGANIZATION"),
    };
    let [_, owner, name] = field.keys();
    format!(
        "give `{flag}`, set the variable `{variable}`, or write `context: {{{owner}: {{{name}: …}}}}` into `{}` in \
         the directory of environments",
        project::FILE
    )
}
