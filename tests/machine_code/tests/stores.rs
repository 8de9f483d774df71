//! The machine code of an optimised build: a push stores the word of its slot and the counter, each in one piece.

use std::process::Command;

/// The instructions of each function whose name has one of these in it, as `objdump` writes them.
fn functions(names: &[&str]) -> Vec<(String, Vec<String>)> {
    let program = env!("CARGO_BIN_EXE_machine_code");
    let done = Command::new("objdump").args(["-d", "--no-show-raw-insn", program]).output();
    let done = done.expect("objdump, of the package binutils, which every C compiler brings along");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).expect("objdump writes text");
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_wanted = false;
    for line in text.lines() {
        if let Some(name) =
            line.strip_suffix(">:").and_then(|line| line.split_once('<')).map(|(_, name)| name)
        {
            is_wanted = names.iter().any(|wanted| name.contains(wanted));
            if is_wanted {
                found.push((name.to_owned(), Vec::new()));
            }
        } else if let (true, Some((_, instruction))) = (is_wanted, line.split_once('\t')) {
            let words: Vec<&str> = instruction.split_whitespace().collect();
            found.last_mut().expect("a function has begun").1.push(words.join(" "));
        }
    }
    found
}

/// Where an instruction stores and how many bytes of one register, if it stores a register outside the stack.
fn store(instruction: &str) -> Option<(&str, usize)> {
    let (name, operands) = instruction.split_once(' ')?;
    let (from, to) = operands.strip_prefix('%')?.split_once(',')?;
    let is_memory = to.ends_with(')') && !to.contains("%rsp") && !to.contains("%rbp");
    if !is_memory || !name.starts_with("mov") {
        return None;
    }
    let bytes = match name {
        "movss" | "movd" => 4,
        "movsd" | "movq" | "movlps" | "movlpd" | "movhps" | "movhpd" => 8,
        "mov" if from.starts_with('r') && !from.ends_with(['d', 'w', 'b']) => 8,
        "mov" if from.starts_with('e') || from.ends_with('d') => 4,
        "mov" => 1,
        // Vector moves: whole words, two or more of them.
        _ => 16,
    };
    Some((to, bytes))
}

#[test]
fn a_push_stores_its_slot_and_the_counter_in_one_piece_each() {
    if !cfg!(target_arch = "x86_64") {
        println!("NOT CHECKED: this test reads the machine code of x86-64 alone");
        return;
    }
    for name in ["pushes_xy", "pushes_timed", "pushes_uniform", "pushes_chunk"] {
        let functions = functions(&[name]);
        assert_eq!(functions.len(), 1, "{name}: {functions:?}");
        let code = &functions[0].1;
        let stores: Vec<_> = code.iter().filter_map(|instruction| store(instruction)).collect();
        // A slot lies at an index of 8 bytes each; the counter at an address of its own.
        let slot: Vec<_> = stores.iter().filter(|(to, _)| to.ends_with(",8)")).collect();
        assert!(matches!(slot[..], [(_, 8)]), "{name} stores its slot by {slot:?}:\n{}", code.join("\n"));
        let counter: Vec<_> =
            stores.iter().filter(|(to, _)| to.starts_with('(') && !to.contains(',')).collect();
        // `reserve` stores the reservation as well.
        let is_one =
            matches!(counter[..], [(_, 8)]) || name == "pushes_chunk" && counter.iter().all(|c| c.1 == 8);
        assert!(is_one, "{name} stores the counter by {counter:?}:\n{}", code.join("\n"));
    }
}

#[test]
fn no_push_stores_half_a_word() {
    if !cfg!(target_arch = "x86_64") {
        println!("NOT CHECKED: this test reads the machine code of x86-64 alone");
        return;
    }
    let functions =
        functions(&["pushes_", "writer10push_times", "writer11push_values", "writer11push_points"]);
    assert!(functions.len() >= 8, "{:?}", functions.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, code) in functions {
        let halves: Vec<_> = code
            .iter()
            .filter(|instruction| store(instruction).is_some_and(|(_, bytes)| bytes < 8))
            .collect();
        assert!(halves.is_empty(), "{name} has {halves:?}");
    }
}
