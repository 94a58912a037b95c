//! From text to a tree.

use super::{Node, Senseless};

/// How deep a document may nest: far more than any of the contract's.
const DEPTH: usize = 32;

/// The one value that is all of the text.
pub(super) fn document(text: &str) -> Result<Node, Senseless> {
    let mut parser = Parser { rest: text };
    let node = parser.value(0)?;
    if parser.next_sign().is_none() { Ok(node) } else { Err(Senseless) }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    /// The next character that is not space; it stays.
    fn next_sign(&mut self) -> Option<char> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.chars().next()
    }

    /// Whether this character comes next; if so it is taken.
    fn takes(&mut self, sign: char) -> bool {
        let found = self.next_sign() == Some(sign);
        if found {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        found
    }

    fn expect(&mut self, sign: char) -> Result<(), Senseless> {
        if self.takes(sign) { Ok(()) } else { Err(Senseless) }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Senseless> {
        if depth > DEPTH {
            return Err(Senseless);
        }
        match self.next_sign() {
            Some('{') => self.fields(depth),
            Some('[') => self.list(depth),
            Some('"') => self.text().map(Node::Text),
            Some('0'..='9') => self.whole(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Node, Senseless> {
        for (word, node) in [("null", Node::Null), ("true", Node::Bool(true)), ("false", Node::Bool(false))] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(node);
            }
        }
        Err(Senseless)
    }

    /// A whole number; what follows of a fraction is no value and fails there.
    fn whole(&mut self) -> Result<Node, Senseless> {
        let mut number = 0_u64;
        while let Some(digit) = self.rest.chars().next().and_then(|sign| sign.to_digit(10)) {
            number = number.checked_mul(10).and_then(|n| n.checked_add(digit.into())).ok_or(Senseless)?;
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        Ok(Node::Whole(number))
    }

    fn list(&mut self, depth: usize) -> Result<Node, Senseless> {
        self.expect('[')?;
        let mut items = Vec::new();
        if self.takes(']') {
            return Ok(Node::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.takes(',') {
                self.expect(']')?;
                return Ok(Node::List(items));
            }
        }
    }

    fn fields(&mut self, depth: usize) -> Result<Node, Senseless> {
        self.expect('{')?;
        let mut fields = Vec::new();
        if self.takes('}') {
            return Ok(Node::Fields(fields));
        }
        loop {
            let name = self.text()?;
            self.expect(':')?;
            fields.push((name, self.value(depth + 1)?));
            if !self.takes(',') {
                self.expect('}')?;
                return Ok(Node::Fields(fields));
            }
        }
    }

    fn text(&mut self) -> Result<String, Senseless> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\']).ok_or(Senseless)?;
            let (plain, rest) = self.rest.split_at(end);
            text.push_str(plain);
            let mut signs = rest.chars();
            let stop = signs.next();
            self.rest = signs.as_str();
            if stop == Some('"') {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, Senseless> {
        let mut signs = self.rest.chars();
        let sign = signs.next().ok_or(Senseless)?;
        self.rest = signs.as_str();
        Ok(match sign {
            '"' | '\\' | '/' => sign,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unit(),
            _ => return Err(Senseless),
        })
    }

    /// One character as UTF-16 units: a pair of surrogates is two escapes.
    fn unit(&mut self) -> Result<char, Senseless> {
        let high = self.four()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).ok_or(Senseless);
        }
        self.rest = self.rest.strip_prefix("\\u").ok_or(Senseless)?;
        let low = self.four()?.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Senseless)?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low).ok_or(Senseless)
    }

    fn four(&mut self) -> Result<u32, Senseless> {
        let digits = self.rest.get(..4).filter(|four| four.bytes().all(|b| b.is_ascii_hexdigit())).ok_or(Senseless)?;
        self.rest = self.rest.get(4..).unwrap_or_default();
        u32::from_str_radix(digits, 16).map_err(|_| Senseless)
    }
}
