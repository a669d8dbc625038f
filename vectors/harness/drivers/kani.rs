// The crate `kani`, with `judge`, which prints what the driver in C prints. Nobody counts the assertions.
#![allow(warnings)]
use std::cell::{Cell, RefCell};
use std::panic::{catch_unwind, panic_any, set_hook};

struct State {
    random: u64,
    words: Vec<u64>,
    used: usize,
    kept: usize,
    chosen: usize,
    chose: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::new());
}

static POOL: &[u64] = &[@POOL@];
static STEPS: &[u64] = &[@STEPS@];

struct NotAssumed;

struct ChoseBadly;

impl State {
    const fn new() -> State {
        State { random: 1, words: Vec::new(), used: 0, kept: 0, chosen: 0, chose: false }
    }

    fn random(&mut self, end: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 11) % end as u64) as usize
    }

    fn draw(&mut self) -> u64 {
        let choice = self.random(8);
        if choice < 1 {
            return self.random(6) as u64;
        }
        let word = if choice < 4 || self.used == 0 {
            POOL[self.random(POOL.len())]
        } else {
            let at = self.random(self.used);
            self.words[at]
        };
        let step = STEPS[self.random(STEPS.len())];
        match choice {
            2 | 3 | 4 => word,
            1 | 5 => word ^ step,
            6 => word.wrapping_add(step),
            _ => word.wrapping_sub(step),
        }
    }

    fn next(&mut self) -> u64 {
        if self.used >= self.kept {
            let word = self.draw();
            self.words.truncate(self.used);
            self.words.push(word);
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

fn next() -> u64 {
    if let Some(word) = CHOSEN.with(|chosen| chosen.get()) {
        return word;
    }
    STATE.with(|state| state.borrow_mut().next())
}

pub fn chosen() -> usize {
    STATE.with(|state| state.borrow().chosen)
}

pub trait Arbitrary {
    fn any() -> Self;
}

macro_rules! words {
    ($($of:ty)*) => { $(impl Arbitrary for $of { fn any() -> Self { next() as $of } })* };
}

words!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Arbitrary for bool {
    fn any() -> bool {
        next() & 1 == 1
    }
}

impl<T: Arbitrary, const N: usize> Arbitrary for [T; N] {
    fn any() -> [T; N] {
        [(); N].map(|_| T::any())
    }
}

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn any() -> Option<T> {
        bool::any().then(T::any)
    }
}

pub fn any<T: Arbitrary>() -> T {
    T::any()
}

thread_local! {
    static CHOSEN: Cell<Option<u64>> = Cell::new(None);
}

struct Choices {
    key: Vec<u64>,
    chosen: Vec<u64>,
}

thread_local! {
    static CHOICES: RefCell<(Vec<Choices>, usize, usize)> = RefCell::new((Vec::new(), 0, 0));
}

/* What is left open is chosen once for each request: an implementation is deterministic. */
pub fn own_begin(key: Vec<u64>) {
    CHOICES.with(|choices| {
        let (calls, call, choice) = &mut *choices.borrow_mut();
        *choice = 0;
        *call = calls.iter().position(|one| one.key == key).unwrap_or(calls.len());
        if *call == calls.len() {
            calls.push(Choices { key, chosen: Vec::new() });
        }
    });
}

/* What an implementation chooses is no input. */
pub fn own_any<T: Arbitrary>() -> T {
    STATE.with(|state| state.borrow_mut().chose = true);
    let word = CHOICES.with(|choices| {
        let (calls, call, choice) = &mut *choices.borrow_mut();
        let chosen = &mut calls[*call].chosen;
        if *choice == chosen.len() {
            chosen.push(STATE.with(|state| state.borrow_mut().draw()));
        }
        *choice += 1;
        chosen[*choice - 1]
    });
    CHOSEN.with(|chosen| chosen.set(Some(word)));
    let it = T::any();
    CHOSEN.with(|chosen| chosen.set(None));
    it
}

pub fn own_assume(holds: bool) {
    if !holds {
        panic_any(ChoseBadly);
    }
}

pub fn any_where<T: Arbitrary>(holds: impl Fn(&T) -> bool) -> T {
    let it = T::any();
    assume(holds(&it));
    it
}

pub fn assume(holds: bool) {
    if !holds {
        panic_any(NotAssumed);
    }
}

pub fn assert(holds: bool, says: &'static str) {
    assert!(holds, "{}", says);
}

#[macro_export]
macro_rules! cover {
    ($($all:tt)*) => {};
}

enum Ended {
    Held,
    NotAssumed,
    ChoseBadly,
    Failed(String),
}

fn run(harness: fn()) -> Ended {
    STATE.with(|state| state.borrow_mut().used = 0);
    CHOICES.with(|choices| choices.borrow_mut().0.clear());
    match catch_unwind(harness) {
        Ok(()) => Ended::Held,
        Err(reason) if reason.is::<NotAssumed>() => Ended::NotAssumed,
        Err(reason) if reason.is::<ChoseBadly>() => Ended::ChoseBadly,
        Err(reason) => {
            let said = reason.downcast_ref::<&str>().map(|said| said.to_string());
            let said = said.or(reason.downcast_ref::<String>().cloned()).unwrap_or_default();
            Ended::Failed(said.lines().next().unwrap_or("it panics").to_string())
        }
    }
}

pub fn judge(harness: fn(), handlers: usize) {
    set_hook(Box::new(|_| ()));
    let mut inputs: Vec<Vec<u64>> = Vec::new();
    let mut missed = 0;
    STATE.with(|state| state.borrow_mut().random = 0x9e3779b97f4a7c15);
    for _ in 0..@TRIES@ / 10 {
        if inputs.len() == @INPUTS@ {
            break;
        }
        match run(harness) {
            Ended::ChoseBadly if missed % 64 != 63 => {
                missed += 1;
                STATE.with(|state| {
                    let mut state = state.borrow_mut();
                    state.kept = state.used;
                });
            }
            Ended::NotAssumed | Ended::ChoseBadly => {
                missed += 1;
                STATE.with(|state| {
                    let mut state = state.borrow_mut();
                    state.kept = if missed % 64 != 0 && state.used > 0 { state.used - 1 } else { 0 };
                });
            }
            Ended::Failed(said) => {
                println!("0 fails {said}");
                return;
            }
            Ended::Held => STATE.with(|state| {
                let mut state = state.borrow_mut();
                let used = state.used;
                inputs.push(state.words[..used].to_vec());
                state.kept = if used > 0 { state.random(used) } else { 0 };
            }),
        }
    }
    println!("0 inputs {} asserts 1", inputs.len());
    for handler in 1..handlers {
        let mut caught = None;
        STATE.with(|state| {
            let mut state = state.borrow_mut();
            state.chosen = handler;
            state.random = 0x9e3779b97f4a7c15 + handler as u64;
        });
        let (mut answered, mut silent) = (false, false);
        'inputs: for input in &inputs {
            let mut again = true;
            for _ in 0..8 {
                STATE.with(|state| {
                    let mut state = state.borrow_mut();
                    state.words.clear();
                    state.words.extend_from_slice(input);
                    state.kept = input.len();
                    state.chose = false;
                });
                let ended = run(harness);
                if !STATE.with(|state| state.borrow().chose) {
                    again = false;
                }
                match ended {
                    Ended::Failed(said) => {
                        caught = Some(said);
                        break 'inputs;
                    }
                    Ended::ChoseBadly => silent = true,
                    _ => answered = answered || again,
                }
                if !again {
                    break;
                }
            }
        }
        match caught {
            Some(said) => println!("{handler} caught {said}"),
            None if silent && !answered => println!("{handler} silent"),
            None => println!("{handler} held"),
        }
    }
}
