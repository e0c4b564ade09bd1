//! Layers the sources over each other and reads every setting out of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::given::{Complaint, Given};
use super::sections::{InForce, KEYS, Key, SECTIONS, Settings};
use super::values::Value;
use super::{Fault, Faults, Origin};

/// What the names of our variables begin with. Two underscores, because container platforms hand every program
/// variables like `BELOWLINE_PORT` about its neighbours.
const PREFIX: &str = "BELOWLINE__";
/// The largest settings file or secret that is read.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Where settings come from, besides the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The settings file, in TOML.
    pub file: Option<PathBuf>,
    /// The environment: what does not concern Belowline is left alone.
    pub environment: Vec<(OsString, OsString)>,
    /// What the command line says: dotted keys, as `server.listen`, and values.
    pub flags: Vec<(String, String)>,
}

impl Settings {
    /// Reads all settings.
    ///
    /// # Errors
    /// Every fault in every source, those in a value that a later source replaces included.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let file = sources.file.as_ref().map(|path| (path.display().to_string(), read_file(path)));
        let mut layers = Layers::default();
        match &file {
            None => {}
            Some((path, Ok(text))) => layers.add_file(path, text),
            Some((path, Err(error))) => layers.complain(
                Origin::File { path: path.clone(), line: 1 },
                "",
                Complaint::new(
                    format!("the file cannot be read: {error}"),
                    "name a file that exists and is ours to read",
                ),
            ),
        }
        layers.add_environment(&sources.environment);
        for (key, text) in &sources.flags {
            layers.add(Origin::CommandLine, key, Found::Text(text.clone().into()));
        }
        let settings = Self::read(&mut layers);
        if let Some(settings) = &settings {
            settings.check_together(&mut layers);
        }
        match settings {
            Some(settings) if layers.faults.is_empty() => Ok(settings),
            Some(_) | None => Err(Faults(layers.faults)),
        }
    }

    /// Which source `dotted` came from.
    #[must_use]
    pub fn origin(&self, dotted: &str) -> Origin {
        self.in_force
            .iter()
            .find(|in_force| in_force.key.dotted == dotted)
            .map_or(Origin::Default, |it| it.origin.clone())
    }

    /// What no single value shows to be wrong.
    fn check_together(&self, layers: &mut Layers<'_>) {
        let accounts = &self.accounts;
        let ordered = [
            (
                accounts.session_idle_for(),
                accounts.session_absolute_for(),
                "session_idle_days",
                "session_absolute_days",
            ),
            (accounts.staff_idle_for(), accounts.staff_absolute_for(), "staff_idle_minutes", "staff_absolute_hours"),
        ];
        for (idle, absolute, idle_name, absolute_name) in ordered {
            if idle > absolute {
                let key = format!("accounts.{idle_name}");
                let complaint = Complaint::new(
                    format!("this is longer than accounts.{absolute_name}"),
                    "write a shorter time here or a longer one there",
                );
                layers.complain(self.origin(&key), &key, complaint);
            }
        }
        if self.mail.per_recipient_per_hour > self.mail.per_recipient_per_day {
            let key = "mail.per_recipient_per_hour";
            let complaint = Complaint::new(
                "this is more than mail.per_recipient_per_day",
                "write a smaller number here or a greater one there",
            );
            layers.complain(self.origin(key), key, complaint);
        }
        if let (Some(signing), Some(identity)) = (&self.secrets.signing_key, &self.secrets.identity_key)
            && signing.expose() == identity.expose()
        {
            let key = "secrets.identity_key";
            let complaint = Complaint::new(
                "this is the same key as secrets.signing_key",
                "write what another `openssl rand -hex 32` prints",
            );
            layers.complain(self.origin(key), key, complaint);
        }
    }
}

fn read_file(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > MAX_FILE_BYTES {
        return Err(std::io::Error::other("it is larger than a megabyte"));
    }
    std::fs::read_to_string(path)
}

/// A value in one source.
enum Found<'a> {
    Text(Zeroizing<String>),
    Toml(DeValue<'a>),
}

/// Every value found for every key, the strongest source last, and everything wrong so far.
#[derive(Default)]
pub(super) struct Layers<'a> {
    found: BTreeMap<&'static str, Vec<(Origin, Found<'a>)>>,
    in_force: Vec<InForce>,
    faults: Vec<Fault>,
}

impl<'a> Layers<'a> {
    fn complain(&mut self, origin: Origin, key: &str, complaint: Complaint) {
        let Complaint { what, remedy } = complaint;
        self.faults.push(Fault { origin, key: key.to_owned(), what, remedy });
    }

    fn add(&mut self, origin: Origin, dotted: &str, found: Found<'a>) {
        match KEYS.iter().find(|key| key.dotted == dotted) {
            Some(key) => self.found.entry(key.dotted).or_default().push((origin, found)),
            None => {
                let names = KEYS.iter().map(|key| key.dotted);
                self.complain(origin, dotted, unknown("setting", dotted, names));
            }
        }
    }

