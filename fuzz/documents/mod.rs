//! Environments made at random, damage to them, and what the evaluator's two faces must agree on.
//!
//! One list of bytes decides everything, so that a fuzzer can learn from it and a property test can shrink it. The fuzz
//! target `faces` and the test `esc-eval/tests/faces.rs` both use this module.

mod agree;
mod damage;
mod generate;

pub use agree::disagreement;

/// Documents by name. The first is the root, `env`.
pub type Documents = Vec<(String, String)>;

/// What the secrets of random documents contain, and what base64 makes of it. It stands in no document: there it is
/// encrypted.
pub const CANARIES: [&str; 3] = ["XQCAN", "ARYQX", "WFFDQU4tQVJZUV"];

/// Random documents. Of four, one is as it was made, and in the others something is damaged.
pub fn documents(bytes: &[u8]) -> Documents {
    // What is damaged is decided by bytes of its own, or only documents that use up few would be damaged in many ways.
    let (damage, bytes) = bytes.split_at(bytes.len() / 8);
    let mut documents = generate::documents(&mut Choices::new(bytes));
    let mut choices = Choices::new(damage);
    let damages = choices.below(4);
    for _ in 0..damages {
        let victim = choices.below(documents.len());
        if let Some((_, text)) = documents.get_mut(victim) {
            *text = damage::damaged(text, &mut choices);
        }
    }
    documents
}

/// Decisions, taken from bytes. When they are used up the first possibility is taken, so that less bytes make simpler
/// documents.
pub struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    /// Decisions from these bytes.
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices(bytes.iter())
    }

    /// A number below `count`, which is at least 1.
    pub fn below(&mut self, count: usize) -> usize {
        let mut number = self.byte();
        // One byte would never reach the end of a longer list.
        if count > 256 {
            number = number << 8 | self.byte();
        }
        number % count.max(1)
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// True once in so many times, and never without bytes.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn byte(&mut self) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0))
    }
}
