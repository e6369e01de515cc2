//! The privacy policies that count, what they say, and who gets addresses. No findings here.

use crate::catalog::policy::POLICY;
use crate::facts::{Document, DocumentKind, DocumentState, Facts, Flow, Located, Says, SinkKind, Topic};
use crate::findings::{Confidence, Finding};
use crate::text::Place;

use super::services::{Service, own_hosts, to_own_remote};
use super::{Outcome, questions, wording};
use crate::text::words;

/// Why a policy has to say so.
pub(crate) const GUIDE: &str = "a privacy policy says which data is collected, how it is used, who has access to it and which choices people have (Atlassian, Marketplace data privacy guidelines)";

/// A policy that could be read.
pub(crate) struct Policy<'a> {
    pub(crate) document: &'a Document,
    pub(crate) says: &'a Says,
}

impl<'a> Policy<'a> {
    /// The passage that states a topic.
    pub(crate) fn states(&self, topic: Topic) -> Option<&'a Located<String>> {
        self.says.passage(topic, false)
    }

    /// The passage that says that there is none of it.
    pub(crate) fn denies(&self, topic: Topic) -> Option<&'a Located<String>> {
        self.says.passage(topic, true)
    }

    /// Whether it speaks of a topic at all.
    pub(crate) fn speaks_of(&self, topic: Topic) -> bool {
        self.states(topic).or_else(|| self.denies(topic)).is_some()
    }

    /// A finding on what it leaves out.
    pub(crate) fn omits(&self, what: &str) -> Finding {
        let sentences = words::count(self.says.sentences.len(), "sentence", "sentences");
        Finding::new(self.document.place.clone(), format!("the privacy policy does not say {what}"))
            .confidence(Confidence::Likely)
            .note(GUIDE)
            .note(format!("no passage that says so was found in {sentences}"))
    }

    /// A finding on a passage that the code contradicts.
    pub(crate) fn contradicted(passage: &Located<String>, message: &str) -> Finding {
        Finding::new(passage.place.clone(), message)
            .label("contradicted by the code")
            .confidence(Confidence::Likely)
            .note(format!("the policy says: {}", wording::name(&passage.value)))
    }
}

/// The policies that count and could be read: the declared ones, or else those that were found.
///
/// # Errors
/// How a rule ends when there is none: nothing to ask for, or nothing that could be read.
pub(crate) fn read(facts: &Facts) -> Result<Vec<Policy<'_>>, Outcome> {
    if !questions::has_to_do_with_addresses(facts) {
        let nothing = || Outcome::NotApplicable("nothing here has to do with addresses".to_owned());
        return Err(questions::no_documents_needed(facts)
            .unwrap_or_else(|| questions::unseen_code(facts).map_or_else(nothing, Outcome::NotEvaluated)));
    }
    let policies = facts.documents.iter().filter(|d| d.kind == DocumentKind::PrivacyPolicy);
    // What a repository holds beside the declared policy may belong to something else.
    let declared = policies.clone().any(|d| d.declared);
    let mut usable = Vec::new();
    let mut unread = None;
    for document in policies.filter(|d| d.declared || !declared) {
        for state in document.readings() {
            let DocumentState::Read { says, .. } = state else { continue };
            if let Some(language) = &says.other_language {
                unread = Some(format!(
                    "the privacy policy seems to be in {language}, and what it says is read in English only"
                ));
            } else if state.is_too_short() {
                unread = Some("the privacy policy has hardly any text".to_owned());
            } else {
                usable.push(Policy { document, says });
            }
        }
    }
    if usable.is_empty() {
        return Err(Outcome::NotEvaluated(unread.unwrap_or_else(|| super::documents::no_text(facts))));
    }
    Ok(usable)
}

/// Somebody else who gets addresses, by the code or by the declaration.
pub(crate) struct Recipient<'a> {
    pub(crate) name: &'a str,
    /// Under which a policy may name it; none when only its kind is known.
    pub(crate) names: Vec<String>,
    /// Where it gets them.
    pub(crate) place: &'a Place,
    /// Whether the code shows it.
    pub(crate) in_code: bool,
}

