//! Finding one of many names at once.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// From how many properties on a name is looked up rather than searched for.
pub(crate) const MANY: usize = 32;

/// The names of an object, by the numbers of its properties. They are put in order when somebody first asks: most objects
/// are never asked.
#[derive(Default)]
pub(crate) struct Names(OnceLock<HashTable<u32>>);

impl Names {
    /// The number of the name, where there are `count` of them, no two equal, and `named` tells each by its number.
    pub fn find<'n>(&self, name: &str, count: u32, named: impl Fn(u32) -> &'n str) -> Option<u32> {
        let table = self.0.get_or_init(|| {
            let mut table = HashTable::with_capacity(count as usize);
            for index in 0..count {
                table.insert_unique(hash(named(index)), index, |other| hash(named(*other)));
            }
            table
        });
        table.find(hash(name), |index| named(*index) == name).copied()
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_numbers() {
        let owned: Vec<String> = (0..1_000).map(|i| format!("key_{i}")).collect();
        let names = Names::default();
        let find = |name: &str| names.find(name, 1_000, |index| &owned[index as usize]);
        assert_eq!((find("key_0"), find("key_999"), find("key_1000")), (Some(0), Some(999), None));
    }
}
