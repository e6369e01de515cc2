//! Users out of any JSON that a product answers with, one at a time: an answer of any size is read in the memory that
//! one user takes.

use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::facts::Product;

/// Bytes of a single string. A longer one is no answer that has users in it.
const MAX_STRING: usize = 16 << 20;
/// Characters of a text that are kept.
const MAX_KEPT: usize = 200;

/// What stands where the address would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Address {
    /// No such property.
    #[default]
    Omitted,
    /// Null.
    Null,
    /// An empty string.
    Empty,
    /// An address.
    Given,
}

/// A user, as far as it matters here. The address itself is not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `accountId`.
    pub account_id: Option<String>,
    /// `accountType`.
    pub account_type: Option<String>,
    /// `active`.
    pub active: Option<bool>,
    /// `accountStatus`.
    pub status: Option<String>,
    /// `claimStatus`.
    pub claim: Option<String>,
    /// `displayName`, or `name`.
    pub name: Option<String>,
    /// `publicName`.
    pub public_name: Option<String>,
    /// `type`.
    pub kind: Option<String>,
    /// What stands where the address would be.
    pub address: Address,
    /// The product, where the object shows it.
    pub product: Option<Product>,
    /// Whether it is a guest.
    pub guest: bool,
    /// How many groups it says.
    pub groups: Option<u64>,
    /// Whether a time zone stands there; none where there is no such property.
    pub zone: Option<bool>,
    /// Whether it has markup, as suggestions have.
    pub markup: bool,
    /// Whether it has anything that makes it more than a reference.
    pub detailed: bool,
}

/// Why input cannot be read: the user's file, or the disk.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON.
    #[error("it is no JSON: {0}")]
    Syntax(String),
    /// It cannot be read at all.
    #[error("it cannot be read: {0}")]
    Io(io::Error),
}

/// Hands every user in `input` to `sink`: one value, several after each other, or one a line.
///
/// # Errors
/// When the input is no JSON, or a string in it is too long.
pub fn users(input: impl Read, sink: &mut dyn FnMut(User)) -> Result<(), ReadError> {
    let reader = BufReader::with_capacity(1 << 16, Guard::new(input));
    let mut json = serde_json::Deserializer::from_reader(reader);
    loop {
        match json.end() {
            Ok(()) => return Ok(()),
            Err(error) if error.is_io() => return Err(failed(error)),
            // There is another value.
            Err(_) => {}
        }
        Walk { sink: &mut *sink }.deserialize(&mut json).map_err(failed)?;
    }
}

fn failed(error: serde_json::Error) -> ReadError {
    if error.is_io() { ReadError::Io(error.into()) } else { ReadError::Syntax(error.to_string()) }
}

/// Lets no string pass that is too long to be kept in memory, and no byte order mark.
struct Guard<R> {
    input: R,
    in_string: bool,
    escaped: bool,
    length: usize,
    start: bool,
}

impl<R: Read> Guard<R> {
    const fn new(input: R) -> Self {
        Self { input, in_string: false, escaped: false, length: 0, start: true }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let seen = buffer.get_mut(..count).unwrap_or_default();
        if std::mem::take(&mut self.start) && seen.starts_with(b"\xef\xbb\xbf") {
            // White space is as good as nothing.
            seen[..3].fill(b' ');
        }
        for byte in seen.iter() {
            if !self.in_string {
                self.in_string = *byte == b'"';
                self.length = 0;
                continue;
            }
            self.length += 1;
            if self.length > MAX_STRING {
                let message = format!("a string has more than {MAX_STRING} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            match (self.escaped, byte) {
                (true, _) => self.escaped = false,
                (false, b'\\') => self.escaped = true,
                (false, b'"') => self.in_string = false,
                (false, _) => {}
            }
        }
        Ok(count)
    }
}

/// What a value was, as far as the object around it wants to know.
enum Piece {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    /// An object, its `size`, and the product that its links are of.
    Object(Option<u64>, Option<Product>),
    Other,
}

impl Piece {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    const fn is_filled(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Null => false,
            _ => true,
        }
    }
}

