//! AWS for environments: logins, Secrets Manager and Parameter Store.
