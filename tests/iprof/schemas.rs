//! What is written is held against the schemas that GraalVM publishes.

use boon::{Compiler, SchemaIndex, Schemas};
use pgoctl::profile::iprof::merge::files::merge_to_bytes;
use pgoctl::profile::iprof::merge::options::{MergeInput, MergeOptions};
use pgoctl::profile::iprof::text::source::{DEFAULT_MAX_BYTES, Packing};
use pgoctl::profile::iprof::text::version::Version;
use pgoctl::profile::iprof::write::convert::{Target, convert};
use serde_json::Value;

use crate::mutate::excerpt;
use crate::needs::Needed;
use crate::shared::{REAL, real, shared};

const SMALL: &str = include_str!("../../fixtures/iprof/small.iprof");

struct Published {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Published {
    /// The schema of a version; that of 1.0.0 holds for 0.4.0 too.
    fn of(version: Version) -> Needed<Self> {
        let version = version.max(Version::V1_0_0);
        let path = shared(&format!("schemas/iprof-v{version}.schema.json"))?;
        let mut schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        // Several sub-schemas have the same `$id`, which no validator takes.
        remove_ids(&mut schema);
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("iprof.json", schema).unwrap();
        let index = compiler.compile("iprof.json", &mut schemas).unwrap();
        Ok(Self { schemas, index })
    }

    fn takes(&self, text: &[u8]) -> bool {
        let profile: Value = serde_json::from_slice(text).unwrap();
        let valid = self.schemas.validate(&profile, self.index);
        if let Err(error) = &valid {
            eprintln!("{error}");
        }
        valid.is_ok()
    }
}

fn remove_ids(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // A property that is called `id` stays; it is an object.
            map.retain(|key, value| key != "$id" || !value.is_string());
            map.values_mut().for_each(remove_ids);
        }
        Value::Array(list) => list.iter_mut().for_each(remove_ids),
        _ => {}
    }
}

/// Files to write from: one of our own, and excerpts of the real ones that are sound.
fn sources() -> Vec<tempfile::NamedTempFile> {
    let excerpts = REAL[..4].iter().flat_map(|name| real(name));
    let texts = excerpts
        .map(|text| excerpt(&text, 300))
        .chain([SMALL.into()]);
    let file = |text: Vec<u8>| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    };
    texts.map(file).collect()
}

#[test]
fn the_schema_refuses_what_is_not_a_profile() {
    let Ok(published) = Published::of(Version::V1_0_0) else {
        return;
    };
    assert!(published.takes(SMALL.as_bytes()));
    for (sound, unsound) in [("[1000]", "[1,2]"), ("\"0:0\"", "\"0;0\""), ("1.1.0", "x")] {
        assert!(
            !published.takes(SMALL.replace(sound, unsound).as_bytes()),
            "{unsound}"
        );
    }
}

#[test]
fn what_is_converted_is_accepted_by_the_schema_of_its_version() {
    for version in [Version::V0_4_0, Version::V1_0_0, Version::V1_1_0] {
        let Ok(published) = Published::of(version) else {
            return;
        };
        for file in sources() {
            let target = Target::Version(version);
            let (text, _) =
                convert(file.path(), target, Packing::Plain, DEFAULT_MAX_BYTES).unwrap();
            assert!(published.takes(&text), "{version}");
        }
    }
}

#[test]
fn what_is_merged_is_accepted_by_the_schema_of_its_version() {
    let sources = sources();
    let inputs = sources.iter().map(|file| MergeInput::new(file.path()));
    let inputs: Vec<_> = inputs.collect();
    for inputs in [&inputs[..], &inputs[..1], &inputs[inputs.len() - 1..]] {
        let (text, report) = merge_to_bytes(inputs, &MergeOptions::default()).unwrap();
        let Ok(published) = Published::of(report.version) else {
            return;
        };
        assert!(published.takes(&text), "{}", report.version);
    }
}
