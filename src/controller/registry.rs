//! The functions that are served, by name.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::served::Served;

/// The functions that are served, by name.
#[derive(Debug, Default)]
pub struct Registry(RwLock<BTreeMap<String, Arc<Served>>>);

impl Registry {
    /// The function of that name.
    pub fn get(&self, name: &str) -> Option<Arc<Served>> {
        let functions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        functions.get(name).cloned()
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<Arc<Served>> {
        let functions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        functions.values().cloned().collect()
    }

    /// Adds one, or takes the place of the one of its name.
    pub fn insert(&self, served: Arc<Served>) {
        let mut functions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        functions.insert(served.name.clone(), served);
    }

    /// Forgets one.
    pub fn remove(&self, name: &str) {
        let mut functions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        functions.remove(name);
    }
}
