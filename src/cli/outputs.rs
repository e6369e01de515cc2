//! Which reports `check` writes, and where each goes.
//!
//! `--output` belongs to the `--format` before it, so the order of the two on the command line counts, which
//! clap's derived types do not keep.

use std::path::{Path, PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, builder::EnumValueParser, value_parser,
};

use super::Stop;
use crate::reports::Format;

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// The file; standard output when there is none.
    pub(super) file: Option<PathBuf>,
}

/// `--format` and `--output` in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    given: Vec<Given>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Given {
    Format(Format),
    File(PathBuf),
}

const FORMAT: &str = "format";
const OUTPUT: &str = "output";

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new(FORMAT)
                    .long(FORMAT)
                    .value_name("FORMAT")
                    .action(ArgAction::Append)
                    .value_parser(EnumValueParser::<Format>::new())
                    .help("How to report; `human` unless given. May be repeated, each with an --output behind it"),
            )
            .arg(
                Arg::new(OUTPUT)
                    .long(OUTPUT)
                    .short('o')
                    .value_name("FILE")
                    .action(ArgAction::Append)
                    .value_parser(value_parser!(PathBuf))
                    .help("Write the report of the --format before it to a file instead of standard output"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given: Vec<(usize, Given)> = Vec::new();
        let formats = matches.get_many::<Format>(FORMAT).unwrap_or_default();
        let at = matches.indices_of(FORMAT).unwrap_or_default();
        given.extend(at.zip(formats).map(|(i, f)| (i, Given::Format(*f))));
        let files = matches.get_many::<PathBuf>(OUTPUT).unwrap_or_default();
        let at = matches.indices_of(OUTPUT).unwrap_or_default();
        given.extend(at.zip(files).map(|(i, f)| (i, Given::File(f.clone()))));
        given.sort_by_key(|(i, _)| *i);
        Ok(Self { given: given.into_iter().map(|(_, g)| g).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Outputs {
    /// The reports in the order in which they were asked for; one at least. A file belongs to the format
    /// before it; when there is one of each, their order does not count.
    pub(super) fn pair(&self) -> Result<Vec<Output>, Stop> {
        use Given::{File, Format as Way};
        let one = |format, file: &Path| vec![Output { format, file: Some(file.to_owned()) }];
        match self.given.as_slice() {
            [] => return Ok(vec![Output { format: Format::Human, file: None }]),
            [File(file)] => return Ok(one(Format::Human, file)),
            [File(file), Way(format)] => return Ok(one(*format, file)),
            _ => {}
        }
        let mut outputs: Vec<Output> = Vec::new();
        for given in &self.given {
            match (given, outputs.last_mut()) {
                (Way(format), _) => outputs.push(Output { format: *format, file: None }),
                (File(file), Some(last)) if last.file.is_none() => last.file = Some(file.clone()),
                (File(file), _) => {
                    let message = format!("no `--format` stands before `--output {}`", file.display());
                    return Err(Stop::usage(message).help(PAIRS));
                }
            }
        }
        let mut open = outputs.iter().filter(|o| o.file.is_none());
        if let (Some(first), Some(second)) = (open.next(), open.next()) {
            let (first, second) = (name(first.format), name(second.format));
            let message = format!("`{first}` and `{second}` would both go to standard output");
            return Err(Stop::usage(message).help(PAIRS));
        }
        for (index, output) in outputs.iter().enumerate() {
            let earlier = outputs.get(..index).unwrap_or_default();
            if let Some(file) =
                output.file.as_ref().filter(|f| earlier.iter().any(|e| e.file.as_ref() == Some(f)))
            {
                return Err(Stop::usage(format!("two reports would go to `{}`", file.display())).help(PAIRS));
            }
        }
        Ok(outputs)
    }
}

const PAIRS: &str = "write each `--output FILE` right behind its `--format`, as in \
                     `--format sarif --output a.sarif --format human`; one of them may do without";

fn name(format: Format) -> String {
    use clap::ValueEnum as _;
    format.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        outputs: Outputs,
    }

    fn pair(line: &str) -> Result<Vec<(Format, Option<String>)>, String> {
        use clap::Parser as _;
        let words = std::iter::once("x").chain(line.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|e| e.to_string())?;
        let file = |f: PathBuf| f.display().to_string();
        let pairs = line.outputs.pair().map_err(|e| e.to_string())?;
        Ok(pairs.into_iter().map(|o| (o.format, o.file.map(file))).collect())
    }

    #[test]
    fn a_file_belongs_to_the_format_before_it() {
        use Format::{Html, Human, Json, Sarif};
        type Expected = &'static [(Format, Option<&'static str>)];
        let cases: [(&str, Expected); 8] = [
            ("", &[(Human, None)]),
            ("-o a", &[(Human, Some("a"))]),
            ("--format json", &[(Json, None)]),
            ("--format json --output a", &[(Json, Some("a"))]),
            ("--output a --format=json", &[(Json, Some("a"))]),
            ("--format sarif -o a --format human", &[(Sarif, Some("a")), (Human, None)]),
            ("--format human --format sarif -o a", &[(Human, None), (Sarif, Some("a"))]),
            ("--format sarif -o a --format html -o b", &[(Sarif, Some("a")), (Html, Some("b"))]),
        ];
        for (line, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(f, o)| (*f, o.map(str::to_owned))).collect();
            assert_eq!(pair(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_paired_is_said() {
        for (line, expected) in [
            ("--format json --format sarif", "`json` and `sarif` would both go to standard output"),
            ("-o a --format json -o b", "no `--format` stands before `--output a`"),
            ("--format json -o a -o b", "no `--format` stands before `--output b`"),
            ("-o a -o b", "no `--format` stands before `--output a`"),
            ("--format json -o a --format sarif -o a", "two reports would go to `a`"),
        ] {
            assert_eq!(pair(line), Err(expected.to_owned()), "{line}");
        }
    }
}
