//! Places as a GeoJSON FeatureCollection, written one by one; properties bear the names they have in the API.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Feature;
use crate::resources::{opportunity::NewOpportunity, public::VisibleResource};

/// A FeatureCollection being written.
pub struct Features<W: Write> {
    to: W,
    any: bool,
}

impl<W: Write> Features<W> {
    /// Opens the collection.
    pub fn new(mut to: W) -> io::Result<Self> {
        to.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self { to, any: false })
    }

    /// Adds a place, on a line of its own.
    pub fn add(&mut self, feature: &Feature) -> io::Result<()> {
        self.to.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        let [lng, lat] = [feature.point.lng(), feature.point.lat()];
        let value = json!({
            "type": "Feature",
            "id": feature.id,
            "geometry": {"type": "Point", "coordinates": [lng, lat]},
            "properties": feature.properties,
        });
        serde_json::to_writer(&mut self.to, &value)?;
        Ok(())
    }

    /// Closes the collection.
    pub fn finish(mut self) -> io::Result<()> {
        self.to.write_all(b"\n]}\n")?;
        self.to.flush()
    }
}

/// What the API says of a resource, as plain properties: codes with their labels beside them.
pub fn resource(r: &VisibleResource, district: Option<String>) -> Value {
    json!({
        "id": r.id, "name": r.name, "name_kana": r.name_kana,
        "kind": r.kind.code(), "kind_label": r.kind.label(), "organization": r.organization,
        "district": r.district.as_ref().map(|id| json!({"id": id, "name": district})),
        "precision": r.precision.code(), "address": r.address, "phone": r.phone, "email": r.email, "url": r.url,
        "description": r.description,
        "fields": r.fields.iter().map(|f| json!({"code": f.code(), "label": f.label()})).collect::<Vec<_>>(),
        "keywords": r.keywords, "status": r.status.code(), "status_label": r.status.label(), "assured_on": r.assured_on,
    })
}

/// What the API says of an opportunity, with the place it belongs to.
pub fn offer(o: &NewOpportunity, at: &VisibleResource) -> Value {
    json!({
        "id": o.id, "name": o.name, "resource": {"id": at.id, "name": at.name}, "precision": at.precision.code(),
        "roles": o.roles.iter().map(|r| json!({"code": r.code(), "label": r.plain()})).collect::<Vec<_>>(),
        "modality": o.modality.code(), "modality_label": o.modality.label(), "description": o.description,
        "interests": o.interests, "schedule_text": o.schedule.as_ref().map(|s| s.text()),
        "pauses_text": o.pauses.as_ref().map(|p| p.text()), "fee_yen": o.fee_yen, "ages": o.ages.map(|a| a.code()),
        "status": o.status.code(), "status_label": o.status.label(),
    })
}
