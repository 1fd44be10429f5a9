/// Reads the labels of one container into services: first each key, then each service's values.
struct LabelReader {
    private let prefix: LabelPrefix
    private let cut: Set<String>
    private let isIncomplete: Bool

    /// What is being read; nil for a key that belongs to none.
    private var service: ServiceKey?

    private(set) var services: [Service] = []
    private(set) var refused: [RefusedService] = []
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var additional: [AdditionalLabel] = []

    /// How many labels of ours are read; an agent sends no more in all.
    private static let most = 512

    /// A label that is about a property of ours.
    struct Entry {
        let key: String
        let spelling: String
        let value: String
    }

    /// The labels of one service by property.
    typealias Draft = [Property: [Entry]]

    init(prefix: LabelPrefix, cut: Set<String>, isIncomplete: Bool) {
        self.prefix = prefix
        self.cut = cut
        self.isIncomplete = isIncomplete
    }

    mutating func read(_ labels: some Sequence<(key: String, value: String)>) {
        var ours: [(key: String, rest: Substring, value: String)] = []
        for label in labels {
            if let rest = prefix.rest(of: label.key) { ours.append((label.key, rest, label.value)) }
        }
        guard !ours.isEmpty else { return }
        ours.sort { one, other in
            one.key.utf8.elementsEqual(other.key.utf8)
                ? one.value.utf8.lexicographicallyPrecedes(other.value.utf8)
                : one.key.utf8.lexicographicallyPrecedes(other.key.utf8)
        }
        let isTooMany = ours.count > Self.most
        var drafts: [ServiceKey: Draft] = [:]
        for label in ours.prefix(Self.most) { take(label, into: &drafts) }
        mergeFlat(into: &drafts)
        for (key, draft) in drafts.sorted(by: { $0.key < $1.key }) {
            build(key, draft, mayRoute: !isTooMany && !isIncomplete)
        }
        service = nil
        if isTooMany {
            report(
                ValueError(
                    .tooMany, "The container has more than \(Self.most) of these labels; none is used.",
                    "Give it fewer."), prefix.text)
        } else if isIncomplete {
            report(
                ValueError(
                    .labelsCut,
                    "The container has so many labels that some of these may be missing; none is used.",
                    "Give it fewer or shorter labels: at most 512, and 200 KiB in all."), prefix.text)
        }
    }

    /// Takes a key apart and puts its value where it belongs.
    private mutating func take(
        _ label: (key: String, rest: Substring, value: String), into drafts: inout [ServiceKey: Draft]
    ) {
        service = nil
        do throws(ValueError) {
            let key = try LabelKey(label.rest, prefix: prefix)
            service = key.service
            guard let property = key.property else {
                additional.append(
                    AdditionalLabel(key: UntrustedText(label.key), value: UntrustedText(label.value)))
                let near = Property.near(key.spelling.lowercasedASCII())
                warn(
                    ValueError(
                        .unknownProperty, "There is no such property; the label changes nothing.",
                        near.map { "Did you mean \($0)?" } ?? "Remove it, or see the list of properties."),
                    label.key, label.value)
                return
            }
            let entry = Entry(key: label.key, spelling: key.spelling, value: label.value)
            drafts[key.service, default: [:]][property, default: []].append(entry)
        } catch {
            report(error, label.key, label.value)
        }
    }

    private mutating func report(_ error: ValueError, _ key: String, _ value: String = "") {
        diagnostics.append(Diagnostic(.error, error, service, label: key, value: value))
    }

    private mutating func warn(_ error: ValueError, _ key: String, _ value: String = "") {
        diagnostics.append(Diagnostic(.warning, error, service, label: key, value: value))
    }
}

extension LabelReader {
    /// Joins the flat labels with those of the port that they name; the latter win.
    private mutating func mergeFlat(into drafts: inout [ServiceKey: Draft]) {
        guard let flat = drafts[.flat], let port = flatPort(flat), let own = drafts[.port(port)] else {
            return
        }
        var merged = own
        service = .port(port)
        for (property, entries) in flat {
            guard property != .port, own[property] != nil else {
                merged[property, default: []] += entries
                continue
            }
            for entry in entries {
                warn(
                    ValueError(
                        .overridden, "A label of port \(port) says the same property, and wins.",
                        "Remove one of the two."), entry.key, entry.value)
            }
        }
        drafts[.flat] = nil
        drafts[.port(port)] = merged
    }

    /// The one port that flat labels name, 80 if none does; nil where they are wrong or contradict each other.
    private func flatPort(_ flat: Draft) -> PortNumber? {
        let ports = (flat[.port] ?? []).map { cut.contains($0.key) ? nil : PortNumber($0.value.trimmed()) }
        guard let first = ports.first else { return .standard }
        return ports.allSatisfy { $0 == first } ? first : nil
    }

