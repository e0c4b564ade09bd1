//! The file that a model is kept in, and the checks that it passes before anybody is judged by it.
//!
//! All numbers little-endian: [`MAGIC`]; format, features version (u16 each); for each of the two heads scale,
//! intercept, slope and offset (f64 each); then for each bucket one byte a head; last the SHA-256 of all before.

use sha2::{Digest as _, Sha256};

use super::calibrate::Platt;
use super::features::BUCKETS;

/// How a model file begins.
pub const MAGIC: &[u8; 8] = b"BELOWCLS";
const FORMAT: u16 = 1;
/// Which reading of a text and which hashes the weights are for.
pub(super) const FEATURES_VERSION: u16 = 1;
const HEAD_BYTES: usize = 4 * 8;
const HEADER_BYTES: usize = 8 + 2 + 2 + 2 * HEAD_BYTES;
const CHECKSUM_BYTES: usize = 32;
/// How long every model file is.
pub const MODEL_BYTES: usize = HEADER_BYTES + 2 * BUCKETS + CHECKSUM_BYTES;

/// Why bytes are not a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It begins otherwise.
    #[error("this is not a Belowline model: it does not begin as one")]
    NotAModel,
    /// It was written by another version.
    #[error("the model has format {0}, and this Belowline reads format {FORMAT}: train or learn it anew")]
    Format(u16),
    /// It is for another reading of texts.
    #[error(
        "the model is for features of version {0}, and this Belowline has version {FEATURES_VERSION}: train or learn it anew"
    )]
    Features(u16),
    /// It is cut off, or longer than it says.
    #[error("the model has {0} bytes instead of {MODEL_BYTES}: it was cut off or added to")]
    Length(usize),
    /// A byte was changed.
    #[error("the model is damaged: its checksum does not fit")]
    Checksum,
    /// A number in it cannot be used.
    #[error("the model holds a number that cannot be used")]
    Number,
}

/// One head: what its weights are worth and how its score becomes a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Head {
    /// What one step of a weight is worth.
    pub(super) scale: f64,
    pub(super) intercept: f64,
    pub(super) platt: Platt,
}

/// A model as it lies in memory.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) heads: [Head; 2],
    /// For each bucket one weight a head.
    pub(super) weights: Vec<[i8; 2]>,
}

impl Head {
    /// The share of weights, largest first, that are clipped so that the others are kept finely.
    const CLIPPED: f64 = 0.0001;

    /// Rounds weights to whole steps, all but the largest without clipping; `weights` has one for each bucket.
    pub(super) fn rounded(weights: &[f64]) -> (f64, Vec<i8>) {
        let mut sizes: Vec<f64> = weights.iter().map(|weight| weight.abs()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let at = (sizes.len() as f64 * Self::CLIPPED) as usize;
        let largest = sizes.get(at).copied().unwrap_or_default();
        // A small model has fewer weights than would be clipped: it keeps its largest.
        let largest = if largest > 0.0 { largest } else { sizes.first().copied().unwrap_or_default() };
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let steps = weights.iter().map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8).collect();
        (scale, steps)
    }
}

