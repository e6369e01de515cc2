//! Why an address is absent: users out of any answer, the reasons ranked with what speaks for and against each, what
//! would settle it, and the ways out. `causes.yaml` has the knowledge; an address itself is never kept.

pub mod causes;
mod judge;
pub mod online;
pub mod read;

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::io::Read;
use std::sync::Arc;

use rustc_hash::FxHasher;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::causes::{Feature, Features};
use self::judge::Counts;
pub use self::read::ReadError;
use self::read::{Address, User};
use super::model::Caller;
use crate::facts::Product;
use crate::text::redact::one_line;

/// Users without an address that are looked at one by one; of more, only how many there are is known.
pub const MAX_LISTED: usize = 10_000;
/// Accounts that are remembered to tell a user that comes again from another one.
const MAX_REMEMBERED: usize = 200_000;
/// Characters of a name or an id that are shown.
const MAX_SHOWN: usize = 128;

/// What the reasons depend on beside the data.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Who made the call, if that is known.
    pub caller: Option<Caller>,
    /// The accounts that were asked for; those that are not in the answer were left out.
    pub asked: Vec<String>,
}

/// How likely a reason is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Likelihood {
    /// The sources leave no other reason.
    Known,
    /// Clearly ahead of the others, and yet a conclusion.
    Likely,
    /// One of several.
    Possible,
    /// Little speaks for it.
    Unlikely,
    /// The data exclude it.
    RuledOut,
}

/// A reason, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CauseFound {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// How likely it is.
    pub likelihood: Likelihood,
    /// What in the data speaks for it.
    #[serde(rename = "for")]
    pub speaks_for: Vec<String>,
    /// What speaks against it.
    #[serde(rename = "against")]
    pub speaks_against: Vec<String>,
    /// Where the reason is documented.
    pub source: String,
}

/// What would settle it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settle {
    /// Its id.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Where that is written.
    pub source: String,
}

/// A way to the address, or around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WayOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it does.
    pub text: String,
    /// Who may go it.
    pub who: String,
    /// What that means for the caller of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_this_caller: Option<String>,
    /// Where that is written.
    pub source: String,
}

/// What stands where the address would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Absent {
    /// No such property.
    Omitted,
    /// Null.
    Null,
    /// An empty string.
    EmptyString,
    /// The account was asked for, and the answer does not have it.
    LeftOut,
}

/// A user without an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserDiagnosis {
    /// The account id.
    pub account_id: Option<String>,
    /// The name that the answer has.
    pub name: Option<String>,
    /// The product that the object is of: `jira`, `confluence`, `jira-service-management`.
    pub product: Option<String>,
    /// What stands where the address would be.
    pub address: Absent,
    /// The reasons, the likeliest first; those that are ruled out last.
    pub causes: Arc<Vec<CauseFound>>,
    /// What would settle it; nothing where the reason is known.
    pub settle: Arc<Vec<Settle>>,
    /// The ways out.
    pub ways: Arc<Vec<WayOut>>,
    /// What was asked with `--online`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
}

/// How many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Users, each account once as far as that can be told.
    pub users: u64,
    /// Those with an address.
    pub with_address: u64,
    /// Those without.
    pub without_address: u64,
    /// Those without that are not in `users`, because there are too many.
    pub not_listed: u64,
    /// Objects that only name an account.
    pub references: u64,
}

/// The answer of `diagnose`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The version of this form.
    pub schema_version: u32,
    /// Who made the call, as was said.
    pub caller: Option<String>,
    /// How many there were.
    pub summary: Summary,
    /// Users without an address.
    pub users: Vec<UserDiagnosis>,
    /// What else there is to say of the run.
    pub notes: Vec<String>,
}

/// The JSON Schema of the answer.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Diagnosis).to_value()
}

/// A user without an address, before the whole answer is known.
#[derive(Clone, Debug)]
pub struct Pending {
    account_id: Option<String>,
    name: Option<String>,
    product: Option<Product>,
    address: Absent,
    features: Features,
    asked: Vec<String>,
}

