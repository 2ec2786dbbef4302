//! The application.

use esc_sdk::{FromEnvironment, Secret};

/// What the application needs of its environment.
#[derive(FromEnvironment)]
pub struct Shop {
    #[esc(path = "environmentVariables.DATABASE_URL")]
    database: Secret<String>,
    #[esc(path = "database.host")]
    database_host: Secret<String>,
    #[esc(path = "parameters.hosts")]
    hosts: Vec<String>,
    #[esc(path = "parameters.support")]
    support: String,
    #[esc(path = "features.gift-cards")]
    gift_cards: bool,
    #[esc(path = "environmentVariables.PAYMENTS_KEY")]
    payments: Secret<String>,
    #[esc(path = "environmentVariables.QUEUE_PASSWORD")]
    queue: Secret<String>,
    #[esc(path = "files.KUBECONFIG")]
    kubeconfig: Secret<String>,
}

impl Shop {
    /// Opens for business, and says so. What is secret is used, not told.
    pub fn work(&self) -> String {
        let gifts = if self.gift_cards { "with" } else { "without" };
        let reaches = self.database.expose().contains(self.database_host.expose());
        let secrets = [&self.database, &self.payments, &self.queue, &self.kubeconfig];
        let at_hand = secrets.iter().filter(|secret| !secret.expose().is_empty()).count();
        format!(
            "the shop is open at {}, {gifts} gift cards; its database is {}; {at_hand} of {} secrets are at hand; \
             questions to {}",
            self.hosts.join(" and "),
            if reaches { "named" } else { "missing" },
            secrets.len(),
            self.support,
        )
    }
}
