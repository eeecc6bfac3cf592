//! Amounts for the oracle: whole atoms of 1e-8 in an `i64`, read and written by hand.

/// How many atoms make one unit of any currency.
const ATOMS_PER_UNIT: i64 = 100_000_000;

/// Reads `12`, `12.5`, `0.00000001`; `None` for a sign, an exponent, more than 8 decimals or too much money.
pub fn parse(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 8 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<8}").parse().ok()?;
    whole.checked_mul(ATOMS_PER_UNIT)?.checked_add(fraction)
}

/// Writes the shortest plain decimal: `12`, `12.5`, `-0.00000001`.
pub fn show(atoms: i64) -> String {
    let sign = if atoms < 0 { "-" } else { "" };
    let (whole, fraction) = (
        atoms.unsigned_abs() / 100_000_000,
        atoms.unsigned_abs() % 100_000_000,
    );
    let text = format!("{sign}{whole}.{fraction:08}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How many decimals a currency is kept in.
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "eur" => 2,
        "usdc" | "usdt" | "eurt" => 6,
        _ => 8,
    }
}

/// The smallest number of atoms that a balance of `currency` can change by.
pub fn grain(currency: &str) -> i64 {
    10_i64.pow(8 - decimals(currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        for text in [
            "0",
            "1",
            "0.5",
            "100.25",
            "0.00000001",
            "92233720368.54775807",
        ] {
            assert_eq!(show(parse(text).expect(text)), text);
        }
        for text in [
            "",
            "-1",
            "1.",
            ".5",
            "1e3",
            "NaN",
            "0.000000001",
            "92233720368.54775808",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(
            (grain("eur"), grain("usdc"), grain("btc")),
            (1_000_000, 100, 1)
        );
    }
}
