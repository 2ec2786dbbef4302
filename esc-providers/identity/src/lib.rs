//! Tokens that say who opens an environment, and the providers that deal in them.
