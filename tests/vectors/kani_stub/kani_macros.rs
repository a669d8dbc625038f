// SPDX-License-Identifier: BSD-3-Clause

//! Kani's attributes, so that `rustc --test` runs a harness: each proof becomes a test that tries it at random.

use proc_macro::{TokenStream, TokenTree};

#[proc_macro_attribute]
pub fn proof(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut words = item.clone().into_iter();
    let name = words
        .find(|word| word.to_string() == "fn")
        .and_then(|_| words.next())
        .map(|word: TokenTree| word.to_string())
        .expect("a proof is a function");
    format!("#[test] fn {name}() {{ {item} kani::explore({name}); }}").parse().unwrap()
}

#[proc_macro_attribute]
pub fn unwind(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
