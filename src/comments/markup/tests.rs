use std::cell::RefCell;
use std::time::{Duration, Instant};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use proptest::prelude::*;

use super::*;

/// Every element and attribute in some HTML, as a browser's tokenizer reads it.
#[derive(Default)]
struct Seen {
    elements: RefCell<Vec<String>>,
    attributes: RefCell<Vec<(String, String, String)>>,
    others: RefCell<Vec<String>>,
    text: RefCell<String>,
}

impl TokenSink for Seen {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.elements.borrow_mut().push(tag.name.to_string());
                assert!(tag.kind == TagKind::StartTag || tag.attrs.is_empty());
                for attribute in tag.attrs {
                    let row = (tag.name.to_string(), attribute.name.local.to_string(), attribute.value.to_string());
                    self.attributes.borrow_mut().push(row);
                }
            }
            Token::CharacterTokens(text) => self.text.borrow_mut().push_str(&text),
            Token::EOFToken => {}
            other => self.others.borrow_mut().push(format!("{other:?}")),
        }
        TokenSinkResult::Continue
    }
}

fn parsed(html: &str) -> Seen {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Seen::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink
}

/// Fails unless the comment's HTML has nothing but what the lists allow, and is its own sanitised form.
#[track_caller]
fn assert_safe(source: &str) {
    let html = html(source);
    let seen = parsed(&html);
    assert_eq!(seen.others.take(), [""; 0], "{source:?} gave {html}");
    for element in seen.elements.take() {
        assert!(ELEMENTS.contains(&element.as_str()), "{element} from {source:?}: {html}");
    }
    for (element, name, value) in seen.attributes.take() {
        assert!(ATTRIBUTES.contains(&(&element, &name)), "{element} {name} from {source:?}: {html}");
        match name.as_str() {
            "href" => assert!(value.starts_with("https://") || value.starts_with("http://"), "{value} in {html}"),
            "rel" => assert_eq!(value, LINK_REL),
            _ => assert_eq!(value, "host"),
        }
    }
    assert_eq!(SANITISER.clean(&html).to_string(), html, "a second pass changed {source:?}");
}

#[track_caller]
fn shows(source: &str, expected: &str) {
    assert_eq!(html(source).trim_end(), expected, "{source:?}");
}

