//! What follows on the stage: violations that were registered, trainings to do, and what everybody was told.

use serde_json::{Value, json};

use super::{
    Organisation,
    leave::{policy, text},
};
use crate::bus::{deliver, relay_stream};

impl Organisation {
    /// The events so far reach those who listen; a training is assigned; something is sent to everybody.
    pub(super) async fn tell_everybody(&mut self) {
        let hr = self.hr.clone();
        let course = json!({"course": "Fire drill", "due_after_days": 30, "remind_days_before": 7});
        self.create("compliance-policies-create", policy("Fire drill", "training", course), &hr).await;
        self.world.clock.advance(super::CACHE_EXPIRY);
        for person in self.everybody().map(Clone::clone) {
            for course in &["Fire drill", "Ladders"][..if person.id == self.foreigner.id { 2 } else { 1 }] {
                let training = json!({"employee_ids": [person.id], "course": course, "due_date": "2024-09-01"});
                let assigned = self.create("compliance-training-create", training, &hr).await;
                self.register_id("training_id", person.id, text(&assigned["items"][0], "id"));
            }
            // One browser is one subscription, whoever is signed in there.
            let mut subscription: Value = super::sample_body(super::row("notification-subscriptions-create"));
            subscription["endpoint"] = json!(format!("https://fcm.googleapis.com/fcm/send/{}", person.id));
            let made = self.create("notification-subscriptions-create", subscription, &person).await;
            self.register_id("subscription_id", person.id, text(&made, "id"));
        }
        let bulk = super::sample_body(super::row("notifications-bulk-create"));
        let bulk = self.create("notifications-bulk-create", bulk, &hr).await;
        self.foreign.insert("bulk_id", text(&bulk, "id"));
        self.foreign.insert("template", "leave_request_confirmation".to_owned());
        self.carry().await;
        for person in self.everybody().map(Clone::clone) {
            let inbox = self.read("notifications-list", &person).await;
            let first = &inbox["items"][0];
            self.register_id("notification_id", person.id, text(first, "id"));
            self.register_id("event_id", person.id, text(first, "event_id"));
            let path = format!("{}?employee_id={}", access::COMPLIANCE_VIOLATIONS_LIST.path, person.id);
            let violations =
                self.world.get(self.app(&access::COMPLIANCE_VIOLATIONS_LIST), path).signed_in_as(&hr).await;
            self.register_id("violation_id", person.id, text(&violations.body["items"][0], "id"));
        }
    }

    /// Takes what the tables have to say to those who listen.
    async fn carry(&self) {
        let world = &self.world;
        let people = relay_stream(world, "EMPLOYEES_TABLE").await;
        deliver(&notifications::on::employee::build(&world.shell).unwrap(), &people).await;
        let leave = relay_stream(world, "LEAVE_TABLE").await;
        deliver(&compliance::on::event::build(&world.shell).unwrap(), &leave).await;
        deliver(&notifications::on::event::build(&world.shell).unwrap(), &leave).await;
    }
}
