/// One value of a YAML document, with the place where it began.
///
/// Nothing is interpreted: whether the plain scalar `true` is a Boolean or a text is for whoever knows what
/// is asked for, so that `host-name: no` never turns into `false`.
package struct YAMLNode: Sendable, Equatable {
    /// What stands at this place.
    package enum Content: Sendable, Equatable {
        /// A single text.
        case scalar(YAMLScalar)
        /// Values in order.
        case sequence([YAMLNode])
        /// Keys with values, in the order of the file, no key twice.
        case mapping([YAMLEntry])
    }

    /// Where the value begins.
    package let position: YAMLPosition

    /// The value itself.
    package let content: Content

    /// A value at a place.
    package init(position: YAMLPosition, content: Content) {
        self.position = position
        self.content = content
    }

    /// What the value is, in a word for people: `a text`, `a list`, `a mapping`, `nothing`.
    package var shape: String {
        switch content {
        case .scalar(let scalar): scalar.isNull ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One key of a mapping with its value.
package struct YAMLEntry: Sendable, Equatable {
    /// The key's text.
    package let key: String

    /// Where the key begins.
    package let position: YAMLPosition

    /// What stands behind the colon.
    package let value: YAMLNode

    /// A key at a place with its value.
    package init(key: String, position: YAMLPosition, value: YAMLNode) {
        self.key = key
        self.position = position
        self.value = value
    }
}

/// The text of a scalar and how it was written.
package struct YAMLScalar: Sendable, Equatable {
    /// The text, unescaped.
    package let text: String

    /// Whether it was written without quotes and not as a block.
    package let isPlain: Bool

    /// A text as it was written.
    package init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }

    /// Whether this is YAML's null: a plain `~`, `null`, or nothing at all (YAML 1.2, 10.3.2).
    package var isNull: Bool {
        isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// A place in a document, both counted from 1; the column counts characters, not bytes.
package struct YAMLPosition: Sendable, Hashable {
    /// The line, from 1.
    package let line: Int

    /// The column, from 1.
    package let column: Int

    /// A place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
