fn equal(one: Option<u64>, other: Option<u64>) -> bool {
    one.is_some() && one == other
}

fn less(one: Option<u64>, other: Option<u64>) -> bool {
    matches!((one, other), (Some(a), Some(b)) if a < b)
}

fn at_most(one: Option<u64>, other: Option<u64>) -> bool {
    matches!((one, other), (Some(a), Some(b)) if a <= b)
}

fn bits(word: Option<u64>, low: u32, mask: u64) -> Option<u64> {
    word.map(|word| (word >> low) & mask)
}

fn put(word: Option<u64>, low: u32, mask: u64, number: Option<u64>) -> Option<u64> {
    let number = number.filter(|&number| number <= mask)?;
    word.map(|word| (word & !(mask << low)) | (number << low))
}

fn before(word: Option<u64>) -> Option<u64> {
    word?.checked_sub(1)
}

fn after(word: Option<u64>) -> Option<u64> {
    word?.checked_add(1)
}

fn smaller(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    Some(one?.min(other?))
}

fn larger(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    Some(one?.max(other?))
}

/// The greatest word from one to another with these bits zero: below one that is not, all are ones.
fn greatest(low: Option<u64>, high: Option<u64>, zeros: u64) -> Option<u64> {
    let (low, high) = (low?, high?);
    let below = u64::MAX.checked_shr((high & zeros).leading_zeros()).unwrap_or(0);
    Some((high | below) & !zeros).filter(|&word| low <= word)
}

/// The least word from one to another with these bits zero: one more above one that is not.
fn least(low: Option<u64>, high: Option<u64>, zeros: u64) -> Option<u64> {
    let (low, high) = (low?, high?);
    let wrong = low & zeros;
    let word = if wrong == 0 {
        low
    } else {
        let below = u64::MAX >> wrong.leading_zeros();
        (low | below | zeros).checked_add(1)? & !zeros
    };
    Some(word).filter(|&word| word <= high)
}
