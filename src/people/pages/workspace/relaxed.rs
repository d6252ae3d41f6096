//! A change that would admit more, pressed: it goes into the form as if it had been typed.

use crate::{matching::api::RelaxationBody, people::pages::form::Form};

/// What the button of a change sends; `None` where nothing can be pressed.
pub fn pressed(way: &RelaxationBody) -> Option<String> {
    let value = match &way.to {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(slot) => {
            let day = slot.get("weekday")?.as_str()?;
            return Some(format!("slots={day}"));
        }
        other => other.to_string(),
    };
    Some(format!("{}={value}", way.change))
}

/// Puts what a button sent into the form; anything else is left alone.
pub fn apply(form: &mut Form, sent: &str) {
    let Some((change, value)) = sent.split_once('=') else {
        return;
    };
    match change {
        "reach.max_km" => form.set("reach/max_km", value),
        "reach.needs_pickup" => form.set("reach/needs_pickup", ""),
        "max_fee_yen" | "max_group_size" | "modality" => form.set(change, value),
        "roles" => form.choose("roles", value),
        "slots" => form.add_row("slots", &[("weekday", value), ("from", "00:00"), ("to", "24:00")]),
        _ => {}
    }
}
