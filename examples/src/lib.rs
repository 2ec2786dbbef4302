//! What the programs of this directory and their tests share.

pub mod brokers;