struct Walk<'s> {
    sink: &'s mut dyn FnMut(User),
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Piece;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Piece, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A property's name; a long one is none that matters.
struct Key(String);

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Short;
        impl Visitor<'_> for Short {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Key, E> {
                Ok(Key(if text.len() <= 64 { text.to_owned() } else { String::new() }))
            }
        }
        deserializer.deserialize_str(Short)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Piece;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Piece, E> {
        Ok(Piece::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Piece, E> {
        Ok(Piece::Number(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Piece, E> {
        Ok(Piece::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Piece, E> {
        Ok(Piece::Other)
    }

    fn visit_unit<E>(self) -> Result<Piece, E> {
        Ok(Piece::Null)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Piece, E> {
        let end = text.char_indices().nth(MAX_KEPT).map_or(text.len(), |(i, _)| i);
        text.get(..end).map(|t| Piece::Text(t.to_owned())).ok_or_else(|| E::custom("a broken string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Piece, A::Error> {
        while seq.next_element_seed(Walk { sink: &mut *self.sink })?.is_some() {}
        Ok(Piece::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Piece, A::Error> {
        let mut user = User::default();
        let (mut size, mut links) = (None, None);
        while let Some(Key(key)) = map.next_key()? {
            if key == "html" {
                map.next_value::<IgnoredAny>()?;
                user.markup = true;
                continue;
            }
            let piece = map.next_value_seed(Walk { sink: &mut *self.sink })?;
            if let ("size", Piece::Number(n)) = (key.as_str(), &piece) {
                size = Some(*n);
            }
            if let ("self" | "jiraRest", Piece::Text(at)) = (key.as_str(), &piece) {
                links = if key == "jiraRest" {
                    Some(Product::JiraServiceManagement)
                } else {
                    links.or(place(at))
                };
            }
            user.take(&key, piece);
        }
        if user.is_one() {
            (self.sink)(user);
        }
        Ok(Piece::Object(size, links))
    }
}

impl User {
    fn take(&mut self, key: &str, piece: Piece) {
        match key {
            "accountId" | "account_id" => {
                self.account_id = piece.text();
                return;
            }
            "accountType" | "account_type" => self.account_type = piece.text(),
            "accountStatus" | "account_status" => self.status = piece.text(),
            "claimStatus" => self.claim = piece.text(),
            "displayName" => self.name = piece.text(),
            // Of directory entries; other objects have a `name` that is no person's.
            "name" => {
                if self.name.is_none() {
                    self.name = piece.text();
                }
                return;
            }
            "publicName" => {
                self.product = Some(Product::Confluence);
                self.public_name = piece.text();
            }
            "type" => {
                self.kind = piece.text();
                return;
            }
            "active" => match piece {
                Piece::Bool(active) => self.active = Some(active),
                // "The active property is set to inactive" (PV): whatever form that takes.
                Piece::Text(text) => self.active = Some(!matches!(text.as_str(), "inactive" | "false")),
                _ => {}
            },
            "emailAddress" => {
                self.product.get_or_insert(Product::Jira);
                self.address = address(&piece);
            }
            "email" => self.address = address(&piece),
            "timeZone" | "zoneInfo" | "zoneinfo" => self.zone = Some(piece.is_filled()),
            "groups" => {
                if let Piece::Object(size, _) = piece {
                    self.groups = size;
                }
            }
            "_links" => {
                if let Piece::Object(_, Some(product)) = piece {
                    self.product = Some(product);
                }
                return;
            }
            "avatarUrls" => {
                self.product.get_or_insert(Product::Jira);
            }
            "profilePicture" => self.product = Some(Product::Confluence),
            "isGuest" | "guest" | "isExternalCollaborator" | "externalCollaborator" => {
                self.guest |= matches!(piece, Piece::Bool(true));
            }
            "self" => {
                if let Piece::Text(at) = piece {
                    self.product = place(&at).or(self.product);
                }
                return;
            }
            _ => return,
        }
        self.detailed = true;
    }

    /// Whether the object is a user at all.
    fn is_one(&self) -> bool {
        self.account_id.is_some() || self.kind.as_deref() == Some("anonymous") && self.detailed
    }
}

fn address(piece: &Piece) -> Address {
    match piece {
        Piece::Text(text) if text.trim().is_empty() => Address::Empty,
        Piece::Text(_) => Address::Given,
        _ => Address::Null,
    }
}

/// The product that an address of its API belongs to.
fn place(at: &str) -> Option<Product> {
    if at.contains("/servicedeskapi/") {
        Some(Product::JiraServiceManagement)
    } else if at.contains("/wiki/") {
        Some(Product::Confluence)
    } else if at.contains("/rest/api/") {
        Some(Product::Jira)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<User> {
        let mut found = Vec::new();
        users(text.as_bytes(), &mut |u| found.push(u)).expect("it is JSON");
        found
    }

    #[test]
    fn users_are_found_wherever_they_stand() {
        let user = r#"{"accountId": "a1", "displayName": "A", "emailAddress": null}"#;
        for text in [
            user.to_owned(),
            format!("[{user}]"),
            format!("\u{feff}{user}\n"),
            format!(r#"{{"values": [{user}], "total": 1}}"#),
            format!(r#"{{"permissions": [{{"subjects": {{"user": {{"results": [{user}]}}}}}}]}}"#),
            format!(r#"{{"fields": {{"reporter": {user}, "assignee": null}}}}"#),
        ] {
            let found = read(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].address, found[0].product), (Address::Null, Some(Product::Jira)));
        }
        assert_eq!(read(&format!("{user}\n{user}\r\n\n{user}")).len(), 3);
        assert_eq!(read("").len(), 0);
        assert_eq!(read("[1, -2, 3.5, \"x\", {\"name\": \"no user\"}]").len(), 0);
    }

    #[test]
    fn what_stands_in_place_of_an_address_is_told_apart() {
        for (text, expected) in [
            (r#"{"accountId": "a"}"#, Address::Omitted),
            (r#"{"accountId": "a", "email": ""}"#, Address::Empty),
            (r#"{"accountId": "a", "email": null}"#, Address::Null),
            (r#"{"accountId": "a", "email": "a@example.com"}"#, Address::Given),
        ] {
            assert_eq!(read(text)[0].address, expected, "{text}");
        }
        let groups = read(r#"{"accountId": "a", "groups": {"size": 0, "items": []}, "active": "inactive"}"#);
        assert_eq!((groups[0].groups, groups[0].active), (Some(0), Some(false)));
    }

    #[test]
    fn hostile_input_is_an_error_and_no_crash() {
        for text in ["[", "{\"a\": }", "nul", "[1] x", &"[".repeat(100_000)] {
            assert!(users(text.as_bytes(), &mut |_| {}).is_err(), "{}", text.get(..9).unwrap_or(text));
        }
        let endless = b"\"".chain(io::repeat(b'x'));
        assert!(matches!(users(endless, &mut |_| {}), Err(ReadError::Io(_))));
    }
}
