//! Attribute combinations: each distinct one of a merchant is kept once, and lines name it by number.

use crate::domain::Dimension;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The attributes of a line that have a value.
pub(super) type Profile = BTreeMap<Dimension, String>;

/// A merchant's distinct attribute combinations. Number 0 is the one without any attribute.
#[derive(Debug)]
pub(super) struct Profiles {
    list: Vec<Profile>,
    numbers: HashMap<Profile, u32>,
}

/// The values of one dimension, and which of them each profile has.
pub(super) struct Values<'p> {
    /// In order; the missing value, where there is one, is last.
    pub(super) values: Vec<Option<&'p str>>,
    /// Per profile, the position in `values`.
    pub(super) of_profile: Vec<u32>,
}

impl Default for Profiles {
    fn default() -> Self {
        Self { list: vec![Profile::new()], numbers: HashMap::from([(Profile::new(), 0)]) }
    }
}

impl Profiles {
    /// The number of a combination, given to it now if it is new.
    pub(super) fn number(&mut self, profile: Profile) -> u32 {
        if let Some(number) = self.numbers.get(&profile) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(profile.clone());
        self.numbers.insert(profile, number);
        number
    }

    /// Every combination by number.
    pub(super) fn list(&self) -> &[Profile] {
        &self.list
    }

    /// Every dimension that has a value somewhere.
    pub(super) fn dimensions(&self) -> BTreeSet<&Dimension> {
        self.list.iter().flat_map(BTreeMap::keys).collect()
    }

    /// The values of a dimension.
    pub(super) fn values(&self, dimension: &Dimension) -> Values<'_> {
        let mut values: Vec<Option<&str>> =
            self.list.iter().map(|profile| profile.get(dimension).map(String::as_str)).collect();
        values.sort_unstable_by_key(|value| (value.is_none(), *value));
        values.dedup();
        let positions: HashMap<Option<&str>, u32> =
            values.iter().enumerate().map(|(position, value)| (*value, position as u32)).collect();
        let of_profile =
            self.list.iter().map(|profile| positions[&profile.get(dimension).map(String::as_str)]).collect();
        Values { values, of_profile }
    }
}
