//! From an operation's effect to what the transport may repeat.

use partner_api_transport::RetryClass;
use partner_api_types::{Effect, OperationId};

/// How a request of this operation may be repeated. The specification's `x-effect` decides, and
/// nothing else.
pub fn retry_class(operation: OperationId) -> RetryClass {
    match operation.operation().effect {
        Effect::Safe => RetryClass::Safe,
        Effect::Idempotent => RetryClass::Idempotent,
        // A repeat would undo somebody's newer decision, create twice, or pay twice. An effect that
        // a newer specification adds is treated as the worst of them.
        _ => RetryClass::OnlyIfUnsent,
    }
}

#[cfg(test)]
mod tests {
    use partner_api_types::OPERATIONS;

    use super::*;

    #[test]
    fn only_reads_are_safe_and_money_is_sent_once() {
        for operation in OPERATIONS {
            let expected = match operation.effect {
                Effect::Safe => RetryClass::Safe,
                Effect::Idempotent => RetryClass::Idempotent,
                Effect::Overwriting | Effect::Keyed | Effect::Money => RetryClass::OnlyIfUnsent,
                _ => unreachable!("an effect that this test does not know"),
            };
            assert_eq!(retry_class(operation.id), expected, "{}", operation.id);
        }
        assert_eq!(
            retry_class(OperationId::CreateTransfer),
            RetryClass::OnlyIfUnsent
        );
        assert_eq!(
            retry_class(OperationId::UnsuspendUser),
            RetryClass::OnlyIfUnsent
        );
        assert_eq!(
            retry_class(OperationId::SuspendUser),
            RetryClass::Idempotent
        );
        assert_eq!(retry_class(OperationId::GetTransfer), RetryClass::Safe);
    }
}
