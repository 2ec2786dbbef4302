//! A checklist.
//!
//! Before the first deployment:
//!
//! * A test [checks](super::types) every environment that the program is to run with, and the program's type against it.
//! * The program has one [`Client`](crate::Client), made at its start, and clones it.
//! * Secrets are [`Secret`](crate::Secret) in all types. `get_exposed` and `deserialize_exposed` are few, each with a reason.
//! * Providers that no environment needs [do not exist](super::providers), and the others reach only what they should.
//! * Logins go by [identity](super::providers), not by stored credentials, wherever the backend can.
//! * The execution context says who opens, from facts and not from requests.
//! * A [`deadline`](crate::ClientBuilder::deadline) bounds how long opening may take.
//!
//! For programs that run for long:
//!
//! * Values are read through a [watch](super::live), anew for each piece of work.
//! * A validator refuses values that the program cannot run with.
//! * Whatever holds on to a value (pools, clients) is made anew when it changes, within the grace time.
//! * [`stop`](crate::watch::Watch::stop) is awaited when the program ends, so that leases are released.
//! * Somebody is told when the [status](super::live) is old or failing.
//!
//! For when things are down:
//!
//! * It was decided whether the program may start with values of yesterday: with an [offline cache](super::offline), or
//!   not at all.
//! * The cache's key is not on the same disk.
//! * It was tried: with `Faults` [in a test](super::testing), and by cutting the network once.
//!
//! For the machine:
//!
//! * [`harden`](crate::hardening::harden) is the first call in `main`.
//! * Key files are readable by their owner only. Swap is off or encrypted.
//! * [Spans and metrics](super::observing) arrive where you look.
