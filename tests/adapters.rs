//! Without a driver, or with an adapter that is not there, the error says what to do.
//!
//! The loader reads the environment once, so each case is this binary again, with its own.

mod common;

use std::process::Command;

use ringplot::render::{AdapterChoice, Gpu};

const CHILD: &str = "RINGPLOT_TEST_CHILD";

/// What [`Gpu::headless`] says in a process with these variables.
fn error_with(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child_opens_the_gpu", "--nocapture"])
        .env_remove("VK_ICD_FILENAMES")
        .env_remove("WGPU_ADAPTER_NAME")
        .env(CHILD, "1")
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("gpu: "));
    line.expect("the child says how it went").1.to_owned()
}

#[test]
fn child_opens_the_gpu() {
    let Some(value) = std::env::var_os(CHILD) else { return };
    match Gpu::headless(AdapterChoice { software: value == "software" }) {
        Ok(gpu) => println!("\ngpu: {}", gpu.info.name),
        Err(error) => println!("\ngpu: {error}"),
    }
}

#[test]
fn missing_driver_names_the_package() {
    let expected =
        "no Vulkan driver found: install mesa-vulkan-drivers (software) or your GPU's Vulkan driver";
    for name in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        assert_eq!(error_with(&[(name, "/nonexistent")]), expected);
        assert_eq!(error_with(&[(name, "/nonexistent"), (CHILD, "software")]), expected);
        assert_eq!(error_with(&[(name, "/nonexistent"), ("WGPU_ADAPTER_NAME", "x")]), expected);
    }
}

#[test]
fn unknown_adapter_name_lists_the_known_ones() {
    let Some(gpu) = common::gpu() else { return };
    let error = error_with(&[("WGPU_ADAPTER_NAME", "none such")]);
    assert!(
        error.starts_with("no Vulkan adapter's name contains WGPU_ADAPTER_NAME=\"none such\""),
        "{error}"
    );
    assert!(error.contains(&gpu.info.name), "{error}");
}

#[test]
fn adapter_is_found_by_a_part_of_its_name() {
    let Some(gpu) = common::gpu() else { return };
    let part: String = gpu.info.name.chars().take(6).collect();
    assert_eq!(error_with(&[("WGPU_ADAPTER_NAME", &part.to_uppercase())]), gpu.info.name);
}

#[test]
fn software_choice_computes_on_the_cpu() {
    let Some(gpu) = common::gpu() else { return };
    if std::env::var_os("RINGPLOT_TEST_GPU").is_none() {
        assert!(gpu.is_software(), "{}", gpu.info.name);
    }
}