impl Pending {
    /// The account id.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// The product, where it is known.
    #[must_use]
    pub const fn product(&self) -> Option<Product> {
        self.product
    }

    /// Adds what was learned by asking, with a sentence about it.
    pub fn learn(&mut self, feature: Feature, sentence: String) {
        self.features.insert(feature);
        if !self.asked.contains(&sentence) {
            self.asked.push(sentence);
        }
    }

    fn can_be_asked_for(&self) -> bool {
        self.account_id.as_deref().is_some_and(super::scenarios::is_account_id)
            && !self.features.contains(&Feature::IdUnknown)
    }
}

/// All that was read, before the reasons are ranked.
#[derive(Debug, Default)]
pub struct Reading {
    summary: Summary,
    counts: Counts,
    pending: Vec<Pending>,
    references: Vec<Pending>,
    seen: BTreeMap<u64, Before>,
    forgetful: bool,
    with_product: Option<Product>,
}

/// What is said of a user.
#[derive(Clone)]
struct Said {
    causes: Arc<Vec<CauseFound>>,
    settle: Arc<Vec<Settle>>,
    ways: Arc<Vec<WayOut>>,
}

/// What an account was when it came before.
#[derive(Clone, Copy, Debug)]
enum Before {
    Shown,
    Listed(usize),
    Counted,
    Reference,
}

