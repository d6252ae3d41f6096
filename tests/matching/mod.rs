//! The matcher: against a second one that only counts, by what must always hold, and by the walk-throughs of the city's plan.

mod always;
mod brute;
mod city;
mod front_door;
mod life;
mod walk_throughs;
