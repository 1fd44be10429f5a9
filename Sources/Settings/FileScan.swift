import YAML

/// What the YAML file says, before any value is read.
struct FileScan {
    private(set) var candidates: [String: [Candidate]] = [:]
    private(set) var problems: [String] = []
    private(set) var path: String?

    /// Reads the named file, or the default one if it is there.
    init(path named: String?, table: SettingsTable, input: SettingsInput) {
        guard let standard = table.defaultFile else { return }
        let path = named ?? standard
        let bytes: [UInt8]
        do throws(SettingsInput.FileProblem) {
            bytes = try input.read(path, 1 << 20)
        } catch {
            if case .missing = error, named == nil { return }
            problems.append(error.sentence(path))
            return
        }
        self.path = path
        do throws(YAMLError) {
            guard let root = try YAMLDocument(parsing: bytes).root else { return }
            take(root, path: path, known: table.settings.map(\.facts).filter { $0.sources.contains(.file) })
        } catch {
            problems.append("\(path):\(error)")
        }
    }

    private mutating func take(_ root: YAMLNode, path: String, known: [SettingFacts]) {
        guard case .mapping(let entries) = root.content else {
            let place = Self.place(path, root.position)
            return problems.append("\(place): a configuration is lines of `name: value`, not \(root.shape)")
        }
        for entry in entries {
            let place = Self.place(path, entry.position)
            var isFilePath = false
            var found = known.first { $0.name == entry.key }
            if found == nil, entry.key.hasSuffix("-file") {
                found = known.first { $0.isSecret && "\($0.name)-file" == entry.key }
                isFilePath = found != nil
            }
            guard let facts = found else {
                let hint = suggestion(for: entry.key, among: known.map(\.name))
                problems.append("\(place): \(quoted(entry.key)) is no setting of this program\(hint)")
                continue
            }
            guard candidates[facts.name] == nil else {
                problems.append(
                    "\(place): `\(facts.name)` and `\(facts.name)-file` are both given; remove one")
                continue
            }
            let origin = Origin.file(path: path, line: entry.position.line)
            let value = "\(Self.place(path, entry.value.position)): `\(entry.key)`"
            guard let texts = texts(entry.value, facts: facts, place: value) else { continue }
            candidates[facts.name] = [
                Candidate(texts: texts, origin: origin, place: value, isFilePath: isFilePath)
            ]
        }
    }

    /// The node's texts, if it has the shape that the setting wants.
    private mutating func texts(_ node: YAMLNode, facts: SettingFacts, place: String) -> [String]? {
        switch node.content {
        case .scalar(let scalar) where scalar.isNull:
            problems.append("\(place): has no value; write \(facts.form), or remove the line")
            return nil
        case .scalar(let scalar):
            return [scalar.text]
        case .sequence(let nodes) where facts.isList:
            var texts: [String] = []
            for node in nodes {
                guard case .scalar(let scalar) = node.content, !scalar.isNull else {
                    problems.append("\(place): each entry must be \(facts.form), not \(node.shape)")
                    return nil
                }
                texts.append(scalar.text)
            }
            return texts
        case .mapping(let entries) where facts.takesMapping:
            var texts: [String] = []
            for entry in entries {
                guard case .scalar(let scalar) = entry.value.content else {
                    problems.append("\(place): \(quoted(entry.key)) must be a text, not \(entry.value.shape)")
                    return nil
                }
                texts.append("\(entry.key)=\(scalar.text)")
            }
            return texts
        case .sequence, .mapping:
            problems.append("\(place): must be \(facts.form), not \(node.shape)")
            return nil
        }
    }

    private static func place(_ path: String, _ position: YAMLPosition) -> String {
        "\(path):\(position.line):\(position.column)"
    }
}

/// What the environment says, before any value is read.
enum EnvironmentScan {
    /// The variable's value, and for a secret that of `…_FILE`; an empty variable counts as none.
    static func candidates(_ facts: SettingFacts, input: SettingsInput) -> [Candidate] {
        guard facts.sources.contains(.environment) else { return [] }
        var found: [Candidate] = []
        let name = facts.environmentName
        if let text = input.environment(name), !text.isEmpty {
            let texts = facts.separator.map { mark in text.split(separator: mark).map(String.init) } ?? [text]
            found.append(Candidate(texts: texts, origin: .environment(name), place: name))
        }
        if facts.isSecret, let path = input.environment(name + "_FILE"), !path.isEmpty {
            let name = name + "_FILE"
            found.append(Candidate(texts: [path], origin: .environment(name), place: name, isFilePath: true))
        }
        return found
    }
}
