//! PDFs: the text layer, and files that are made to do harm.

use std::time::Instant;

use flate2::Compression;
use mailpermit::inputs::documents::pdf::text;

use super::support::server::{pdf, pdf_of};

fn deflate(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("into memory");
    encoder.finish().expect("into memory")
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn page(content: Vec<u8>) -> Vec<u8> {
    pdf_of(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>".to_vec(),
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ])
}

#[test]
fn the_text_layer_is_read() {
    let read = text(&pdf(&["Privacy policy\nWe read email addresses (once).", "Second page"])).expect("text");
    for part in ["Privacy policy", "We read email addresses (once).", "Second page"] {
        assert!(read.contains(part), "{read}");
    }
    let packed = page(stream("/Filter /FlateDecode", &deflate(b"BT /F1 11 Tf (packed text) Tj ET")));
    assert!(text(&packed).is_ok_and(|t| t.contains("packed text")));
}

#[test]
fn what_cannot_be_read_says_why() {
    for (bytes, why) in [
        (b"%PDF-1.7\nrubbish".to_vec(), "damaged"),
        (b"%PDF-".to_vec(), "damaged"),
        (pdf(&[""]), "without a text layer"),
        (pdf(&[]), "without a text layer"),
        (page(stream("/Filter /FlateDecode", b"not deflated at all")), "PDF"),
    ] {
        let error = text(&bytes).expect_err("no text");
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn hostile_files_end_soon() {
    let nested = |open: &str, close: &str, n: usize| {
        page(
            format!("<< /Length 0 /X {}{} >>\nstream\n\nendstream", open.repeat(n), close.repeat(n))
                .into_bytes(),
        )
    };
    let kids = format!("<< /Type /Pages /Kids [{}] /Count 5000 >>", "3 0 R ".repeat(5_000));
    let many_kids = pdf_of(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        kids.into_bytes(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        stream("/Filter /FlateDecode", &deflate(&b"BT (x) Tj ET ".repeat(20_000))),
    ]);
    let circle = pdf_of(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R] /Parent 3 0 R >>".to_vec(),
    ]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("a bomb of content", page(stream("/Filter /FlateDecode", &deflate(&vec![b' '; 12 << 20])))),
        (
            "a bomb in a bomb",
            page(stream("/Filter [/FlateDecode /FlateDecode]", &deflate(&deflate(&vec![b' '; 8 << 20])))),
        ),
        (
            "an object stream that is a bomb",
            page(stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &deflate(&vec![b' '; 12 << 20]))),
        ),
        ("nested arrays", nested("[", "]", 50_000)),
        ("nested dictionaries", nested("<< /A ", ">>", 50_000)),
        ("nested strings", page(stream("", "(".repeat(100_000).as_bytes()))),
        ("one page many times", many_kids),
        ("a circle of pages", circle),
        ("a length that refers to itself", page(b"<< /Length 4 0 R >>\nstream\n\nendstream".to_vec())),
        ("a negative length", page(b"<< /Length -1 >>\nstream\n\nendstream".to_vec())),
        ("numbers too large", page(b"<< /Length 99999999999999999999 >>\nstream\nBT\nendstream".to_vec())),
    ];
    for (name, bytes) in cases {
        assert!(bytes.len() < 4 << 20, "{name}");
        let started = Instant::now();
        let read = text(&bytes);
        let seconds = started.elapsed().as_secs();
        assert!(seconds < 20, "{name}: {seconds} s");
        assert!(read.map_or(0, |t| t.len()) < 8 << 20, "{name}");
    }
    // Whatever byte is wrong, nothing but an error comes of it.
    let right = pdf(&["Privacy policy of a vendor"]);
    for at in (0..right.len()).step_by(7) {
        let mut wrong = right.clone();
        wrong[at] ^= 0x15;
        let _ = text(&wrong);
        let _ = text(&right[..at]);
    }
}
