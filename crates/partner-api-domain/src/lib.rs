//! Guarded account-management operations over the Partner API client.
