//! Pure rules and scalars of the Partner API: ids, money, personal data, lifecycles.
