use std::collections::BTreeSet;

use proptest::prelude::*;

use super::cipher::keyed;
use super::*;
use crate::ident::{Id, hex};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn vault() -> (Vault, VaultRecord, Seed) {
    let mut seed = Seed::new([7; 32]);
    let (vault, record) = Vault::create(&CompanyKey::new([1; 32]), None, &mut seed);
    (vault, record, seed)
}

/// By Python's `hmac`, each part after its length.
#[test]
fn the_keyed_hash_is_hmac_sha_256() {
    let hash = keyed(&[0x0b; 32], &[b"Hi There"]);
    assert_eq!(hex(&hash), HI_THERE);
}

const HI_THERE: &str = "0bc448fbd942bda00fa596aed1a2014da91bb53394aafc0fd1b510d9ce5de26a";

#[test]
fn a_value_opens_where_it_was_sealed_and_nowhere_else() {
    let (_, _, mut seed) = vault();
    let (key, other) = (seed.subject_key(&id("k-1")), seed.subject_key(&id("k-1")));
    let sealed = key.seal("name", "c-1", &Plain::from("买买提·吐尔逊"));
    assert_eq!(key.open("name", &sealed).unwrap().as_str(), "买买提·吐尔逊");
    let forged = |place: &str| SealError::Forged { what: "sealed value", place: place.into() };
    assert_eq!(key.open("phone", &sealed), Err(forged("phone")));
    assert_eq!(other.open("name", &sealed), Err(forged("name")));
    assert_ne!(sealed, key.seal("name", "c-2", &Plain::from("买买提·吐尔逊")), "the same value again shows");
    assert_eq!(sealed, key.seal("name", "c-1", &Plain::from("买买提·吐尔逊")), "a step gives the same bytes");
}

#[test]
fn every_byte_of_a_sealed_value_and_of_a_wrapped_key_counts() {
    let (vault, _, mut seed) = vault();
    let subject = id("k-1");
    let key = seed.subject_key(&subject);
    let wrapped = vault.wrap(&subject, &key);
    let bytes = wrapped.bytes().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let error = vault.unwrap(&subject, &Sealed::of(&changed)).unwrap_err();
        assert_eq!(error, SealError::Forged { what: "wrapped key", place: "k-1".into() });
        assert!(vault.unwrap(&subject, &Sealed::of(&bytes[..at])).is_err());
    }
    assert!(vault.unwrap(&id("k-2"), &wrapped).is_err(), "a key moved to another customer opens");
    assert!(vault.unwrap(&subject, &serde_json::from_str("\"not base64!\"").unwrap()).is_err());
}

#[test]
fn a_wrong_key_is_refused_and_says_so() {
    let (_, record, _) = vault();
    assert!(Vault::open(&CompanyKey::new([1; 32]), &record).is_ok());
    assert_eq!(Vault::open(&CompanyKey::new([2; 32]), &record).unwrap_err(), SealError::WrongKey);
    assert_eq!(
        Vault::open_with_passphrase("correct horse battery", &record).unwrap_err(),
        SealError::OtherMeans { wanted: "key" }
    );
    let later = VaultRecord { v: 2, ..record };
    assert!(matches!(Vault::open(&CompanyKey::new([1; 32]), &later), Err(SealError::Record(_))));
}

#[test]
fn a_passphrase_opens_what_it_made() {
    let mut seed = Seed::new([7; 32]);
    let stretch = Stretch { memory_kib: 64, passes: 1, lanes: 1, ..Stretch::standard(seed.salt()) };
    let key = CompanyKey::from_passphrase("correct horse battery", &stretch).unwrap();
    let (_, record) = Vault::create(&key, Some(stretch.clone()), &mut seed);
    assert!(Vault::open_with_passphrase("correct horse battery", &record).is_ok());
    assert_eq!(Vault::open_with_passphrase("correct horse batterx", &record).unwrap_err(), SealError::WrongKey);
    assert_eq!(CompanyKey::from_passphrase("short", &stretch).unwrap_err(), SealError::Short { least: 12, found: 5 });
    for wrong in [
        Stretch { memory_kib: 1, ..stretch.clone() },
        Stretch { memory_kib: 1 << 21, ..stretch.clone() },
        Stretch { passes: 0, ..stretch.clone() },
        Stretch { passes: 65, ..stretch.clone() },
        Stretch { lanes: 17, ..stretch.clone() },
        Stretch { salt: "00".into(), ..stretch.clone() },
        Stretch { salt: "zz".repeat(16).into(), ..stretch },
    ] {
        assert_eq!(CompanyKey::from_passphrase("correct horse battery", &wrong).unwrap_err(), SealError::Cost);
    }
}

/// By the reference library of Argon2 (argon2-cffi), and Python's `hmac` over its key.
#[test]
fn a_passphrase_is_stretched_by_argon2id() {
    let stretch = Stretch { salt: hex(b"0123456789abcdef").into(), memory_kib: 1024, passes: 2, lanes: 2 };
    let key = CompanyKey::from_passphrase("correct horse battery", &stretch).unwrap();
    assert_eq!(hex(&*key.derived("test")), ARGON);
}

const ARGON: &str = "dc1625aadf4b826647319cee684e830e6450d884b7a6e2e578751f57fb7fe15c";

