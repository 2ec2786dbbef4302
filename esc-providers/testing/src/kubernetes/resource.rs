//! The resources there are, and the paths that lead to them.

/// A resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Resource {
    Namespaces,
    Secrets,
    ConfigMaps,
    ServiceAccounts,
    Roles,
    RoleBindings,
}

pub(super) const RBAC: &str = "rbac.authorization.k8s.io";

impl Resource {
    pub(super) const ALL: [Resource; 6] = [
        Resource::Namespaces,
        Resource::Secrets,
        Resource::ConfigMaps,
        Resource::ServiceAccounts,
        Resource::Roles,
        Resource::RoleBindings,
    ];

    pub(super) fn plural(self) -> &'static str {
        match self {
            Resource::Namespaces => "namespaces",
            Resource::Secrets => "secrets",
            Resource::ConfigMaps => "configmaps",
            Resource::ServiceAccounts => "serviceaccounts",
            Resource::Roles => "roles",
            Resource::RoleBindings => "rolebindings",
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Resource::Namespaces => "Namespace",
            Resource::Secrets => "Secret",
            Resource::ConfigMaps => "ConfigMap",
            Resource::ServiceAccounts => "ServiceAccount",
            Resource::Roles => "Role",
            Resource::RoleBindings => "RoleBinding",
        }
    }

    pub(super) fn group(self) -> &'static str {
        match self {
            Resource::Roles | Resource::RoleBindings => RBAC,
            _ => "",
        }
    }

    pub(super) fn api_version(self) -> &'static str {
        match self {
            Resource::Roles | Resource::RoleBindings => "rbac.authorization.k8s.io/v1",
            _ => "v1",
        }
    }

    /// As messages name it: with its group, if it has one.
    pub(super) fn qualified(self) -> String {
        match self.group() {
            "" => self.plural().to_owned(),
            group => format!("{}.{group}", self.plural()),
        }
    }

    pub(super) fn is_namespaced(self) -> bool {
        self != Resource::Namespaces
    }
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) resource: Resource,
    /// Empty: all of them.
    pub(super) namespace: String,
    pub(super) name: Option<String>,
    pub(super) subresource: Option<String>,
}

impl Target {
    /// Reads a path; none if nothing is there.
    pub(super) fn parse(path: &str) -> Option<Target> {
        let (group, rest) = match path.strip_prefix("/api/v1/") {
            Some(rest) => ("", rest),
            None => (RBAC, path.strip_prefix("/apis/rbac.authorization.k8s.io/v1/")?),
        };
        let find = |plural: &str| {
            Resource::ALL.into_iter().find(|r| r.plural() == plural && r.group() == group)
        };
        let target = |resource, namespace: &str, name: Option<&str>, sub: Option<&str>| Target {
            resource,
            namespace: namespace.into(),
            name: name.map(Into::into),
            subresource: sub.map(Into::into),
        };
        let parts: Vec<&str> = rest.split('/').collect();
        let found = match parts.as_slice() {
            ["namespaces", name] if group.is_empty() => {
                target(Resource::Namespaces, "", Some(name), None)
            }
            ["namespaces", namespace, plural] => target(find(plural)?, namespace, None, None),
            ["namespaces", namespace, plural, name] => {
                target(find(plural)?, namespace, Some(name), None)
            }
            ["namespaces", namespace, plural, name, sub] => {
                target(find(plural)?, namespace, Some(name), Some(sub))
            }
            [plural] => target(find(plural)?, "", None, None),
            _ => return None,
        };
        let empty =
            found.name.as_deref() == Some("") || (parts.len() > 2 && found.namespace.is_empty());
        (!empty && (parts.len() <= 2 || found.resource.is_namespaced())).then_some(found)
    }
}
