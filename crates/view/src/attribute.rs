//! What an attribute, a property, a class or a style is worth.

use std::borrow::Cow;

use upstream::tachys::reactive_graph::SharedReactiveFunction;

use crate::{Memo, RwSignal, Signal};

/// What it is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Not there; a switch that is off.
    Absent,
    /// There without a text; a switch that is on.
    Present,
    /// This text.
    Text(Cow<'static, str>),
}

/// What it is worth from now on.
pub enum AttributeValue {
    /// The same until the view is made anew.
    Fixed(Worth),
    /// It follows signals.
    Live(Box<dyn FnMut() -> Worth + Send>),
}

/// What can be written after the `=` of an attribute.
pub trait IntoAttributeValue {
    /// As this crate keeps it.
    fn into_attribute_value(self) -> AttributeValue;
}

impl From<bool> for Worth {
    fn from(on: bool) -> Self {
        if on { Self::Present } else { Self::Absent }
    }
}

impl From<&'static str> for Worth {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Worth {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<T: Into<Self>> From<Option<T>> for Worth {
    fn from(worth: Option<T>) -> Self {
        worth.map_or(Self::Absent, Into::into)
    }
}

impl IntoAttributeValue for AttributeValue {
    fn into_attribute_value(self) -> AttributeValue {
        self
    }
}

macro_rules! fixed {
    ($($kind:ty),*) => {$(
        impl IntoAttributeValue for $kind {
            fn into_attribute_value(self) -> AttributeValue {
                AttributeValue::Fixed(self.into())
            }
        }
    )*};
}

fixed!(bool, &'static str, String);

impl<T: Into<Worth>> IntoAttributeValue for Option<T> {
    fn into_attribute_value(self) -> AttributeValue {
        AttributeValue::Fixed(self.into())
    }
}

impl<F, T> IntoAttributeValue for F
where
    F: FnMut() -> T + Send + 'static,
    T: Into<Worth>,
{
    fn into_attribute_value(mut self) -> AttributeValue {
        AttributeValue::Live(Box::new(move || self().into()))
    }
}

impl<T: Into<Worth> + 'static> IntoAttributeValue for SharedReactiveFunction<T> {
    fn into_attribute_value(self) -> AttributeValue {
        AttributeValue::Live(Box::new(move || self.lock().map_or(Worth::Absent, |mut read| read().into())))
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<T: Into<Worth> + Clone + Send + Sync + 'static> IntoAttributeValue for $signal<T> {
            fn into_attribute_value(self) -> AttributeValue {
                AttributeValue::Live(Box::new(move || self.get().into()))
            }
        }
    )*};
}

signals!(Memo, RwSignal, Signal);