fn pending(user: User, features: Features) -> Pending {
    Pending {
        account_id: user.account_id,
        name: user.name.or(user.public_name),
        product: user.product,
        address: match user.address {
            Address::Null => Absent::Null,
            Address::Empty => Absent::EmptyString,
            Address::Omitted | Address::Given => Absent::Omitted,
        },
        features,
        asked: Vec::new(),
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Reading {
    /// Reads an answer, a list of users, or JSON lines.
    ///
    /// # Errors
    /// When it is no JSON, or cannot be read.
    pub fn of(input: impl Read, options: &Options) -> Result<Self, ReadError> {
        let mut reading = Self::default();
        read::users(input, &mut |user| reading.add(user))?;
        for id in &options.asked {
            reading.miss(id);
        }
        Ok(reading)
    }

    fn add(&mut self, user: User) {
        let features = judge::of_user(&user);
        let reference = features.contains(&Feature::Reference) && user.address == Address::Omitted;
        if user.product.is_some() {
            self.with_product = user.product;
        }
        let key = user.account_id.as_deref().map(hash);
        let before = key.and_then(|k| self.seen.get(&k).copied());
        match before {
            Some(Before::Shown | Before::Listed(_) | Before::Counted) if user.address != Address::Given => {
                return;
            }
            Some(Before::Reference) if reference => return,
            Some(Before::Shown) => return,
            Some(Before::Listed(_) | Before::Counted) => {
                // Here without an address and there with one: what matters is that it can be seen.
                self.forget(before, &features);
            }
            Some(Before::Reference) => self.summary.references -= 1,
            None => {}
        }
        let person = judge::is_person(&features);
        let now = if reference {
            self.summary.references += 1;
            if self.references.len() < MAX_LISTED {
                self.references.push(pending(user, features));
            }
            Before::Reference
        } else {
            self.summary.users += 1;
            self.counts.persons += u64::from(person);
            if user.address == Address::Given {
                self.summary.with_address += 1;
                self.counts.shown += u64::from(person);
                Before::Shown
            } else {
                self.list(user, features)
            }
        };
        if let Some(key) = key {
            if self.seen.len() < MAX_REMEMBERED || self.seen.contains_key(&key) {
                self.seen.insert(key, now);
            } else {
                self.forgetful = true;
            }
        }
    }

    /// Takes back that a user was without an address.
    fn forget(&mut self, before: Option<Before>, features: &Features) {
        self.summary.users -= 1;
        self.summary.without_address -= 1;
        self.counts.persons = self.counts.persons.saturating_sub(u64::from(judge::is_person(features)));
        match before {
            Some(Before::Listed(at)) => {
                if let Some(pending) = self.pending.get_mut(at) {
                    // Its place stays, so that those behind it keep theirs.
                    pending.features.clear();
                }
            }
            _ => self.summary.not_listed = self.summary.not_listed.saturating_sub(1),
        }
    }

    fn list(&mut self, user: User, features: Features) -> Before {
        self.summary.without_address += 1;
        if self.pending.len() >= MAX_LISTED {
            self.summary.not_listed += 1;
            return Before::Counted;
        }
        self.pending.push(pending(user, features));
        Before::Listed(self.pending.len() - 1)
    }

    /// An account that was asked for.
    fn miss(&mut self, id: &str) {
        if self.seen.contains_key(&hash(id)) || self.pending.len() >= MAX_LISTED {
            return;
        }
        self.seen.insert(hash(id), Before::Listed(self.pending.len()));
        self.summary.users += 1;
        self.summary.without_address += 1;
        self.pending.push(Pending {
            account_id: Some(id.to_owned()),
            name: None,
            product: None,
            address: Absent::LeftOut,
            features: Features::from([Feature::LeftOut, Feature::StateUnknown]),
            asked: Vec::new(),
        });
    }

    /// How many there were.
    #[must_use]
    pub const fn summary(&self) -> Summary {
        self.summary
    }

    /// The users without an address that can be asked for again.
    pub fn askable(&mut self) -> impl Iterator<Item = &mut Pending> {
        self.pending.iter_mut().filter(|p| !p.features.is_empty() && p.can_be_asked_for())
    }

    /// Ranks the reasons.
    #[must_use]
    pub fn judged(mut self, options: &Options) -> Diagnosis {
        let mut notes = Vec::new();
        let summary = self.summary;
        // Where nothing but references was read, they are what is asked about.
        if summary.users == 0 && summary.references > 0 {
            notes.push("the input names accounts and has no user object".to_owned());
            self.pending = std::mem::take(&mut self.references);
        } else if summary.users == 0 {
            notes.push("no user was found in the input".to_owned());
        }
        if self.forgetful {
            notes.push(format!("after {MAX_REMEMBERED} accounts, one that comes again is counted again"));
        }
        if summary.not_listed > 0 {
            notes.push(format!(
                "{} more users have no address; the first {MAX_LISTED} are looked at",
                summary.not_listed
            ));
        }
        let caller = judge::of_caller(options.caller);
        let counts = self.counts;
        let product = self.with_product;
        // Users of whom the same is known share what is said of them.
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        let shown = |text: &Option<String>| text.as_deref().map(|t| one_line(t, MAX_SHOWN));
        let users = std::mem::take(&mut self.pending)
            .into_iter()
            .filter(|p| !p.features.is_empty())
            .map(|pending| {
                let mut features = judge::of_answer(counts, judge::is_person(&pending.features));
                features.extend(&pending.features);
                features.extend(&caller);
                let product = pending.product.or(product);
                let Said { causes, settle, ways } = said
                    .entry(format!("{features:?}{product:?}"))
                    .or_insert_with(|| {
                        let causes = judge::ranked(&features, counts, options.caller);
                        Said {
                            settle: Arc::new(judge::settling(&causes)),
                            ways: Arc::new(judge::ways(&causes, product, options.caller)),
                            causes: Arc::new(causes),
                        }
                    })
                    .clone();
                UserDiagnosis {
                    account_id: shown(&pending.account_id),
                    name: shown(&pending.name),
                    product: product.and_then(|p| serde_json::to_value(p).ok()?.as_str().map(str::to_owned)),
                    address: pending.address,
                    settle,
                    ways,
                    causes,
                    asked: pending.asked,
                }
            })
            .collect();
        Diagnosis { schema_version: 1, caller: options.caller.map(Caller::name), summary, users, notes }
    }
}

/// Reads and ranks in one go.
///
/// # Errors
/// When the input is no JSON, or cannot be read.
pub fn diagnose(input: impl Read, options: &Options) -> Result<Diagnosis, ReadError> {
    Ok(Reading::of(input, options)?.judged(options))
}