    /// Reads the values of one service and makes it, or says why not.
    private mutating func build(_ key: ServiceKey, _ draft: Draft, mayRoute: Bool) {
        service = key
        var values: [Property: PropertyValue] = [:]
        var isGood = mayRoute
        for (property, entries) in draft.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let (value, isClear) = read(property, entries)
            values[property] = value
            if !isClear { isGood = false }
        }
        if case .port(let port) = key, let named = values[.port], named != .port(port) {
            isGood = false
            for entry in draft[.port] ?? [] {
                report(
                    ValueError(
                        .conflict, "The key says that the port is \(port), and the value says another.",
                        "Remove this label."), entry.key, entry.value)
            }
        }
        let hasBackendPort = draft[.port]?.contains { $0.spelling == "backend-port" } ?? false
        if draft[.domain] == nil { reportNoDomain(key, draft) }
        if isGood, let made = Service(key, values, isPublishedPortAllowed: hasBackendPort) {
            services.append(made)
            noteNoEffects(of: made, draft)
            return
        }
        var port: PortNumber? = draft[.port] == nil ? .standard : nil
        if case .port(let number) = values[.port] { port = number }
        if case .port(let number) = key { port = number }
        let domains = if case .domains(let domains) = values[.domain] { domains } else { [ServiceDomain]() }
        let path: URLPath? = if case .path(let path) = values[.path] { path } else { nil }
        refused.append(RefusedService(key: key, port: port, domains: domains, path: path))
    }

    private mutating func reportNoDomain(_ key: ServiceKey, _ draft: Draft) {
        switch key {
        case .port(let port):
            let missing = "\(prefix.text).\(port).domain"
            report(
                ValueError(
                    .noDomain, "The labels of port \(port) name no domain.",
                    "Add \(missing), or remove the others of this port."), missing)
        case .flat:
            report(
                ValueError(
                    .noDomain, "Labels without a port describe a service of their own, and it has no domain.",
                    "Add \(prefix.text).domain, or put the port into the others, as in \(prefix.text).8080.tls."
                ),
                "\(prefix.text).domain")
        }
    }

    /// The value of a property, and whether the service can be made with it.
    private mutating func read(_ property: Property, _ entries: [Entry]) -> (PropertyValue?, isClear: Bool) {
        var found: [(value: PropertyValue, entry: Entry)] = []
        var isClear = true
        for entry in entries {
            do throws(ValueError) {
                let text = try usable(entry)
                if property == .domain {
                    let list = ServiceDomain.readList(text)
                    for error in list.errors { report(error, entry.key, entry.value) }
                    for warning in list.warnings { warn(warning, entry.key, entry.value) }
                    guard !list.domains.isEmpty else {
                        isClear = false
                        continue
                    }
                    found.append((.domains(list.domains), entry))
                } else {
                    found.append((try PropertyValue.read(property, text), entry))
                }
            } catch {
                report(error, entry.key, entry.value)
                isClear = false
            }
        }
        guard let first = found.first, found.count > 1 else { return (found.first?.value, isClear) }
        guard found.allSatisfy({ $0.value == first.value }) else {
            for (_, entry) in found {
                let others = found.map(\.entry.key).filter { $0 != entry.key }.map(UntrustedText.excerpt)
                report(
                    ValueError(
                        .conflict, "\(others.joined(separator: ", ")) says otherwise of the same property.",
                        "Keep one of them."), entry.key, entry.value)
            }
            return (nil, false)
        }
        for (_, entry) in found.dropFirst() {
            warn(
                ValueError(
                    .repeated, "\(UntrustedText.excerpt(first.entry.key)) says the same of this property.",
                    "Remove one of them."), entry.key, entry.value)
        }
        return (first.value, isClear)
    }

    /// A label's value without blanks around it, if it is whole, printable and of a sensible length.
    private func usable(_ entry: Entry) throws(ValueError) -> String {
        guard !cut.contains(entry.key) else {
            throw ValueError(
                .labelCut, "The value is so long that only a part of it left the host.",
                "Write a value of at most 2048 bytes.")
        }
        guard entry.value.utf8.count <= 2_048 else {
            throw ValueError(
                .tooLong, "The value has \(entry.value.utf8.count) bytes.", "Write at most 2048 bytes.")
        }
        if Self.isHidden(entry.value) {
            throw ValueError(
                .labelHidden, "The redaction policy of the host hides the value.",
                "Let the agent show labels that begin with \(prefix.text).")
        }
        guard entry.value.unicodeScalars.allSatisfy({ !$0.isUnprintable }) else {
            throw InternationalLabel.unprintable
        }
        let text = entry.value.trimmed()
        guard !text.isEmpty else {
            throw ValueError(.emptyValue, "The label has no value.", "Write one, or remove the label.")
        }
        return text
    }

    /// Whether an agent put a digest in the value's place: `redacted:` and 16 hexadecimal digits.
    private static func isHidden(_ value: String) -> Bool {
        let word = "redacted:"
        return value.utf8.count == word.utf8.count + 16 && value.hasPrefix(word)
            && value.utf8.dropFirst(word.utf8.count).allSatisfy { $0.hexadecimal != nil }
    }

    /// Tells which labels change nothing beside the others.
    private mutating func noteNoEffects(of service: Service, _ draft: Draft) {
        func tell(_ property: Property, _ problem: String, _ remedy: String) {
            guard let entry = draft[property]?.first else { return }
            warn(ValueError(.noEffect, problem, remedy), entry.key, entry.value)
        }
        if service.stripsPrefix, service.path == .root {
            tell(
                .stripPrefix, "Without a path there is no prefix to remove.",
                "Add a path, or remove this label.")
        }
        if service.health == nil {
            for property in [Property.healthInterval, .healthTimeout] {
                tell(
                    property, "Without a health check there is nothing to time.",
                    "Add health, or remove this label.")
            }
        }
        if service.redirect, service.given.contains(.redirect), !service.usesTLS || service.tunnel {
            tell(.redirect, "Without TLS, and in a tunnel, nothing is redirected.", "Remove this label.")
        }
        if service.resolver != nil, !service.usesTLS {
            tell(.resolver, "Without TLS there is no certificate to get.", "Remove this label.")
        }
        if service.skipsVerification, service.scheme != .https {
            tell(
                .skipVerify, "Only a backend with the scheme https has a certificate.",
                "Add the scheme https.")
        }
    }
}