#[test]
fn the_subset_is_rendered() {
    shows("*x*", "<p><em>x</em></p>");
    shows("**x** and _y_", "<p><strong>x</strong> and <em>y</em></p>");
    shows("one\ntwo\r\nthree\r\n\r\nfour", "<p>one<br>\ntwo<br>\nthree</p>\n<p>four</p>");
    shows("> said\n\nanswer", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answer</p>");
    shows(
        "> > first\n> second\nthird",
        "<blockquote>\n<blockquote>\n<p>first</p>\n</blockquote>\n<p>second</p>\n</blockquote>\n<p>third</p>",
    );
    shows("2 \\* 3 \\* 4", "<p>2 * 3 * 4</p>");
    shows("", "");
}

#[test]
fn everything_else_is_shown_as_it_was_typed() {
    for typed in [
        "# Heading #",
        "###### six",
        "Heading\n=======",
        "Heading\n---",
        "- one\n- two",
        "+ one",
        "* one\n* two",
        "1. one\n2. two",
        "3) three",
        "`code`",
        "```\ncode\n```",
        "~~~\ncode",
        "    indented",
        "***",
        "* * *",
        "___",
        "| a | b |\n|---|---|",
        "![alt](picture.png)",
        "[x]: https-something 'title'",
        "[x][y]",
        "<b>bold</b>",
        "<!-- c -->",
        "<https-like>",
        "&amp; &lt;script&gt; &#106;",
        "C:\\new\\table",
        "****four****",
        "[empty]()",
        "[](nowhere)",
        "[a](javascript:alert\\(1))",
        "[a](</x y>)",
        "[*a*](mailto:x@example.org 'title')",
        "[a] (b)",
        "a\\",
        "1986. A great year",
        "[^1]: note",
        "- [ ] task",
        "$x$ ~~gone~~ ^up^",
        "[a](b](c)",
        ">>>>>> six",
    ] {
        let text = parsed(&html(typed)).text.take();
        let squash = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = match typed {
            "[*a*](mailto:x@example.org 'title')" => "[a](mailto:x@example.org 'title')".to_owned(),
            "[a](javascript:alert\\(1))" => "[a](javascript:alert\\(1))".to_owned(),
            ">>>>>> six" => "> six".to_owned(),
            other => squash(other),
        };
        assert_eq!(squash(&text), expected, "{typed:?}");
    }
}

#[test]
fn links_show_where_they_lead_vuln_c10_disguised_links() {
    let rel = r#"rel="ugc nofollow noopener""#;
    shows(
        "[text](https://example.org/a?b=1&c=2)",
        &format!(
            r#"<p><a href="https://example.org/a?b=1&amp;c=2" {rel}>text</a> <span class="host">(example.org)</span></p>"#
        ),
    );
    shows(
        "see https://example.org/a_b_(c)*.",
        &format!(r#"<p>see <a href="https://example.org/a_b_(c)" {rel}>https://example.org/a_b_(c)</a>*.</p>"#),
    );
    shows(
        "**https://example.org/x**",
        &format!(r#"<p><strong><a href="https://example.org/x" {rel}>https://example.org/x</a></strong></p>"#),
    );
    shows(
        "[example.org](HTTPS://EXAMPLE.org)",
        &format!(r#"<p><a href="https://example.org/" {rel}>example.org</a></p>"#),
    );
    shows(
        "[https://bank.example](https://evil.example)",
        &format!(
            r#"<p><a href="https://evil.example/" {rel}>https://bank.example</a> <span class="host">(evil.example)</span></p>"#
        ),
    );
    assert!(html("https://exаmple.org").contains(r#"<span class="host">(xn--exmple-4nf.org)</span>"#));
    assert!(!html("https://bank.example@evil.example/").contains("<a"));
    assert!(!html("www.example.org").contains("<a"));
    assert!(html("[a](javascript:1) https://example.org [b](x) https://example.net").matches("<a ").count() == 2);
}

#[test]
fn plain_text_keeps_the_words_and_the_hosts() {
    assert_eq!(
        plain_text("*Oh* no:\n> they **said**\n>\n> so & <b>\n\n[look](https://example.org/x), https://example.net"),
        "Oh no:\n\n> they said\n>\n> so & <b>\n\nlook (example.org), https://example.net"
    );
    assert_eq!(plain_text(""), "");
}

/// Original strings, each after one family of known attacks.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script>",
    "<svg><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<base href=javascript:/>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>",
    "<style>@import '//evil.example'</style>",
    "<div style=\"background:url(javascript:alert(1))\">",
    "<video><source onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<select><style></select><svg onload=1>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=1></xmp>",
    "<plaintext><script>1",
    "<title></title><script>1</script>",
    "<textarea></textarea><script>1</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html><html onclick=1>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\u{1}script:alert(1))",
    "[a](\u{1}javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](<java\nscript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox(1))",
    "[a](file:///etc/passwd)",
    "[a](//evil.example)",
    "[a](\\\\evil.example)",
    "[a](https://x\" onmouseover=\"alert(1))",
    "[a](https://x' onmouseover='alert(1))",
    "[a](https://x\n\"onmouseover=alert(1))",
    "[a](https://x 'y\" onclick=\"alert(1)')",
    "[a\"onclick=alert(1)](https://x)",
    "https://x/\"onmouseover=alert(1)",
    "https://x/'onmouseover=alert(1)//",
    "https://x/<script>alert(1)</script>",
    "https://x/`onerror=alert(1)`",
    "http://javascript:alert(1)",
    "https://x/?a=<img src=x onerror=1>",
    "<https://x/\"onclick=1>",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://x/\"onerror=\"alert(1))",
    "![\"onerror=alert(1)](x)",
    "[a]: javascript:alert(1)\n[a]",
    "[a]\n\n[a]: <javascript:alert(1)> \"x\"",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```\"><script>\nx\n```",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "*<script>*alert(1)*</script>*",
    "**<img src=x onerror=alert(1)**>",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3C;img src=x onerror=alert(1)&#x3E;",
    "\u{0}<script>alert(1)</script>",
    "<span class=host>(bank.example)</span>",
    "<p class=x id=y>",
    "<a href=https://x target=_top rel=opener>x</a>",
    "\u{feff}<script>1</script>",
    "<\u{0}script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "<a\u{a0}href=javascript:1>",
    "[a](https://x/\u{202e}gpj.exe)",
    "[*a*](https://x/*b*)",
    "[a](https://[::1]/<b>)",
    "[<img src=x onerror=1>](https://x)",
    "[![a](x)](https://x)",
    "[[a](https://x)](https://y)",
];

#[test]
fn vuln_c01_c02_no_payload_leaves_the_allow_list() {
    assert!(PAYLOADS.len() >= 60);
    for payload in PAYLOADS {
        assert_safe(payload);
        for around in
            ["> {}", "*{}*", "**a {} b**", "[{}](https://example.org)", "[x](https://example.org/{})", "- {}\n# {}"]
        {
            assert_safe(&around.replace("{}", payload));
        }
    }
}

/// Hostile inputs of the longest length, each of a family that makes some parser quadratic or deep.
#[test]
fn hostile_nesting_stays_shallow_and_cheap() {
    const LONGEST: usize = 5_000;
    for unit in [
        "> ",
        ">",
        "*",
        "**",
        "* ",
        "_",
        "*a ",
        "**a ",
        "*a **b ",
        "_a ",
        "a*",
        "a**b*",
        "[",
        "]",
        "[a](",
        "[a](b",
        "[](",
        "![",
        "![[](",
        "`",
        "`a``b",
        "<",
        "<a ",
        "<!--",
        "&",
        "&#",
        "\\",
        "\\*",
        "https://",
        "http://a(",
        "www.",
        "(",
        "[x]: ",
        "\n> ",
        "> > \n",
        "\n",
        "\r",
        "\t",
        "1. ",
        "- ",
        "*a_",
        "*_",
        "**_a",
        "[*a](https://x) ",
        "é",
        "\u{301}",
        "\u{202e}",
        "🅰",
    ] {
        let text: String = unit.chars().cycle().take(LONGEST).collect();
        let began = Instant::now();
        let html = html(&text);
        // An unoptimised build needs a tenth of this at worst; quadratic or exponential work would need far more.
        assert!(began.elapsed() < Duration::from_secs(2), "{unit:?} took {:?}", began.elapsed());
        assert!(html.len() < 40 * text.len() + 100, "{unit:?} grew to {}", html.len());
        let nesting = html.split("<p>").next().unwrap_or_default().matches("<blockquote>").count();
        assert!(nesting <= 5, "{unit:?} nests {nesting} deep");
        let _ = plain_text(&text);
    }
    let deep = html(&format!("{}x{}", "*a ".repeat(500), " b*".repeat(500)));
    let mut depth = 0_usize;
    for part in deep.split('<') {
        depth = if part.starts_with("em>") {
            depth + 1
        } else {
            depth.saturating_sub(usize::from(part.starts_with("/em>")))
        };
        assert!(depth <= 4);
    }
}

proptest! {
    #[test]
    fn no_text_panics_or_leaves_the_allow_list(text in any::<String>()) {
        assert_safe(&text);
        let _ = plain_text(&text);
    }

    #[test]
    fn no_mix_of_markup_panics_or_leaves_the_allow_list(
        parts in proptest::collection::vec(prop::sample::select(vec![
            "*", "**", "_", "[", "]", "](", ")", "](https://example.org)", "https://example.org/", "> ", "\n", "\n\n", " ", "a", "\\", "!", "`", "<",
            ">", "&", "&lt;", "\"", "'", "#", "- ", "1. ", ":", "javascript:", "<a href=", "\u{0}", "é", "\t", "]:", "(", "~~~", "=", "<!--", "www.",
        ]), 0..40)
    ) {
        let text = parts.concat();
        assert_safe(&text);
        let _ = plain_text(&text);
    }

    #[test]
    fn letters_and_digits_are_never_lost(
        parts in proptest::collection::vec(prop::sample::select(vec![
            "a ", "b", "7", "\n", "\n\n", "> ", "*", "**", "_", "[", "](x)", "]", "`", "# ", "- ", "1. ", "<i>", "&amp;", "~~~", "![", "]: ", "    ", "\\", "---", "(", ")",
        ]), 0..30)
    ) {
        let text = parts.concat();
        let keep = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        prop_assert_eq!(keep(&parsed(&html(&text)).text.take()), keep(&text));
        prop_assert_eq!(keep(&plain_text(&text)), keep(&text));
    }
}
