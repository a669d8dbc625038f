// SPDX-License-Identifier: BSD-3-Clause

//! As much of Kani as a harness of Parley's needs, with values at random in place of all values; or, where the
//! environment names a file of KANI_VALUES, with the words of each of its lines in turn.

pub use kani_macros::{proof, unwind};

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::panic::{catch_unwind, panic_any, resume_unwind, set_hook};

thread_local! {
    static STATE: Cell<u64> = Cell::new(1);
    static GIVEN: RefCell<Option<VecDeque<u64>>> = RefCell::new(None);
    static COVERED: RefCell<BTreeSet<&'static str>> = RefCell::new(BTreeSet::new());
}

/// What ends an attempt whose assumptions do not hold.
struct NotAssumed;

/// The next word of the line, or one at random.
fn given(random: fn() -> u64) -> u64 {
    GIVEN.with(|given| given.borrow_mut().as_mut().map(|line| line.pop_front().expect("too few words"))).unwrap_or_else(random)
}

fn below(end: u64) -> u64 {
    STATE.with(|state| {
        let mut x = state.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        state.set(x);
        (x >> 11) % end
    })
}

pub trait Arbitrary {
    fn any() -> Self;
}

impl Arbitrary for u64 {
    /// Mostly revisions close to each other, and now and then one with a reserved bit.
    fn any() -> u64 {
        given(|| {
            let word = (below(3) << 16) | below(4);
            word | if below(6) == 0 { 1 << (31 + below(33)) } else { 0 }
        })
    }
}

impl Arbitrary for usize {
    fn any() -> usize {
        given(|| below(6)) as usize
    }
}

impl Arbitrary for bool {
    fn any() -> bool {
        given(|| below(2)) == 1
    }
}

impl<const N: usize> Arbitrary for [u64; N] {
    /// Ascending, which most harnesses assume.
    fn any() -> [u64; N] {
        let mut words = [0; N].map(|_: u64| given(|| (below(3) << 16) | below(4)));
        if GIVEN.with(|given| given.borrow().is_none()) {
            words.sort_unstable();
        }
        words
    }
}

pub fn any<T: Arbitrary>() -> T {
    T::any()
}

pub fn assume(holds: bool) {
    if !holds {
        panic_any(NotAssumed);
    }
}

pub fn covered(says: &'static str) {
    COVERED.with(|covered| covered.borrow_mut().insert(says));
}

#[macro_export]
macro_rules! cover {
    ($holds:expr, $says:literal) => {
        if $holds {
            kani::covered($says);
        }
    };
}

/// Try a harness often; a failed assertion fails the test. What was covered is printed.
pub fn explore(harness: fn()) {
    set_hook(Box::new(|_| ()));
    if let Ok(file) = std::env::var("KANI_VALUES") {
        return replay(harness, &std::fs::read_to_string(file).unwrap());
    }
    let mut tried = 0;
    for _ in 0..20_000 {
        match catch_unwind(harness) {
            Ok(()) => tried += 1,
            Err(reason) if reason.is::<NotAssumed>() => (),
            Err(reason) => {
                let said = reason.downcast_ref::<&str>().map(|said| said.to_string());
                println!("failed: {}", said.or(reason.downcast_ref::<String>().cloned()).unwrap_or_default());
                resume_unwind(reason);
            }
        }
    }
    COVERED.with(|covered| covered.borrow().iter().for_each(|says| println!("covered: {says}")));
    assert!(tried > 1000);
}

/// Run a harness on given words: `outcomes` has a letter for each line. P: it holds, F: it fails, A: not assumed.
fn replay(harness: fn(), lines: &str) {
    let outcomes: String = lines
        .lines()
        .map(|line| {
            let words = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
            GIVEN.with(|given| *given.borrow_mut() = Some(words));
            match catch_unwind(harness) {
                Ok(()) => 'P',
                Err(reason) if reason.is::<NotAssumed>() => 'A',
                Err(_) => 'F',
            }
        })
        .collect();
    println!("outcomes: {outcomes}");
}