impl Model {
    /// The bytes of the file.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MODEL_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(FEATURES_VERSION.to_le_bytes());
        for head in &self.heads {
            for number in [head.scale, head.intercept, head.platt.slope, head.platt.offset] {
                bytes.extend(number.to_le_bytes());
            }
        }
        bytes.extend(self.weights.iter().flatten().flat_map(|weight| weight.to_le_bytes()));
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// Reads a file whole.
    ///
    /// # Errors
    /// What is wrong with it: nothing is taken from a file that is not whole.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut header = Reader { rest: bytes.strip_prefix(MAGIC.as_slice()).ok_or(ModelError::NotAModel)? };
        let length = || ModelError::Length(bytes.len());
        let format = header.u16().ok_or_else(length)?;
        if format != FORMAT {
            return Err(ModelError::Format(format));
        }
        let features = header.u16().ok_or_else(length)?;
        if features != FEATURES_VERSION {
            return Err(ModelError::Features(features));
        }
        if bytes.len() != MODEL_BYTES {
            return Err(length());
        }
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or_else(length)?;
        if Sha256::digest(content).as_slice() != checksum.as_slice() {
            return Err(ModelError::Checksum);
        }
        let heads = [header.head().ok_or(ModelError::Number)?, header.head().ok_or(ModelError::Number)?];
        let (body, _) = header.rest.split_last_chunk::<CHECKSUM_BYTES>().ok_or_else(length)?;
        let (pairs, _) = body.as_chunks::<2>();
        let weights = pairs.iter().map(|pair| pair.map(|byte| i8::from_le_bytes([byte]))).collect();
        Ok(Self { heads, weights })
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn u16(&mut self) -> Option<u16> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u16::from_le_bytes(*number))
    }

    fn f64(&mut self) -> Option<f64> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(f64::from_le_bytes(*number)).filter(|number| number.is_finite())
    }

    fn head(&mut self) -> Option<Head> {
        let (scale, intercept) = (self.f64()?, self.f64()?);
        let platt = Platt { slope: self.f64()?, offset: self.f64()? };
        (scale > 0.0 && platt.slope >= 0.0).then_some(Head { scale, intercept, platt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let platt = Platt { slope: 1.5, offset: -0.5 };
        let head = Head { scale: 0.01, intercept: 0.2, platt };
        let weights = (0..BUCKETS).map(|at| [(at % 255) as u8 as i8, (at % 13) as i8 - 6]).collect();
        Model { heads: [head, Head { intercept: -1.0, ..head }], weights }
    }

    #[test]
    fn a_model_is_read_as_it_was_written_and_is_small() {
        let bytes = model().to_bytes();
        assert_eq!(bytes.len(), MODEL_BYTES);
        assert!(bytes.len() < 4 << 20);
        assert_eq!(Model::from_bytes(&bytes), Ok(model()));
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        let bytes = model().to_bytes();
        for at in [12, 40, HEADER_BYTES, bytes.len() / 2, bytes.len() - 33, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Model::from_bytes(&damaged), Err(ModelError::Checksum), "byte {at}");
        }
    }

    #[test]
    fn other_files_cut_files_and_other_versions_are_refused_by_name() {
        let bytes = model().to_bytes();
        assert_eq!(Model::from_bytes(b""), Err(ModelError::NotAModel));
        assert_eq!(Model::from_bytes(b"PK\x03\x04 a file of another kind"), Err(ModelError::NotAModel));
        for length in [8, 11, 12, 100, bytes.len() - 1] {
            assert_eq!(Model::from_bytes(&bytes[..length]), Err(ModelError::Length(length)));
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Model::from_bytes(&longer), Err(ModelError::Length(MODEL_BYTES + 1)));
        let mut other = bytes.clone();
        other[8] = 9;
        assert_eq!(Model::from_bytes(&other), Err(ModelError::Format(9)));
        let mut other = bytes;
        other[10] = 7;
        assert_eq!(Model::from_bytes(&other), Err(ModelError::Features(7)));
    }

    #[test]
    fn numbers_that_would_poison_every_score_are_refused() {
        for poison in [f64::NAN, f64::INFINITY] {
            let mut model = model();
            model.heads[1].intercept = poison;
            assert_eq!(Model::from_bytes(&model.to_bytes()), Err(ModelError::Number));
        }
    }

    #[test]
    fn weights_are_rounded_to_the_nearest_step() {
        let (scale, steps) = Head::rounded(&[1.27, -0.634, 0.0, 0.004]);
        assert!((scale - 0.01).abs() < 1e-12);
        assert_eq!(steps, [127, -63, 0, 0]);
        assert_eq!(Head::rounded(&[0.0; 3]).1, [0; 3]);
    }
}
