//! The bodies of the HTTP API for environments: what clients send and servers return.
//!
//! This is the API of the hosted service, as its command and its SDKs speak it. The types are plain data with
//! `Serialize` and `Deserialize`, so a client and a server share one definition; the crate knows no HTTP, and opens
//! nothing. Every type shows an example of its JSON, and a test reads and writes each of them.
//!
//! # Rules
//!
//! * **Reading ignores unknown members**, since both sides grow. **Writing sends exactly the members that are declared
//!   here**: some clients refuse others.
//! * An optional member without a value is left out, never written as `null`; `null` is read as absent.
//! * A member that clients insist on is written even when it is empty, such as [`Range::environment`].
//! * Times are RFC 3339 texts, unless a member says otherwise.
//! * Secrets are [`Sensitive`]: `Debug` does not show them.
//! * Error messages of a deserialiser may quote what was read. Do not show those of bodies that hold secrets.
//!
//! # Calls
//!
//! `{E}` is `/api/esc/environments/{organization}`, `{e}` is `{E}/{project}/{environment}`, and `{v}` is
//! `{e}/versions/{revision or tag}`. Definitions are YAML texts and no types of this crate.
//!
//! | call | request | response |
//! |---|---|---|
//! | any that fails | | [`Failure`] |
//! | `GET /api/user` | | [`User`] |
//! | `GET /api/user/organizations/default` | | [`DefaultOrganization`] |
//! | `GET /api/capabilities`, `GET /api/cli/version` | | [`Capabilities`], [`CliVersions`] |
//! | `POST /api/oauth/token` | [`TokenRequest`], as JSON or as a form | [`TokenResponse`] |
//! | `GET`, `POST /api/user/tokens`, `/api/orgs/{organization}/tokens` | [`CreateAccessToken`] | [`AccessTokens`], [`CreatedAccessToken`] |
//! | `GET /api/esc/environments`, `GET {E}` | | [`Environments`] |
//! | `POST {E}` | [`CreateEnvironment`] | nothing |
//! | `GET {e}`, `{e}/decrypt`, `{v}`, `{v}/decrypt` | | YAML |
//! | `PATCH {e}` | YAML | [`UpdateResponse`] |
//! | `POST {e}/clone` | [`CloneEnvironment`] | nothing |
//! | `POST {e}/check`, `{v}/check`, `{E}/yaml/check` | YAML, for the last | [`CheckResponse`], or [`FailedCheck`] |
//! | `POST {e}/open`, `{v}/open`, `{E}/yaml/open` | YAML, for the last | [`OpenResponse`] |
//! | `GET {e}/open/{session}` | | an environment, or one value of it |
//! | `GET {e}/versions` | | a list of [`Revision`] |
//! | `POST {v}/retract` | [`RetractRevision`] | nothing |
//! | `GET`, `POST {e}/versions/tags` | [`CreateRevisionTag`] | [`RevisionTags`] |
//! | `GET`, `PATCH {e}/versions/tags/{tag}` | [`UpdateRevisionTag`] | [`RevisionTag`] |
//! | `GET`, `POST {e}/tags` | [`CreateEnvironmentTag`] | [`EnvironmentTags`], [`EnvironmentTag`] |
//! | `GET`, `PATCH {e}/tags/{tag}` | [`UpdateEnvironmentTag`] | [`EnvironmentTag`] |
//! | `GET`, `PATCH {e}/settings` | [`UpdateSettings`] | [`Settings`] |
//! | `GET`, `POST {e}/hooks`, `GET`, `PATCH {e}/hooks/{name}` | [`Webhook`] | [`Webhook`] |
//! | `GET {e}/hooks/{name}/deliveries`, `POST …/ping`, `…/redeliver` | | [`WebhookDelivery`] |
//! | `POST {e}/rotate` | [`RotateEnvironment`] | [`RotateResponse`] |
//! | `GET`, `POST {e}/schedules`, `GET`, `PATCH {e}/schedules/{id}` | [`ScheduleRotation`] | [`ScheduledActions`], [`ScheduledAction`] |
//! | `GET {e}/schedules/{id}/history` | | [`ScheduleHistory`] |
//! | `GET {e}/referrers`, `{v}/referrers` | | [`Referrers`] |
//! | `POST {e}/drafts`, `PATCH {e}/drafts/{id}` | YAML | [`Draft`] |
//! | `POST /api/change-requests/{organization}/{id}/submit` | [`SubmitChangeRequest`] | nothing |
//! | `POST`, `GET`, `PUT {e}/open/request[/{id}]` | [`RequestOpen`] | [`OpenRequests`] |
//! | `GET /api/esc/providers`, `/api/esc/rotators` | | [`Providers`], [`Rotators`] |
//! | `GET /api/esc/providers/{name}/schema`, `/api/esc/rotators/{name}/schema` | | [`CallableSchema`] |
//! | `GET /api/esc/context/schema` | | [`ContextSchema`] |
//!
//! Evaluated environments, values and schemas can be large and need numbers with all their digits. `esc-core` reads and
//! writes them; a type here that holds one is generic in it.

/// A file of `examples` as a block of documentation.
macro_rules! example {
    ($name:literal) => {
        concat!("\n```json\n", include_str!(concat!("../examples/", $name, ".json")), "```\n")
    };
}

mod changes;
mod checks;
mod diagnostics;
mod environments;
mod failure;
mod read;
mod referrers;
mod revisions;
mod rotation;
mod schedules;
mod schemas;
mod sensitive;
mod tags;
mod tokens;
mod users;
mod webhooks;

pub use changes::{Draft, OpenRequest, OpenRequests, RequestOpen, SubmitChangeRequest};
pub use checks::{CheckResponse, FailedCheck, FunctionSummary, OpenResponse, UpdateResponse};
pub use diagnostics::{Diagnostic, Diagnostics, Position, Range, Severity};
pub use environments::{
    CloneEnvironment, CreateEnvironment, EnvironmentSummary, Environments, ReferrerCounts,
    Settings, UpdateSettings,
};
pub use failure::Failure;
pub use referrers::{
    EnvironmentReferrer, InsightsAccountReferrer, Referrer, Referrers, StackReferrer,
};
pub use revisions::{
    CreateRevisionTag, RetractRevision, Retraction, Revision, RevisionTag, RevisionTags,
    SourceChangeRequest, UpdateRevisionTag,
};
pub use rotation::{
    EventStatus, RotateEnvironment, RotateResponse, Rotation, RotationEvent, RotationStatus,
};
pub use schedules::{
    RotationDefinition, ScheduleEvent, ScheduleHistory, ScheduleRotation, ScheduledAction,
    ScheduledActions,
};
pub use schemas::{CallableSchema, ContextSchema, Providers, Rotators};
pub use sensitive::Sensitive;
pub use tags::{
    CreateEnvironmentTag, CurrentTag, EnvironmentTag, EnvironmentTags, NewTag, UpdateEnvironmentTag,
};
pub use tokens::{
    AccessToken, AccessTokens, CreateAccessToken, CreatedAccessToken, TokenRequest, TokenResponse,
    TokenRole,
};
pub use users::{
    Capabilities, Capability, CliVersions, DefaultOrganization, Message, Organization, TokenInfo,
    User, UserInfo,
};
pub use webhooks::{Webhook, WebhookDelivery};
