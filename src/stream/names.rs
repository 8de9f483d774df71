//! The order of names.

/// Names in the order of a person: numbers in them by their value.
pub(crate) fn by_name(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (in_a, in_b) = (digits(rest_a), digits(rest_b));
        let order = if in_a > 0 && in_b > 0 {
            let value = |text: &'_ str, len: usize| text[..len].trim_start_matches('0').to_owned();
            let (value_a, value_b) = (value(rest_a, in_a), value(rest_b, in_b));
            (rest_a, rest_b) = (&rest_a[in_a..], &rest_b[in_b..]);
            value_a.len().cmp(&value_b.len()).then(value_a.cmp(&value_b))
        } else {
            let (mut chars_a, mut chars_b) = (rest_a.chars(), rest_b.chars());
            let (next_a, next_b) = (chars_a.next(), chars_b.next());
            (rest_a, rest_b) = (chars_a.as_str(), chars_b.as_str());
            if next_a.is_none() && next_b.is_none() {
                // 01 and 1 are two names.
                return a.cmp(b);
            }
            next_a.cmp(&next_b)
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::by_name;

    #[test]
    fn numbers_in_names_count_by_their_value() {
        let mut names = ["s10", "s2", "s1/b", "s1/a", "s", "s02", "t", "s2x", "", "s99999999999999999999999"];
        names.sort_by(|a, b| by_name(a, b));
        let sorted = ["", "s", "s1/a", "s1/b", "s02", "s2", "s2x", "s10", "s99999999999999999999999", "t"];
        assert_eq!(names, sorted);
    }
}
