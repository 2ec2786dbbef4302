//! Schedules of rotations.
//!
//! Their times are `2006-01-02 15:04:05.000` in UTC or RFC 3339, and empty for never.

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// When to rotate an environment's secrets: [`schedule_cron`](ScheduleRotation::schedule_cron) or
/// [`schedule_once`](ScheduleRotation::schedule_once).
#[doc = example!("schedule-rotation")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleRotation {
    /// A cron expression, at most once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_cron: Option<String>,
    /// A time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_once: Option<String>,
    /// Which secrets.
    pub secret_rotation_request: RotationDefinition,
}

/// Which secrets are rotated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationDefinition {
    /// The property path of the secret; empty is all.
    #[serde(default, deserialize_with = "or_default")]
    pub environment_path: String,
}

/// Something that the server does on a schedule.
#[doc = example!("scheduled-action")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledAction {
    /// Its identifier.
    pub id: String,
    /// The server's identifier of the organization.
    #[serde(default, deserialize_with = "or_default", rename = "orgID")]
    pub org_id: String,
    /// What it does: `environment_rotation`.
    pub kind: String,
    /// The cron expression, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_cron: Option<String>,
    /// The time, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_once: Option<String>,
    /// When it is done next.
    #[serde(default, deserialize_with = "or_default")]
    pub next_execution: String,
    /// When it was done last.
    #[serde(default, deserialize_with = "or_default")]
    pub last_executed: String,
    /// Whether it is not done for now.
    #[serde(default, deserialize_with = "or_default")]
    pub paused: bool,
    /// When the schedule was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// When the schedule was changed last.
    #[serde(default, deserialize_with = "or_default")]
    pub modified: String,
    /// Which secrets are rotated.
    pub definition: RotationDefinition,
}

/// The schedules of an environment; at most one.
#[doc = example!("scheduled-actions")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledActions {
    /// The schedules.
    pub schedules: Vec<ScheduledAction>,
}

/// What a schedule has done.
#[doc = example!("schedule-history")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleHistory {
    /// What it has done.
    pub schedule_history_events: Vec<ScheduleEvent>,
}

/// Something that a schedule has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleEvent {
    /// Its identifier.
    pub id: String,
    /// The schedule.
    #[serde(rename = "scheduledActionID")]
    pub scheduled_action_id: String,
    /// When.
    pub executed: String,
    /// The version of the schedule.
    #[serde(default, deserialize_with = "or_default")]
    pub version: u64,
    /// What came of it.
    #[serde(default, deserialize_with = "or_default")]
    pub result: String,
}
