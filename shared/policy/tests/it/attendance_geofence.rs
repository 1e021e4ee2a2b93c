//! Fences: rule 18 (docs/rules.md).

use policy::attendance::{Fence, FenceMiss, GeoPosition, containing_fence};
use proptest::prelude::*;

use crate::fixtures::cases;

/// Position of Alexanderplatz, Berlin.
const LATITUDE: i32 = 52_521_900;
const LONGITUDE: i32 = 13_413_200;

fn fence(name: &str, latitude_e6: i32, longitude_e6: i32, radius_m: u32) -> Fence {
    Fence { name: name.into(), latitude_e6, longitude_e6, radius_m }
}

fn office() -> Fence {
    fence("Office", LATITUDE, LONGITUDE, 100)
}

/// Position in decimetres north of the office, with an accuracy.
fn north(decimetres: i32, accuracy_m: u32) -> Option<GeoPosition> {
    // A degree of a great circle is about 111.2 km.
    let latitude_e6 = LATITUDE + decimetres * 10_000 / 11_120;
    Some(GeoPosition { latitude_e6, longitude_e6: LONGITUDE, accuracy_m })
}

#[test]
fn whole_accuracy_circle_must_be_inside_the_fence() {
    let fences = [office()];
    let name = |position| containing_fence(&fences, position).map(|fence| fence.name.as_str());
    assert_eq!(name(north(0, 100)), Ok("Office"));
    assert_eq!(name(north(790, 20)), Ok("Office"));
    assert_eq!(name(north(845, 20)), Err(FenceMiss::Outside(5)), "it may be 105 m away");
    assert_eq!(name(north(4995, 10)), Err(FenceMiss::Outside(410)));
    assert_eq!(name(north(500, 101)), Err(FenceMiss::Inaccurate), "it can be inside or outside");
    assert_eq!(name(north(49995, 3_000)), Err(FenceMiss::Outside(7_900)), "it is outside whatever the accuracy");
}

#[test]
fn missing_or_inaccurate_position_is_outside() {
    assert_eq!(containing_fence(&[office()], None), Err(FenceMiss::NoPosition));
    assert_eq!(containing_fence(&[], north(0, 1)), Err(FenceMiss::NoFence));
    assert_eq!(containing_fence(&[], None), Err(FenceMiss::NoFence));
}

#[test]
fn fence_that_contains_the_position_is_found() {
    let far = fence("Warehouse", LATITUDE + 18_000, LONGITUDE, 300);
    let wide = fence("Campus", LATITUDE + 3_000, LONGITUDE, 1_000);
    let fences = [far, office(), wide];
    let name = |position| containing_fence(&fences, position).map(|fence| fence.name.as_str());
    assert_eq!(name(north(20000, 50)), Ok("Warehouse"));
    assert_eq!(name(north(100, 10)), Ok("Campus"), "the fence with the most room");
    assert_eq!(containing_fence(&fences[..2], north(100, 10)).map(|fence| fence.name.as_str()), Ok("Office"));
}

#[test]
fn distances_are_correct_also_across_the_date_line() {
    let paris = Some(GeoPosition { latitude_e6: 48_856_600, longitude_e6: 2_352_200, accuracy_m: 0 });
    let Err(FenceMiss::Outside(metres)) = containing_fence(&[fence("Berlin", 52_520_000, 13_405_000, 0)], paris) else {
        panic!()
    };
    assert!((876_000..=879_000).contains(&metres), "877.5 km by the great circle, not {metres}");
    let fiji = fence("Taveuni", -16_800_000, 179_999_500, 200);
    let across = Some(GeoPosition { latitude_e6: -16_800_000, longitude_e6: -179_999_500, accuracy_m: 10 });
    assert_eq!(containing_fence(std::slice::from_ref(&fiji), across).map(|fence| fence.name.as_str()), Ok("Taveuni"));
    let pole = fence("Pole", 90_000_000, 0, 10);
    let there = Some(GeoPosition { latitude_e6: 90_000_000, longitude_e6: 120_000_000, accuracy_m: 5 });
    assert!(containing_fence(&[pole], there).is_ok());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn better_accuracy_never_moves_a_punch_outside(
        latitude in -90_000_000_i32..=90_000_000, longitude in -180_000_000_i32..=180_000_000,
        metres in 0_u32..500, accuracy in 0_u32..300, radius in 10_u32..=10_000,
    ) {
        let fences = [fence("One", latitude, longitude, radius)];
        let north = i32::try_from(metres).unwrap() * 9;
        let position = |accuracy_m| Some(GeoPosition { latitude_e6: (latitude + north).min(90_000_000), longitude_e6: longitude, accuracy_m });
        if containing_fence(&fences, position(accuracy)).is_ok() {
            prop_assert!(containing_fence(&fences, position(accuracy / 2)).is_ok());
            prop_assert!(accuracy <= radius);
        }
        let middle = GeoPosition { latitude_e6: latitude, longitude_e6: longitude, accuracy_m: radius };
        prop_assert!(containing_fence(&fences, Some(middle)).is_ok());
    }
}