    fn add_file(&mut self, path: &str, text: &'a str) {
        let line_of = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let origin = |at: usize| Origin::File { path: path.to_owned(), line: line_of(at) };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let what = format!("this is not TOML: {}", error.message().replace('\n', ", "));
            self.complain(origin(at), "", Complaint::new(what, "correct the line"));
        }
        for (section, content) in table.into_inner() {
            let at = section.span().start;
            let section = section.into_inner();
            if !SECTIONS.iter().any(|(name, _)| *name == section) {
                self.complain(
                    origin(at),
                    &section,
                    unknown("section", &section, SECTIONS.iter().map(|(name, _)| *name)),
                );
                continue;
            }
            let DeValue::Table(values) = content.into_inner() else {
                let complaint =
                    Complaint::new("this is a section, not a value", format!("write [{section}] and its keys below"));
                self.complain(origin(at), &section, complaint);
                continue;
            };
            for (name, value) in values {
                let place = origin(name.span().start);
                self.add(place, &format!("{section}.{}", name.get_ref()), Found::Toml(value.into_inner()));
            }
        }
    }

    fn add_environment(&mut self, environment: &[(OsString, OsString)]) {
        let mut ours: Vec<(String, &OsString)> = environment
            .iter()
            .filter_map(|(name, value)| name.to_str().map(|name| (name.to_owned(), value)))
            .filter(|(name, _)| name.starts_with(PREFIX) || name == "DATABASE_URL")
            .collect();
        // The environment has no order; faults should. `DATABASE_URL` is the weaker name, so it comes first.
        ours.sort_by(|(a, _), (b, _)| (a != "DATABASE_URL", a).cmp(&(b != "DATABASE_URL", b)));
        for (name, value) in ours {
            let origin = Origin::Environment(name.clone());
            let Some(value) = value.to_str() else {
                self.complain(origin, "", Complaint::new("the value is not UTF-8", "write it in UTF-8"));
                continue;
            };
            self.add_variable(origin, &name, value);
        }
    }

    fn add_variable(&mut self, origin: Origin, name: &str, value: &str) {
        let text = Found::Text(value.to_owned().into());
        if let Some(key) =
            KEYS.iter().find(|key| name == variable(key) || (name, key.dotted) == ("DATABASE_URL", "database.url"))
        {
            return self.add(origin, key.dotted, text);
        }
        let secrets = KEYS.iter().filter(|key| key.is_secret);
        let Some(key) = secrets.into_iter().find(|key| name == variable_of_file(key)) else {
            let mut names: Vec<String> = KEYS.iter().map(variable).collect();
            names.extend(KEYS.iter().filter(|key| key.is_secret).map(variable_of_file));
            return self.complain(origin, "", unknown("setting", name, names.iter().map(String::as_str)));
        };
        let is_twice = self
            .found
            .get(key.dotted)
            .into_iter()
            .flatten()
            .any(|(other, _)| *other == Origin::Environment(variable(key)));
        if is_twice {
            let complaint = Complaint::new(format!("{} is given as well", variable(key)), "give only one of the two");
            return self.complain(origin, key.dotted, complaint);
        }
        match read_file(Path::new(value)) {
            Ok(secret) => {
                self.add(origin, key.dotted, Found::Text(secret.trim_end_matches(['\r', '\n']).to_owned().into()))
            }
            Err(error) => {
                // Somebody may have put the secret itself here: the value is not repeated.
                let complaint = Complaint::new(
                    format!("the file that it names cannot be read: {error}"),
                    "name a file that holds the secret alone",
                );
                self.complain(origin, key.dotted, complaint);
            }
        }
    }

    /// The value of one setting, from the strongest source that has it, or nothing when none could be understood.
    pub(super) fn value<T: Value>(&mut self, dotted: &'static str) -> Option<T> {
        let key = KEYS.iter().find(|key| key.dotted == dotted)?;
        let mut origin = Origin::Default;
        let mut value = if key.default.is_empty() { T::absent() } else { T::read(&Given::Text(key.default)).ok() };
        for (place, found) in self.found.remove(dotted).unwrap_or_default() {
            let given = match &found {
                Found::Text(text) => Given::Text(text),
                Found::Toml(value) => Given::Toml(value),
            };
            match T::read(&given).and_then(|value| within(key, value)) {
                Ok(read) => (value, origin) = (Some(read), place),
                Err(complaint) => self.complain(place, dotted, complaint),
            }
        }
        self.in_force.push(InForce { key, toml: value.as_ref().and_then(Value::show), origin });
        value
    }

    /// What was read so far, for showing.
    pub(super) fn take_in_force(&mut self) -> Vec<InForce> {
        std::mem::take(&mut self.in_force)
    }
}

fn within<T: Value>(key: &Key, value: T) -> Result<T, Complaint> {
    match (key.bounds, value.number()) {
        (Some((least, most)), Some(number)) if number < least || number > most => {
            Err(Complaint::new("the number is out of range", format!("write a whole number from {least} to {most}")))
        }
        _ => Ok(value),
    }
}

/// The variable that gives `key`.
pub(super) fn variable(key: &Key) -> String {
    format!("{PREFIX}{}__{}", key.section, key.name).to_uppercase()
}

/// The variable that names the file with the secret `key`.
pub(super) fn variable_of_file(key: &Key) -> String {
    format!("{}_FILE", variable(key))
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Complaint {
    let nearest = known.map(|known| (distance(name, known), known)).min();
    let remedy = match nearest {
        // Further than a third of its letters away, a suggestion only confuses.
        Some((steps, known)) if steps * 3 <= known.len() => format!("did you mean {known}?"),
        _ => "leave it out".to_owned(),
    };
    Complaint::new(format!("there is no such {kind}"), remedy)
}

/// How many letters must be put in, taken out or changed to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.chars().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != to)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
