//! The words of the provider for the states and rules of `partner_api_core`, both ways.
