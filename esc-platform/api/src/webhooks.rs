//! Webhooks: who is told of what happens to an environment.

use serde::{Deserialize, Serialize};

use crate::read::or_default;
use crate::sensitive::Sensitive;

/// Who is told of what. Requests have [`secret`](Webhook::secret), responses [`has_secret`](Webhook::has_secret).
#[doc = example!("webhook")]
#[doc = example!("create-webhook")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// The organization; in a request it must be that of the address.
    #[serde(default, deserialize_with = "or_default")]
    pub organization_name: String,
    /// The project, for the hooks of an environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_name: Option<String>,
    /// The environment, for the hooks of an environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_name: Option<String>,
    /// Its name, up to 32 of `[A-Za-z0-9._-]`. If it is empty, the server makes one and returns it.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Where deliveries are sent.
    pub payload_url: String,
    /// The key of signatures. In a change, empty leaves it as it is, and [`REMOVE_SECRET`](Webhook::REMOVE_SECRET)
    /// removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Sensitive>,
    /// Whether anything is sent.
    pub active: bool,
    /// In which form: `raw`, which is the default, `slack`, `ms_teams` or `pulumi_deployments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Which events are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<String>>,
    /// Which groups of events are told: `environments`, `change_requests`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Whether deliveries are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_secret: Option<bool>,
    /// The key of signatures, encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ciphertext: Option<String>,
}

impl Webhook {
    /// The secret of a change that removes the secret.
    pub const REMOVE_SECRET: &str = "__remove-secret";
}

/// What was sent to a webhook, and what came back.
#[doc = example!("webhook-delivery")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    /// The delivery's identifier.
    pub id: String,
    /// What it tells of.
    #[serde(default, deserialize_with = "or_default")]
    pub kind: String,
    /// The body that was sent.
    #[serde(default, deserialize_with = "or_default")]
    pub payload: String,
    /// When it was sent, in seconds since 1970.
    #[serde(default, deserialize_with = "or_default")]
    pub timestamp: i64,
    /// How long the response took, in milliseconds.
    #[serde(default, deserialize_with = "or_default")]
    pub duration: u64,
    /// Where it was sent.
    #[serde(default, deserialize_with = "or_default")]
    pub request_url: String,
    /// The headers that were sent.
    #[serde(default, deserialize_with = "or_default")]
    pub request_headers: String,
    /// The status of the response; 0 if there was none.
    #[serde(default, deserialize_with = "or_default")]
    pub response_code: u16,
    /// The headers of the response.
    #[serde(default, deserialize_with = "or_default")]
    pub response_headers: String,
    /// The body of the response.
    #[serde(default, deserialize_with = "or_default")]
    pub response_body: String,
}
