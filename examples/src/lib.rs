//! The environments and programs of this directory, as tests.
