//! The JSON Schema of everything that crosses a boundary: operations, commands, questions and their answers.
//!
//! Records derive their schema where they are declared. Here stand the forms that are text, and the document that
//! `include/guanjia.schema.json` holds.
use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::access::Request;
use crate::calendar::operations::CalendarRef;
use crate::calendar::{
    Budget, CalendarRules, Conventions, ConventionsRecord, DayEntry, DayMeans, HoursText, Instant, Land, Length,
    NamedDays, Preset, Zone,
};
use crate::desk::{Advanced, Answer, Query, Receipt, Retimed, Rotated, Told, Unlocked};
use crate::envelope::Command;
use crate::ops::{
    OPERATIONS,
    desk::{Adopted, OpenerArgs, Submitted},
};
use crate::rulebook::{RawRulebook, Scenarios};
use crate::sla::At;

/// A type whose JSON form this module writes out.
macro_rules! form {
    ($type:ty, $name:literal, |$generator:ident| $($form:tt)*) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $($form)*
            }
        }
    };
}

form!(Instant, "Instant", |_g| json_schema!({
    "type": "string", "format": "date-time", "description": "RFC 3339 with an offset"
}));
form!(Length, "Length", |_g| json_schema!({
    "type": "string", "description": "ISO 8601 such as PT15M, or a number and a unit such as `15 min`"
}));
form!(Zone, "Zone", |_g| json_schema!({ "type": "string", "description": "an IANA zone such as Asia/Shanghai" }));
form!(At, "Level", |_g| json_schema!({
    "type": "string", "description": "a part of the budget such as 80%, or an offset from the due time such as -PT1H"
}));
form!(HoursText, "Hours", |_g| json_schema!({
    "anyOf": [
        { "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$" },
        { "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 }
    ]
}));
form!(DayEntry, "DayEntry", |generator| json_schema!({
    "anyOf": [{ "type": "string", "format": "date" }, generator.subschema_for::<NamedDays>()]
}));
form!(Conventions, "Conventions", |generator| json_schema!({
    "anyOf": [generator.subschema_for::<Preset>(), generator.subschema_for::<ConventionsRecord>()]
}));
form!(CalendarRef, "CalendarRef", |generator| json_schema!({
    "anyOf": [{ "type": "string", "description": "its name" }, generator.subschema_for::<CalendarRules>()]
}));
form!(Budget, "Budget", |generator| {
    let (means, land) = (generator.subschema_for::<DayMeans>(), generator.subschema_for::<Land>());
    json_schema!({
        "anyOf": [
            { "type": "string", "description": "a length, or days such as `5 working_days` or `3 days`" },
            {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "working_days": { "type": "integer" }, "days": { "type": "integer" },
                    "means": means, "land": land
                }
            }
        ]
    })
});

/// The whole document: under `operations` the arguments and the result of each, under `desk` what a desk takes and
/// answers, under `files` rulebooks and scenarios.
pub fn document() -> Value {
    let mut generator = SchemaGenerator::default();
    let operations: Map<String, Value> = OPERATIONS
        .iter()
        .map(|operation| {
            let [args, result] = operation.schemas(&mut generator);
            (operation.name.to_owned(), json!({ "summary": operation.summary, "args": args, "result": result }))
        })
        .collect();
    let desk = json!({
        "command": generator.subschema_for::<Command>(),
        "receipt": generator.subschema_for::<Receipt>(),
        "submitted": generator.subschema_for::<Submitted>(),
        "advanced": generator.subschema_for::<Advanced>(),
        "retimed": generator.subschema_for::<Retimed>(),
        "adopted": generator.subschema_for::<Adopted>(),
        "query": generator.subschema_for::<Query>(),
        "answer": generator.subschema_for::<Answer>(),
        "opener": generator.subschema_for::<OpenerArgs>(),
        "unlocked": generator.subschema_for::<Unlocked>(),
        "rotated": generator.subschema_for::<Rotated>(),
        "request": generator.subschema_for::<Request>(),
        "told": generator.subschema_for::<Told>(),
    });
    let files = json!({
        "rulebook": generator.subschema_for::<RawRulebook>(),
        "scenarios": generator.subschema_for::<Scenarios>(),
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "guanjia",
        "operations": operations,
        "desk": desk,
        "files": files,
        "$defs": generator.take_definitions(true),
    })
}
