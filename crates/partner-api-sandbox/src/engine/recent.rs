//! A bounded map that forgets what was not asked for lately.

use std::collections::HashMap;
use std::hash::Hash;

/// Two generations: what is asked for moves to the young one, and when that is full, it becomes the old one and what was
/// the old one is forgotten. So at least the last `capacity` different keys are remembered, at twice that in memory.
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    capacity: usize,
}

impl<K: Eq + Hash + Copy, V: Copy> Recent<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            capacity,
        }
    }

    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(*value);
        }
        let value = self.old.remove(key)?;
        self.insert(*key, value);
        Some(value)
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.capacity <= self.young.len() {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_lately_is_remembered() {
        let mut recent = Recent::new(10);
        for key in 0..100 {
            recent.insert(key, key * 2);
            assert_eq!(recent.get(&0), Some(0), "it is asked for all the time");
        }
        assert_eq!(recent.get(&95), Some(190));
        assert_eq!(recent.get(&50), None);
        assert!(recent.young.len() + recent.old.len() <= 20);
    }

    #[test]
    fn the_newest_value_wins_over_an_old_generation() {
        let mut recent = Recent::new(1);
        recent.insert(1, 'a');
        recent.insert(2, 'b');
        recent.insert(1, 'c');
        assert_eq!(recent.get(&1), Some('c'));
        recent.insert(3, 'd');
        assert_ne!(recent.get(&1), Some('a'));
    }
}
