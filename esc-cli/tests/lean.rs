//! The command without any family of providers: `cargo test -p esc-cli --no-default-features`.

#![cfg(not(any(
    feature = "aws",
    feature = "kubernetes",
    feature = "outbound",
    feature = "vault"
)))]

mod common;

use common::Bench;

#[test]
fn options_of_a_family_are_refused_with_the_feature_that_they_need() {
    let bench = Bench::new(&[("shop/dev", "values: {a: 1}\n")]);
    bench.esc(&["open", "shop/dev", "a"]).quiet("1\n");
    for (options, feature) in [
        (&["--allow", "aws-credentials"][..], "`aws`"),
        (&["--allow", "kubeconfig"], "`kubernetes`"),
        (&["--allow", "kubeconfig-exec"], "`kubernetes`"),
        (&["--issuer", "u", "--organization", "acme", "--issuer-key", "f"], "`outbound`"),
    ] {
        let open = || bench.esc(&[options, &["open", "shop/dev", "a"]].concat());
        open().failed(2, options[0]);
        open().failed(2, &format!("without the feature {feature} of `esc-cli`"));
    }
}

#[test]
fn a_provider_that_is_not_built_in_is_an_error() {
    let text = "values: {aws: {\"fn::open::aws-login\": {default: true}}}\n";
    Bench::new(&[("shop/aws", text)]).esc(&["open", "shop/aws"]).failed(1, "aws-login");
}
