use super::*;

/// What a lie writes where the right time is this one.
fn wrong(lie: TimeLie, right: i64) -> String {
    match lie {
        TimeLie::Text => format!("\"{right}\""),
        TimeLie::Float => format!("{right}.5"),
        TimeLie::Negative => "-1".into(),
        TimeLie::TooLarge => "18446744073709551616".into(),
        TimeLie::Missing => String::new(),
        TimeLie::Past => (NOW - 3600).to_string(),
        TimeLie::WeekOld => (NOW - 604_800).to_string(),
        TimeLie::FarFuture => (NOW + 3652 * 86_400).to_string(),
    }
}

#[tokio::test]
async fn times_are_wrong_in_every_way_and_signed_well() {
    for (claim, name, right) in
        [(TimeClaim::Exp, "exp", NOW + 300), (TimeClaim::Nbf, "nbf", NOW), (TimeClaim::Iat, "iat", NOW)]
    {
        for lie in TimeLie::ALL {
            let place = Place::lying(Lie::Time(claim, *lie));
            let token = place.id_token().await;
            let written = match wrong(*lie, right) {
                missing if missing.is_empty() => String::new(),
                wrong => format!("\"{name}\":{wrong}"),
            };
            let found =
                token.text.split(['{', '}', ',']).find(|pair| pair.starts_with(&format!("\"{name}\"")));
            assert_eq!(found.unwrap_or_default(), written, "{lie:?}");
            assert_eq!(token.claims["sub"], ADA);
            assert!(token.is_good(&place.jwks().await));
        }
    }
}
