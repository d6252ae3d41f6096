//! The opportunities as matching sees them: staff's view of each, its texts ready to be asked, its dates of the coming weeks.

use std::sync::{Arc, Mutex};

use chrono::{Days, NaiveDate, NaiveTime};

use crate::{
    kernel::{
        clock::tokyo,
        schedule::{Occurrence, Pauses},
    },
    resources::{
        opportunity::{NewOpportunity, Opportunity},
        public::{Audience, VisibleResource, visible},
        resource::Resource,
        words::{OrganizationKind, ResourceKind},
    },
    search::{
        index::IndexError,
        texts::{Text, Texts},
    },
};

/// Weeks ahead in which a wished time must meet a date.
pub const WEEKS: u64 = 8;

/// A resource as staff see it; its opportunities stand beside it.
#[derive(Debug, Clone)]
pub struct Place {
    /// What staff may see.
    pub shown: VisibleResource,
    /// 代表・世話人: somebody may want to keep away from them.
    pub representative: Option<String>,
}

/// One opportunity, and at which place of the board.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Index into [`Board::places`].
    pub place: usize,
    /// What was entered.
    pub entered: NewOpportunity,
}

/// The dates of every offer in the weeks after one day.
pub type Calendar = Vec<Vec<Occurrence>>;

/// Everything that matching asks, at one moment.
#[derive(Debug)]
pub struct Board {
    places: Vec<Place>,
    offers: Vec<Offer>,
    /// Of each place its offers.
    of_place: Vec<Vec<usize>>,
    texts: Texts,
    /// Places that could be asked to open something.
    partners: Vec<usize>,
    partner_texts: Texts,
    /// The last day that was asked for.
    calendar: Mutex<Option<(NaiveDate, Arc<Calendar>)>>,
}

impl Board {
    /// Takes what runs, or may run again; rows may come in any order.
    ///
    /// # Errors
    /// None in practice: the texts lie in memory.
    pub fn new(rows: &[(Resource, Vec<Opportunity>)]) -> Result<Self, IndexError> {
        let mut places: Vec<Place> = Vec::new();
        let mut offers: Vec<Offer> = Vec::new();
        let mut partners: Vec<usize> = Vec::new();
        let mut rows: Vec<_> = rows.iter().collect();
        rows.sort_by(|a, b| a.0.entered.id.cmp(&b.0.entered.id));
        for (resource, opportunities) in rows {
            let Some(mut shown) = visible(resource, opportunities, Audience::Staff) else {
                continue;
            };
            let partner = is_partner(&shown);
            let of_it = std::mem::take(&mut shown.opportunities);
            if of_it.is_empty() && !partner {
                continue;
            }
            let place = places.len();
            offers.extend(of_it.into_iter().map(|entered| Offer { place, entered }));
            if partner {
                partners.push(place);
            }
            places.push(Place {
                shown,
                representative: resource.entered.staff.representative.clone(),
            });
        }
        offers.sort_by(|a, b| a.entered.id.cmp(&b.entered.id));
        let mut of_place = vec![Vec::new(); places.len()];
        for (at, offer) in offers.iter().enumerate() {
            of_place[offer.place].push(at);
        }
        let texts: Vec<Text> = offers
            .iter()
            .map(|o| offer_text(&o.entered, &places[o.place]))
            .collect();
        let partner_texts: Vec<Text> = partners.iter().map(|at| place_text(&places[*at])).collect();
        Ok(Self {
            texts: Texts::new(&texts)?,
            partner_texts: Texts::new(&partner_texts)?,
            places,
            offers,
            of_place,
            partners,
            calendar: Mutex::default(),
        })
    }

    /// All offers, in order of their ids.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// Their places.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place of an offer.
    pub fn place_of(&self, offer: usize) -> &Place {
        &self.places[self.offers[offer].place]
    }

    /// The offers of a place, in order.
    pub fn of_place(&self, place: usize) -> &[usize] {
        &self.of_place[place]
    }

