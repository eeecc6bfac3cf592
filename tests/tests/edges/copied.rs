//! What the sandbox's page copies as a Rust test, for every operation: written by the sandbox's own test, compiled here.

async fn create_user_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_user(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn add_user_verification_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.add_user_verification(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_user_balances_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_user_balances(&"externalUserId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn update_user_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.update_user(&"externalUserId".parse().unwrap(), &body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn delete_user_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.delete_user(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn suspend_user_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.suspend_user(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn unsuspend_user_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.unsuspend_user(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_partner_balances_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_balances().await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_transfer_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_transfer(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_transfer_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_transfer(&"transferId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_exchange_rates_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_exchange_rates().await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn lock_exchange_rate_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.lock_exchange_rate(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_exchange_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_exchange(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_exchange_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_exchange(&"exchangeId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_sepa_transfer_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_sepa_transfer(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_sepa_transfer_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_sepa_transfer(&"transferId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_card_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_card(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn list_cards_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.list_cards(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_card_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_card(&"externalUserId".parse().unwrap(), &"cardId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn block_card_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.block_card(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn unblock_card_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.unblock_card(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn delete_card_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.delete_card(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_user_history_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_user_history(&"externalUserId".parse().unwrap(), None, None).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_partner_history_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_history(None, None).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_partner_wallet_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_partner_wallet(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_master_transfer_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_master_transfer(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_partner_exchange_rates_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_exchange_rates().await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn lock_partner_exchange_rate_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.lock_partner_exchange_rate().await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_partner_exchange_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_partner_exchange(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_partner_exchange_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_exchange(&"exchangeId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_partner_sepa_deposit_info_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_sepa_deposit_info().await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn list_partner_sepa_contacts_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.list_partner_sepa_contacts().await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_user_sepa_deposit_info_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_user_sepa_deposit_info(&"externalUserId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn list_user_sepa_contacts_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.list_user_sepa_contacts(&"externalUserId".parse().unwrap()).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_partner_sepa_transfer_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_partner_sepa_transfer(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn update_travel_rule_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.update_travel_rule(&"cryptoDepositId".parse().unwrap(), &body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_crypto_deposit_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_crypto_deposit(&"cryptoDepositId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_network_fee_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_network_fee(&"btc".parse().unwrap(), None).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_withdrawal_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_withdrawal(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_withdrawal_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_withdrawal(&"withdrawalId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_partner_network_fee_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_network_fee(&"btc".parse().unwrap(), None).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_partner_withdrawal_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_partner_withdrawal(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_partner_withdrawal_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_partner_withdrawal(&"withdrawalId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn get_order_rates_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_order_rates().await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn lock_order_rate_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.lock_order_rate(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_order_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_order(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_order_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_order(&"orderId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_payment_link_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_payment_link(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn create_hosted_checkout_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_hosted_checkout(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_payment_link_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_payment_link(&"paymentLinkId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn create_kyc_verification_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.create_kyc_verification(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_kyc_status_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_kyc_status(&"verificationId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}

async fn update_card_pin_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.update_card_pin(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn update_card_limits_succeeds() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let body = serde_json::json!({
      "amount": "10.00",
      "email": "***"
    });
    let body = serde_json::from_value(body).expect("a body of the documented shape");
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.update_card_limits(&body).await })
        .await;
    answer.expect("an answer");
    sandbox.stop().await;
}

async fn get_card_limits_is_refused() {
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect("a sandbox");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect("an address")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    // Here goes what has to be there before; "***" stands where something was redacted.
    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move { client.get_card_limits(&"externalUserId".parse().unwrap(), &"cardId".parse().unwrap()).await })
        .await;
    // L3 user_must_not_be_suspended: the user is suspended; unsuspend the user first
    let error = answer.expect_err("a refusal");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400));
    sandbox.stop().await;
}