#[test]
fn after_a_rotation_the_old_key_opens_nothing_new_and_no_value_is_sealed_anew() {
    let (vault, before, mut seed) = vault();
    let subject = id("k-1");
    let key = seed.subject_key(&subject);
    let sealed = key.seal("phone", "c-1", &Plain::from("13800001234"));
    let blind = vault.blind(IndexKind::Phone, &Plain::from("13800001234"));
    let (rotated, record) = vault.rotated(&CompanyKey::new([9; 32]), None);
    assert_eq!((rotated.epoch(), record.epoch), (2, 2));
    let wrapped = rotated.wrap(&subject, &vault.unwrap(&subject, &vault.wrap(&subject, &key)).unwrap());
    assert!(vault.unwrap(&subject, &wrapped).is_err());
    assert_eq!(Vault::open(&CompanyKey::new([1; 32]), &record).unwrap_err(), SealError::WrongKey);
    // Nor does the new record pass for the old one.
    assert!(Vault::open(&CompanyKey::new([9; 32]), &VaultRecord { epoch: before.epoch, ..record.clone() }).is_err());
    let again = Vault::open(&CompanyKey::new([9; 32]), &record).unwrap();
    assert_eq!(again.unwrap(&subject, &wrapped).unwrap().open("phone", &sealed).unwrap().as_str(), "13800001234");
    assert_eq!(again.blind(IndexKind::Phone, &Plain::from("138 0000 1234")), blind);
    assert_eq!(again.digest(b"command"), vault.digest(b"command"));
}

#[test]
fn two_spellings_of_one_value_are_found_alike_and_two_values_are_not() {
    let (vault, ..) = vault();
    let blind = |kind, value: &str| vault.blind(kind, &Plain::from(value));
    for (kind, one, other) in [
        (IndexKind::Phone, "13800001234", "+86 138-0000-1234"),
        (IndexKind::Phone, "13800001234", "008613800001234"),
        (IndexKind::Phone, "１３８００００１２３４", "13800001234"),
        (IndexKind::Phone, "0755-8321 4567", "075583214567"),
        (IndexKind::PhoneTail, "13800001234", "1234"),
        (IndexKind::Name, "買買提．吐尔逊", "买买提·吐尔逊"),
        (IndexKind::Name, "王 芳", "王芳"),
        (IndexKind::Surname, "歐陽修", "欧阳"),
        (IndexKind::Surname, "王芳", "王"),
        (IndexKind::Identity, "11010519491231002x", "110105 19491231 002X"),
        (IndexKind::Plate, "粤B·12345", "粤b12345"),
        (IndexKind::Wechat, "Wang_Fang ", "wang_fang"),
    ] {
        assert!(blind(kind, one).is_some(), "{one}");
        assert_eq!(blind(kind, one), blind(kind, other), "{one} and {other}");
    }
    assert_ne!(blind(IndexKind::Phone, "13800001234"), blind(IndexKind::Phone, "13800001235"));
    assert_ne!(blind(IndexKind::Name, "王"), blind(IndexKind::Surname, "王"), "kinds can be told from each other");
    for (kind, nothing) in [(IndexKind::Phone, "none"), (IndexKind::PhoneTail, "12"), (IndexKind::Surname, "John")] {
        assert_eq!(blind(kind, nothing), None, "{nothing}");
    }
}

#[test]
fn nothing_tells_what_is_sealed_when_it_is_printed() {
    let (vault, record, mut seed) = vault();
    let key = seed.subject_key(&id("k"));
    let plain = Plain::from("13800001234");
    let printed = format!("{vault:?} {record:?} {seed:?} {key:?} {plain:?} {:?}", key.seal("phone", "c", &plain));
    assert!(!printed.contains("138"), "{printed}");
    let error = serde_json::from_str::<Plain>("13800001234").unwrap_err().to_string();
    assert!(!error.contains("138"), "{error}");
    assert!(!serde_json::from_str::<Plain>("[13800001234]").unwrap_err().to_string().contains("138"));
}

#[test]
fn a_seed_never_gives_a_key_twice() {
    let mut seed = Seed::new([7; 32]);
    let keys: BTreeSet<Vec<u8>> = (0..1000).map(|_| seed.subject_key(&id("k")).bytes().to_vec()).collect();
    assert_eq!(keys.len(), 1000);
    let mut again = Seed::new([7; 32]);
    assert!(keys.contains(again.subject_key(&id("k")).bytes()), "a seed is not repeatable");
}

proptest! {
    #[test]
    fn what_is_sealed_opens_and_does_not_hold_the_text(text in "\\PC{0,80}", place in "[a-z]{1,9}", salt in "[a-z0-9]{1,9}") {
        let mut seed = Seed::new([3; 32]);
        let key = seed.subject_key(&id("k"));
        let sealed = key.seal(&place, &salt, &Plain::from(text.as_str()));
        let opened = key.open(&place, &sealed).unwrap();
        prop_assert_eq!(opened.as_str(), text.as_str());
        let bytes = sealed.bytes().unwrap();
        prop_assert_eq!(bytes.len(), text.len() + 40);
        if text.len() > 4 {
            prop_assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
    }
}
