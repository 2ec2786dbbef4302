//! The kinds of objects.

/// Which objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Secrets,
    ConfigMaps,
}

impl Kind {
    pub(super) fn provider(self) -> &'static str {
        match self {
            Kind::Secrets => crate::SECRETS,
            Kind::ConfigMaps => crate::CONFIG_MAPS,
        }
    }

    pub(super) fn resource(self) -> &'static str {
        match self {
            Kind::Secrets => "secrets",
            Kind::ConfigMaps => "configmaps",
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Secrets => "Secret",
            Kind::ConfigMaps => "ConfigMap",
        }
    }
}