/// All of them, each once: those of the code first.
pub(crate) fn recipients(facts: &Facts) -> Vec<Recipient<'_>> {
    let own = own_hosts(facts);
    let declared = || facts.declaration.iter().flat_map(|d| &d.uses).flat_map(|u| &u.third_parties);
    let mut all: Vec<Recipient<'_>> = Vec::new();
    for flow in facts.flows.iter().filter(|f| goes_out(f)) {
        let Some(service) = Service::of(flow).filter(|s| !s.is_own(&own)) else { continue };
        if all.iter().any(|r| r.name == service.name) {
            continue;
        }
        let mut names = names(service.name);
        // What the vendor calls it is a name for it too.
        names.extend(declared().filter(|p| service.is(p)).map(|p| p.name.value.clone()));
        all.push(Recipient { name: service.name, names, place: &flow.place, in_code: true });
    }
    for party in declared() {
        let name = party.name.value.as_str();
        if !all.iter().any(|r| r.names.iter().any(|n| n.eq_ignore_ascii_case(name))) {
            all.push(Recipient { name, names: names(name), place: &party.name.place, in_code: false });
        }
    }
    all
}

/// Whether a flow surely leaves the app for somebody else's service.
fn goes_out(flow: &Flow) -> bool {
    matches!(flow.kind, SinkKind::ThirdParty | SinkKind::Mail | SinkKind::Marketing)
        && questions::sure(flow.confidence)
        && !to_own_remote(flow)
}

/// Under which a policy may name a service: its own name, its company's, what stands before the end of its host.
fn names(service: &str) -> Vec<String> {
    const SHORTEST: usize = 3;
    let mut names = POLICY.names_of(service);
    if service.contains('.') && !service.contains(char::is_whitespace) {
        let labels: Vec<&str> = service.split('.').collect();
        let label = labels.len().checked_sub(2).and_then(|n| labels.get(n));
        names.extend(label.filter(|l| l.len() >= SHORTEST).map(|l| (*l).to_owned()));
    }
    names
}

/// Where the code surely keeps addresses, or writes them to a log.
pub(crate) fn kept(facts: &Facts, kind: SinkKind) -> Vec<&Flow> {
    facts.flows.iter().filter(|f| f.kind == kind && questions::sure(f.confidence)).collect()
}

/// Whether anything says that personal data is stored.
pub(crate) fn stores(facts: &Facts) -> bool {
    let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let said = data.and_then(|d| d.stores.as_ref()).is_some_and(|s| !s.is_empty());
    said || !kept(facts, SinkKind::Storage).is_empty()
}

/// How a rule on what is stored ends for an app of which nothing says that it stores.
pub(crate) fn nothing_kept(facts: &Facts) -> Outcome {
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None => Outcome::NotApplicable("nothing says that personal data is stored".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, InputKind};
    use crate::rules::flows::testing::one_flow;

    #[test]
    fn a_recipient_is_told_once_with_all_its_names() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, Some("Postmark"));
        let party = |name: &str| crate::facts::ThirdParty {
            name: located(name.to_owned(), "email-access.yaml", 9),
            purpose: None,
            hosts: Vec::new(),
            required: None,
        };
        facts.declaration.as_mut().unwrap().uses[0].third_parties =
            vec![party("Postmark (US)"), party("Acme Ltd")];
        let all = recipients(&facts);
        let names: Vec<_> = all.iter().map(|r| (r.name, r.in_code)).collect();
        assert_eq!(names, [("Postmark", true), ("Acme Ltd", false)]);
        assert_eq!(all[0].names, ["Postmark", "ActiveCampaign", "Postmark (US)"]);
        assert_eq!(super::names("api.acme.io"), ["api.acme.io", "acme"]);
        facts.flows[0].confidence = Confidence::Possible;
        assert_eq!(recipients(&facts).len(), 2, "only the declared ones are left");
    }

    #[test]
    fn a_policy_in_another_language_is_not_judged() {
        let mut facts = forge(&[]);
        facts.accesses.push(jira_email_call(7));
        assert!(matches!(read(&facts), Err(Outcome::NotEvaluated(_))));
        facts.documents.push(document(DocumentKind::PrivacyPolicy));
        assert_eq!(read(&facts).map(|p| p.len()), Ok(1));
        if let DocumentState::Read { says, .. } = &mut facts.documents[0].state {
            says.other_language = Some("German".to_owned());
        }
        assert!(matches!(read(&facts), Err(Outcome::NotEvaluated(why)) if why.contains("German")));
        facts.documents[0].state = DocumentState::AddressOnly;
        assert!(matches!(read(&facts), Err(Outcome::NotEvaluated(why)) if why.contains("no text")));
        facts.accesses.clear();
        assert!(matches!(read(&facts), Err(Outcome::NotApplicable(_))));
        facts.problems.push(problem(InputKind::Source, "a.ts", true));
        assert!(matches!(read(&facts), Err(Outcome::NotEvaluated(_))));
    }
}
