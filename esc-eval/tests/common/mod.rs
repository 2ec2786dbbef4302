//! What the tests of this crate share.
#![allow(dead_code, reason = "every test program uses a part of it")]

pub mod generate;
pub mod golden;
pub mod providers;
pub mod world;