    /// The other offers of the same place, in order.
    pub fn siblings(&self, offer: usize) -> impl Iterator<Item = usize> + '_ {
        let all = &self.of_place[self.offers[offer].place];
        all.iter().copied().filter(move |other| *other != offer)
    }

    /// The texts of the offers.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Places that could be asked to open something, by their index, and their texts in the same order.
    pub fn partners(&self) -> (&[usize], &Texts) {
        (&self.partners, &self.partner_texts)
    }

    /// The offer of an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.offers
            .binary_search_by(|o| o.entered.id.as_str().cmp(id))
            .ok()
    }

    /// The dates of every offer in the [`WEEKS`] weeks from the beginning of a day, pauses taken out; kept for the next
    /// who asks for the same day.
    pub fn calendar(&self, from: NaiveDate) -> Arc<Calendar> {
        let mut kept = self.calendar.lock().expect("nothing panics while it is held");
        if let Some((_, calendar)) = kept.as_ref().filter(|(day, _)| *day == from) {
            return Arc::clone(calendar);
        }
        let midnight = |day: NaiveDate| {
            day.and_time(NaiveTime::MIN)
                .and_local_timezone(tokyo())
                .single()
                .expect("Tokyo has every midnight")
        };
        let (start, end) = (midnight(from), midnight(from + Days::new(WEEKS * 7)));
        let never = Pauses::default();
        let dates = |offer: &Offer| {
            let pauses = offer.entered.pauses.as_ref().unwrap_or(&never);
            let schedule = offer.entered.schedule.as_ref();
            schedule
                .map(|s| s.occurrences(pauses, start, end))
                .unwrap_or_default()
        };
        let calendar: Arc<Calendar> = Arc::new(self.offers.iter().map(dates).collect());
        *kept = Some((from, Arc::clone(&calendar)));
        calendar
    }
}

/// Whether a place could be asked to open an opportunity.
fn is_partner(place: &VisibleResource) -> bool {
    use ResourceKind::{
        CareOffice, CommunityCenter, CommunityDining, Company, DisabilityOffice, Farm,
        NeighborhoodAssociation, Npo, PromotionCouncil, School, Shelter, SocialWelfareCorporation,
        VolunteerGroup,
    };
    let runs = matches!(
        place.organization_kind,
        Some(OrganizationKind::Farm | OrganizationKind::Company | OrganizationKind::SocialWelfareCorporation)
    );
    match place.kind {
        Farm
        | Company
        | SocialWelfareCorporation
        | Npo
        | VolunteerGroup
        | NeighborhoodAssociation
        | PromotionCouncil
        | CommunityCenter
        | CommunityDining => true,
        // There are thousands of these, and they do what the law pays for.
        CareOffice | DisabilityOffice | Shelter | School => false,
        _ => runs,
    }
}

/// What the opportunity itself is called, does and asks for counts more than what its place says of itself.
fn offer_text(offer: &NewOpportunity, place: &Place) -> Text {
    let mut head: Vec<&str> = vec![&offer.name];
    head.extend(offer.interests.iter().map(String::as_str));
    head.extend(offer.skills.iter().map(String::as_str));
    if place.shown.kind != ResourceKind::Other {
        head.push(place.shown.kind.label());
    }
    let mut body: Vec<&str> = Vec::new();
    body.extend(offer.description.as_deref());
    body.extend(offer.considerations.iter().map(String::as_str));
    body.extend(offer.roles.iter().map(|r| r.plain()));
    let around = place_text(place);
    Text {
        head: head.join("\n"),
        body: format!("{}\n{}\n{}", body.join("\n"), around.head, around.body),
    }
}

fn place_text(place: &Place) -> Text {
    let shown = &place.shown;
    let keywords = shown.keywords.iter().map(String::as_str).filter(|k| *k != "見本");
    let mut head: Vec<&str> = vec![&shown.name];
    head.extend(keywords);
    let mut body: Vec<&str> = Vec::new();
    body.extend(shown.description.as_deref());
    body.extend(shown.organization.as_deref());
    body.extend(shown.visiting.first_time.as_deref());
    body.extend(shown.fields.iter().map(|f| f.label()));
    Text {
        head: head.join("\n"),
        body: body.join("\n"),
    }
}
