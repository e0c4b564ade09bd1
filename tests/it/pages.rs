//! The pages as people meet them: every one rendered, believable and hostile.

mod desk;
mod every;
mod lint;
mod rulebook;
mod samples;
mod staff;
mod words;

use std::fs;
use std::path::Path;

use samples::Ink;

/// What somebody would type to break out of text, of an attribute and of a tag.
const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}</textarea>&amp;";

#[test]
fn every_page_renders_and_can_be_looked_at() {
    let pages = every::every_page(&Ink::plain());
    assert!(pages.len() > 40, "{} pages", pages.len());
    for (name, html) in &pages {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one main heading");
        assert_eq!(html.matches("<main").count(), 1, "{name} has one main part");
    }
    if let Ok(folder) = std::env::var("BELOWLINE_PREVIEW_DIR") {
        preview(Path::new(&folder), &pages);
    }
}

#[test]
fn nothing_that_a_person_typed_becomes_markup() {
    let plain = every::every_page(&Ink::plain());
    let hostile = every::every_page(&Ink::hostile(HOSTILE));
    for ((name, plain), (_, hostile)) in plain.iter().zip(&hostile) {
        assert!(hostile.contains("&#60;script&#62;alert(1)"), "{name} shows what was typed, escaped");
        for opened in ["<script>alert", "<img", "</textarea>&"] {
            assert!(!hostile.contains(opened), "{name} lets {opened} through");
        }
        // Equal structure: hostile text opened no tag and closed no attribute.
        assert_eq!(plain.matches('<').count(), hostile.matches('<').count(), "{name} has another number of tags");
        assert_eq!(plain.matches('"').count(), hostile.matches('"').count(), "{name} has another number of quotes");
    }
}

#[test]
fn every_form_that_acts_carries_its_token_and_a_key_of_its_own() {
    for (name, html) in every::every_page(&Ink::plain()) {
        let mut keys = Vec::new();
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("method=\"post\""), "{name}");
            assert!(form.contains("name=\"csrf\" value=\"csrf-token\""), "{name}");
            let key = form.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            assert!(key.len() <= 255 && key.bytes().all(|byte| byte.is_ascii_graphic()), "{name}: {key}");
            assert!(!keys.contains(&key), "{name} uses the key {key} twice");
            keys.push(key);
        }
    }
}

#[test]
fn every_label_and_description_leads_to_something_and_no_id_stands_twice() {
    for (name, html) in every::every_page(&Ink::plain()) {
        let mut ids = values(&html, " id=\"");
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{name} has an id twice: {ids:?}");
        for attribute in [" for=\"", " aria-labelledby=\"", " aria-describedby=\""] {
            for list in values(&html, attribute) {
                for id in list.split_whitespace() {
                    assert!(ids.contains(&id), "{name}:{attribute}{id} leads nowhere");
                }
            }
        }
        for control in
            html.split("<input").skip(1).chain(html.split("<textarea").skip(1)).chain(html.split("<select").skip(1))
        {
            let tag = control.split('>').next().unwrap();
            if tag.contains("type=\"hidden\"") || tag.ends_with(" hidden") || tag.contains("aria-label=") {
                continue;
            }
            let id = values(tag, " id=\"")[0];
            assert!(html.contains(&format!(" for=\"{id}\"")), "{name}: nothing labels {id}");
        }
    }
}

#[test]
fn a_problem_leads_to_its_field_on_the_same_page() {
    for (name, html) in every::every_page(&Ink::plain()) {
        let Some(summary) = html.split("class=\"problems\"").nth(1).and_then(|rest| rest.split("</ul>").next()) else {
            continue;
        };
        for target in values(summary, "href=\"#") {
            assert!(html.contains(&format!("id=\"{target}\"")), "{name}: no field {target}");
            let field = target.split("-cmt_").next().unwrap();
            assert!(html.contains(&format!("id=\"{field}-problem\"")), "{name}: no mistake beside {target}");
        }
    }
}

/// Everything between `opening` and the next quotation mark.
fn values<'a>(html: &'a str, opening: &str) -> Vec<&'a str> {
    html.split(opening).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Writes the pages where a browser can open them without a server.
fn preview(folder: &Path, pages: &[(String, String)]) {
    fs::create_dir_all(folder).unwrap();
    for file in ["belowline.css", "belowline.js"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(file), folder.join(file)).unwrap();
    }
    for (name, html) in pages {
        fs::write(folder.join(format!("{name}.html")), html.replace("\"/static/", "\"")).unwrap();
    }
}
