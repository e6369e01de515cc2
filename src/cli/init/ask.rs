//! The questions of `init`, on a terminal: arrow keys, a proposal as default, Escape to go back. Nothing is written
//! before the last answer.

use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Input, Select};

use super::Decision;
use crate::catalog::{Catalogue, Verdict};
use crate::cli::Stop;
use crate::facts::AppType;
use crate::init::{Draft, clean};
use crate::text::redact::one_line;

/// What a question came to.
enum Answer {
    Next,
    Back,
    Done(Decision),
}

/// What is asked, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Kind,
    Use(usize),
    Description(usize),
    Justification(usize),
    End,
}

/// Typed instead of a text to go back.
const BACK: &str = "<";

/// Asks for everything that cannot be known.
pub(super) fn ask(draft: &mut Draft, catalogue: &Catalogue, annotate: bool) -> Result<Decision, Stop> {
    let term = Term::stderr();
    let _held = hold_interrupts();
    let asker = Asker { theme: theme(&term), term, catalogue, annotate };
    let answered = asker.all(draft);
    // An interrupted question leaves the cursor hidden.
    let _ = asker.term.show_cursor();
    answered
}

fn theme(term: &Term) -> Box<dyn Theme> {
    let plain = !term.features().colors_supported() || !dialoguer::console::colors_enabled_stderr();
    if plain { Box::new(SimpleTheme) } else { Box::new(ColorfulTheme::default()) }
}

/// Keeps Ctrl-C from ending the program in the middle of a question: the question fails instead.
fn hold_interrupts() -> Option<(tokio::runtime::Runtime, Held)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let held = {
        let _inside = runtime.enter();
        held()?
    };
    Some((runtime, held))
}

#[cfg(unix)]
type Held = tokio::signal::unix::Signal;
#[cfg(windows)]
type Held = tokio::signal::windows::CtrlC;

#[cfg(unix)]
fn held() -> Option<Held> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).ok()
}

#[cfg(windows)]
fn held() -> Option<Held> {
    tokio::signal::windows::ctrl_c().ok()
}

struct Asker<'a> {
    term: Term,
    theme: Box<dyn Theme>,
    catalogue: &'a Catalogue,
    annotate: bool,
}

