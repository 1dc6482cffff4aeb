//! Names of metrics and dimensions in a binding.

use crate::{
    domain::{Dimension, Metric},
    template::binding::fields::Fields,
};

/// A dimension by name. One that is nearly a built-in one is taken for a slip.
pub(super) fn dimension(fields: &mut Fields<'_, '_>, key: &str, name: &str) -> Option<Dimension> {
    match name.parse::<Dimension>() {
        Ok(Dimension::Custom(name)) => match slip(&name) {
            Some(near) => {
                fields.complain(key, format!("`{name}` is no built-in dimension; did you mean `{near}`?"));
                None
            }
            None => Some(Dimension::Custom(name)),
        },
        Ok(known) => Some(known),
        Err(error) => {
            fields.complain(key, error);
            None
        }
    }
}

/// Notes a name that is neither a metric nor a dimension.
pub(super) fn known(fields: &mut Fields<'_, '_>, key: &str, name: &str) {
    if name.parse::<Metric>().is_err() && name != "merchant" {
        dimension(fields, &format!("{key}.{name}"), name);
    }
}

/// The built-in name that is a letter or two away.
fn slip(name: &str) -> Option<String> {
    let dimensions = Dimension::TIME.into_iter().chain(Dimension::ATTRIBUTES);
    let metrics = Metric::ALL.iter().map(|metric| metric.as_str().to_owned());
    dimensions
        .map(|dimension| dimension.to_string())
        .chain(metrics)
        .map(|word| (strsim::damerau_levenshtein(name, &word), word))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, word)| word)
}
