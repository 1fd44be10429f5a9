package import OS

extension Kind where Value == String {
    /// Any text; empty only if allowed, and never longer than the limit in bytes.
    package static func text(_ placeholder: String = "TEXT", upTo limit: Int = 4096) -> Kind<String> {
        Kind(placeholder: placeholder, form: "a text of 1 to \(limit) bytes") { text in
            text.isEmpty || text.utf8.count > limit || text.utf8.contains(0) ? nil : text
        } show: {
            $0
        }
    }

    /// A text that a rule of the program's accepts; `form` completes "must be …".
    package static func text(
        _ placeholder: String,
        form: String,
        where accepts: @escaping @Sendable (String) -> Bool,
    ) -> Kind<String> {
        Kind(placeholder: placeholder, form: form) {
            accepts($0) ? $0 : nil
        } show: {
            $0
        }
    }

    /// The path of a file or folder.
    package static func path(_ placeholder: String = "PATH") -> Kind<String> {
        Kind(placeholder: placeholder, form: "a path of 1 to 4095 bytes") { text in
            text.isEmpty || text.utf8.count > 4095 || text.utf8.contains(0) ? nil : text
        } show: {
            $0
        }
    }

    /// One of a few words.
    package static func choice(_ choices: [String], placeholder: String? = nil) -> Kind<String> {
        Kind(
            placeholder: placeholder ?? choices.joined(separator: "|"), form: alternatives(choices),
            choices: choices
        ) { text in
            choices.contains(text) ? text : nil
        } show: {
            $0
        }
    }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enum's cases by its raw value.
    package static var choice: Kind<Value> {
        let words = Value.allCases.map(\.rawValue)
        return Kind(placeholder: words.joined(separator: "|"), form: alternatives(words), choices: words) {
            text in
            Value(rawValue: text)
        } show: {
            $0.rawValue
        }
    }
}

extension Kind where Value == Bool {
    /// `true` or `false`; the flag alone means `true`.
    package static var bool: Kind<Bool> {
        Kind(placeholder: "", form: "`true` or `false`", isFlag: true) { text in
            text == "true" ? true : text == "false" ? false : nil
        } show: {
            $0 ? "true" : "false"
        }
    }
}

extension Kind where Value == Int {
    /// A whole number within bounds.
    package static func count(
        _ range: ClosedRange<Int> = 0...Int(Int32.max),
        placeholder: String = "N",
    ) -> Kind<Int> {
        Kind(placeholder: placeholder, form: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        { text in
            guard text.utf8.first != UInt8(ascii: "+"), let number = Int(text) else { return nil }
            return range.contains(number) ? number : nil
        } show: {
            String($0)
        }
    }

    /// A number of bytes within bounds, such as `64KiB`, `16MiB` or `1GiB`.
    package static func bytes(_ range: ClosedRange<Int> = 0...Int(Int64.max)) -> Kind<Int> {
        let bounds = "from \(ByteCount.text(range.lowerBound)) to \(ByteCount.text(range.upperBound))"
        return Kind(placeholder: "BYTES", form: "a size such as `64KiB`, `16MiB` or `1GiB`, \(bounds)") {
            text in
            guard let number = ByteCount.number(text), range.contains(number) else { return nil }
            return number
        } show: {
            ByteCount.text($0)
        }
    }
}

extension Kind where Value == Duration {
    /// A duration within bounds, such as `250ms`, `30s`, `5m`, `1h30m` or `7d`.
    package static func duration(_ range: ClosedRange<Duration> = .zero ... .seconds(366 * 86_400)) -> Kind<
        Duration
    > {
        let bounds = "from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
        return Kind(
            placeholder: "DURATION",
            form: "a duration such as `250ms`, `30s`, `5m`, `1h` or `7d`, \(bounds)",
        ) { text in
            guard let duration = DurationText.duration(text), range.contains(duration) else { return nil }
            return duration
        } show: {
            DurationText.text($0)
        }
    }
}

extension Kind where Value == SocketAddress {
    /// A TCP address: `127.0.0.1:4681`, `[::1]:4681`, `name:4681`, or `:4681` for every address of this
    /// machine.
    package static var address: Kind<SocketAddress> {
        Kind(
            placeholder: "ADDRESS:PORT",
            form: "an address and a port such as `127.0.0.1:4681`, `[::1]:4681`, `name:4681` or `:4681`",
        ) { text in
            guard let address = try? SocketAddress(text), address.port != nil else { return nil }
            return address
        } show: {
            $0.description
        }
    }

    /// A socket file or a TCP address: `unix:///path` or what ``address`` takes.
    package static var endpoint: Kind<SocketAddress> {
        Kind(
            placeholder: "ADDRESS",
            form:
                "a socket such as `unix:///run/x.sock`, or an address and a port such as `127.0.0.1:4681`",
        ) {
            try? SocketAddress($0)
        } show: {
            $0.description
        }
    }
}

extension Kind where Value == NamedText {
    /// A name with a text, `NAME=TEXT`; in the YAML file a mapping does as well.
    package static var pair: Kind<NamedText> {
        Kind(placeholder: "NAME=TEXT", form: "a name and a text such as `rack=7`", takesMapping: true) {
            text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
            return NamedText(name: String(text[..<equals]), text: String(text[text.index(after: equals)...]))
        } show: {
            "\($0.name)=\($0.text)"
        }
    }
}

/// A name with a text, such as a label of a host.
package struct NamedText: Sendable, Hashable {
    /// What stands before the `=`.
    package let name: String

    /// What stands after it.
    package let text: String

    /// A name with a text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

func alternatives(_ words: [String]) -> String {
    let quoted = words.map { "`\($0)`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
}
