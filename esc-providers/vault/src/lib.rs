//! HashiCorp Vault and OpenBao for environments: logins and secrets.
