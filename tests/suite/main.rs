//! The integration tests, as one program: linking is what costs, so it is done once.
//! `cargo test --test suite flows::` runs those of one file.

mod annotations;
mod cli;
mod conformance;
mod docs;
mod docs_reference;
mod flows;
mod formats;
mod judgement;
mod languages_csharp;
mod languages_go;
mod languages_java;
mod languages_javascript;
mod languages_kotlin;
mod languages_php;
mod languages_python;
mod languages_ruby;
mod marketplace;
mod mechanisms;
mod online_check;
mod online_guard;
mod online_pages;
mod online_pdf;
mod personal_data;
mod policies;
mod promises;
mod readme;
mod report_human;
mod report_schema;
mod request;
mod rules;
mod schemas;
mod support;
mod templates;
