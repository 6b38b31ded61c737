//! What a row says of how a product is reached → a name: a label, a protocol or a key beside the product.

use crate::dataset::ServiceName;
use crate::naming::derived::{Cell, Evidence, Found, Names, Row};
use crate::naming::phrase::{Word, key, label};

impl<'r> Row<'r> {
    /// The product of the table with words that tell no service by themselves: `camunda-metrics`.
    pub(super) fn of_product<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let names = self.with_product(label(&text.words)?)?;
        Some((Evidence::Product, text, names))
    }

    /// The protocol above TCP that opens a text: `RPC randomly allocated high ports`.
    pub(super) fn of_protocol<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let first = text.words.first()?;
        let name = ServiceName::new(&first.slug).filter(|_| first.is_interface())?;
        let names = self.with_product(std::slice::from_ref(first));
        Some((Evidence::Protocol, text, names.unwrap_or(vec![name])))
    }

    /// The key or the variable that sets the port: `spark.master.ui.port`, `GRAFANA_PORT`.
    pub(super) fn of_key<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let slug = key(text.text)?.to_lowercase().replace(['.', '_'], "-");
        let names = self.name(&[Word::new(text.text, slug)])?;
        Some((Evidence::Column, text, names))
    }

    /// The product of the table with some words.
    fn with_product(&self, words: &[Word<'_>]) -> Names {
        let slug = self.product?;
        let product = [Word::new(slug, slug.to_owned())];
        let mut names = self.name(&[&product, words].concat())?;
        let behind = |name: &ServiceName| name.as_str().strip_prefix(slug).map(str::len);
        names.retain(|name| behind(name) > Some(0));
        (!names.is_empty()).then_some(names)
    }
}
