//! What a text weighs in tokens, by the vocabulary of the current `OpenAI` models (`o200k_base`).
//!
//! Other models divide texts otherwise; for them it is an estimate, and a far better one than counting characters:
//! tables of numbers weigh two to three times what four characters per token would give.

use tiktoken_rs::o200k_base_singleton;

/// The tokens of a text.
pub fn count(text: &str) -> usize {
    o200k_base_singleton().count_ordinary(text)
}

/// Reads the vocabulary, which takes some tenths of a second once; run it away from the runtime's own threads.
pub fn load() {
    let _vocabulary = o200k_base_singleton();
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn words_and_numbers_weigh_what_the_vocabulary_says() {
        assert_eq!(count("hello world"), 2);
        assert_eq!(count(""), 0);
        assert_eq!(count("2025-06,123456.78"), 9);
        assert_eq!(count("<|endoftext|>"), 7);
    }
}
