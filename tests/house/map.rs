//! The floors, as the documentation of `src/lib.rs` lists them.

use std::path::Path;

/// Rooms by floor, from the top.
pub struct Map {
    text: String,
    floors: Vec<Vec<(String, String)>>,
}

impl Map {
    /// Reads the block that begins with `main`: floors apart by an empty line, a room and a line about it in each row.
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
        let source = std::fs::read_to_string(path).expect("the library has a root");
        let docs: Vec<&str> = source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let docs = docs.join("\n");
        let text = docs
            .split("```")
            .map(|block| block.trim_start_matches("text").trim_matches('\n'))
            .find(|block| block.starts_with("main "))
            .expect("the floors are listed in the documentation of src/lib.rs")
            .to_owned();
        let room = |row: &str| {
            let (room, line) = row.split_once(' ').unwrap_or((row, ""));
            (room.to_owned(), line.trim().to_owned())
        };
        let floors = text.split("\n\n");
        let floors = floors.map(|floor| floor.lines().map(room).collect());
        Self {
            floors: floors.collect(),
            text: text.clone(),
        }
    }

    /// The list as it stands there.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The floor of `room`, counted from the top.
    pub fn floor(&self, room: &str) -> Option<usize> {
        let has = |floor: &Vec<(String, String)>| floor.iter().any(|(name, _)| name == room);
        self.floors.iter().position(has)
    }

    /// Every room with the line about it.
    pub fn rooms(&self) -> impl Iterator<Item = (&String, &String)> {
        self.floors
            .iter()
            .flatten()
            .map(|(room, line)| (room, line))
    }
}