impl Asker<'_> {
    fn all(&self, draft: &mut Draft) -> Result<Decision, Stop> {
        self.say("\nArrow keys choose, Enter takes, Escape goes back, Ctrl-C stops without writing.")?;
        let mut at = 0;
        loop {
            let steps = self.steps(draft);
            let Some(step) = steps.get(at).copied() else { return Ok(Decision::Nothing) };
            match self.step(step, draft)? {
                Answer::Next => at += 1,
                Answer::Back => at = at.saturating_sub(1),
                Answer::Done(decision) => return Ok(decision),
            }
        }
    }

    /// The questions, which depend on what was answered so far.
    fn steps(&self, draft: &Draft) -> Vec<Step> {
        let mut steps = Vec::new();
        if !draft.has_manifest {
            steps.push(Step::Kind);
        }
        for (i, group) in draft.groups.iter().enumerate() {
            steps.extend([Step::Use(i), Step::Description(i)]);
            if self.catalogue.get(&group.functionality).is_some_and(|u| u.verdict == Verdict::Review) {
                steps.push(Step::Justification(i));
            }
        }
        steps.push(Step::End);
        steps
    }

    fn step(&self, step: Step, draft: &mut Draft) -> Result<Answer, Stop> {
        match step {
            Step::Kind => self.kind(draft),
            Step::Use(i) => self.functionality(draft, i),
            Step::Description(i) => {
                let asked = "Who gets what, and when? (Enter to write it later, < to go back)";
                let Some(group) = draft.groups.get_mut(i) else { return Ok(Answer::Next) };
                self.text(asked, &mut group.description)
            }
            Step::Justification(i) => {
                let asked =
                    "Why can the app not do this without addresses? (Enter to write it later, < to go back)";
                let Some(group) = draft.groups.get_mut(i) else { return Ok(Answer::Next) };
                self.text(asked, &mut group.justification)
            }
            Step::End => self.end(draft),
        }
    }

    fn kind(&self, draft: &mut Draft) -> Result<Answer, Stop> {
        const KINDS: [(AppType, &str); 5] = [
            (AppType::Oauth2, "an app that uses OAuth 2.0 (3LO)"),
            (AppType::Connect, "a Connect app"),
            (AppType::Forge, "a Forge app"),
            (AppType::ForgeWithConnect, "a Forge app with Connect modules"),
            (AppType::Unknown, "I do not know"),
        ];
        let items: Vec<String> = KINDS.iter().map(|(_, words)| (*words).to_owned()).collect();
        let default = KINDS.iter().position(|(kind, _)| *kind == draft.kind).unwrap_or(0);
        let Some(chosen) = self.select("No manifest was found. What kind of app is it?", &items, default)?
        else {
            return Ok(Answer::Back);
        };
        if let Some((kind, _)) = KINDS.get(chosen).filter(|(kind, _)| *kind != draft.kind) {
            draft.kind = *kind;
            draft.kind_reason = "its vendor said so".to_owned();
        }
        Ok(Answer::Next)
    }

    fn functionality(&self, draft: &mut Draft, index: usize) -> Result<Answer, Stop> {
        let total = draft.groups.len();
        let Some(group) = draft.groups.get_mut(index) else { return Ok(Answer::Next) };
        self.say(&format!("\nGroup {} of {total}: addresses {}", index + 1, group.does))?;
        for read in group.reads.iter().take(5) {
            self.say(&one_line(&format!("  {}  {}", read.place, read.expression), 160))?;
        }
        if group.reads.len() > 5 {
            self.say(&format!("  and {} more places", group.reads.len() - 5))?;
        }
        self.say(&format!("  proposed: {}, because {}", group.functionality, group.reason))?;
        let uses = &self.catalogue.uses;
        let item = |u: &crate::catalog::CatalogueUse| {
            let verdict = match u.verdict {
                Verdict::Valid => "valid",
                Verdict::Invalid => "NOT valid",
                Verdict::Review => "a person at Atlassian decides",
            };
            one_line(&format!("{}: {} ({verdict})", u.id, u.functionality), 100)
        };
        let items: Vec<String> = uses.iter().map(item).collect();
        let default = uses.iter().position(|u| u.id == group.functionality).unwrap_or(0);
        let Some(chosen) = self.select("What are these addresses used for?", &items, default)? else {
            return Ok(Answer::Back);
        };
        if let Some(chosen) = uses.get(chosen).filter(|u| u.id != group.functionality) {
            group.functionality.clone_from(&chosen.id);
            group.reason = "its vendor chose it".to_owned();
        }
        Ok(Answer::Next)
    }

    fn text(&self, asked: &str, value: &mut Option<String>) -> Result<Answer, Stop> {
        let mut input = Input::<String>::with_theme(&*self.theme).with_prompt(asked).allow_empty(true);
        if let Some(text) = value {
            input = input.with_initial_text(text.clone());
        }
        let text = input.interact_text_on(&self.term).map_err(stopped)?;
        match text.trim() {
            BACK => return Ok(Answer::Back),
            "" => *value = None,
            text => *value = Some(clean(text, 4000)),
        }
        Ok(Answer::Next)
    }

    fn end(&self, draft: &Draft) -> Result<Answer, Stop> {
        let open = draft.groups.iter().flat_map(|g| &g.reads).any(|r| !r.annotated);
        let mut choices = vec![
            ("write email-access.yaml", Answer::Done(Decision::Write { annotate: false })),
            ("write nothing", Answer::Done(Decision::Nothing)),
            ("go back", Answer::Back),
        ];
        if open {
            let both = Answer::Done(Decision::Write { annotate: true });
            choices.insert(1, ("write email-access.yaml, and @email-use comments into the code", both));
        }
        let items: Vec<String> = choices.iter().map(|(words, _)| (*words).to_owned()).collect();
        let default = usize::from(open && self.annotate);
        let Some(chosen) = self.select("All is known that is needed.", &items, default)? else {
            return Ok(Answer::Back);
        };
        Ok(choices.into_iter().nth(chosen).map_or(Answer::Back, |(_, answer)| answer))
    }

    /// The position of what was chosen; `None` to go back.
    fn select(&self, asked: &str, items: &[String], default: usize) -> Result<Option<usize>, Stop> {
        let select = Select::with_theme(&*self.theme).with_prompt(asked).items(items).default(default);
        select.interact_on_opt(&self.term).map_err(stopped)
    }

    fn say(&self, text: &str) -> Result<(), Stop> {
        self.term.write_line(text).map_err(Stop::Output)
    }
}

/// A question that was not answered.
fn stopped(error: dialoguer::Error) -> Stop {
    let dialoguer::Error::IO(error) = error;
    match error.kind() {
        std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => {
            Stop::usage("stopped: nothing was written")
        }
        _ => Stop::usage(format!("the terminal cannot be asked: {error}"))
            .help("`--yes` takes every proposal and asks nothing"),
    }
}
