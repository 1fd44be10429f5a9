// Compiled together with Sources/RevP into one module by scripts/fuzz.

/// Reads any bytes as labels that end with a byte 1, key and value apart by a byte 2.
///
/// Nothing may trap, what is accepted keeps to its grammar, and neither the order of the labels nor a second
/// reading of what was accepted changes anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRevP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // SAFETY: libFuzzer vouches for `count` bytes at `start`.
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let labels = bytes.split(separator: 0x01).map { line -> (key: String, value: String) in
        let parts = line.split(separator: 0x02, maxSplits: 1, omittingEmptySubsequences: false)
        let key = String(decoding: parts[0], as: UTF8.self)
        return (
            key.hasPrefix("snadboy") ? key : "snadboy.revp.\(key)",
            parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        )
    }
    let read = ParsedLabels(labels)
    precondition(read == ParsedLabels(labels.reversed()), "the order of the labels matters")
    for diagnostic in read.diagnostics {
        let text = diagnostic.label + diagnostic.value + diagnostic.problem + diagnostic.remedy
        precondition(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "a diagnostic is not printable")
    }
    for service in read.services { check(service) }
    return 0
}

private func check(_ service: Service) {
    let names = service.domains.map(\.name) + [service.tunnelDomain].compactMap(\.self)
    for name in names {
        precondition(DomainName(name.text) == name, "a domain reads as another: \(name)")
        precondition(
            name.text.utf8.allSatisfy { $0.isLowerOrDigit || "*.-".utf8.contains($0) }, "a domain is odd")
        precondition(IPText(name.text) == nil && name.text.utf8.count <= 253, "a domain is no name")
    }
    for path in [service.path, service.backendPath] + [service.health].compactMap(\.self) {
        precondition(URLPath(path.text) == path, "a path reads as another: \(path)")
        precondition(
            path.text.utf8.allSatisfy { $0.isAlphanumeric || "/-._~@:+=,%".utf8.contains($0) }, "a path is odd")
    }
    for name in [service.group, service.network, service.resolver].compactMap(\.self) {
        precondition(Name(name.text) == name, "a name reads as another: \(name)")
    }
    for name in service.middlewares { precondition(MiddlewareName(name.text) == name, "a middleware is odd") }
    if case .ip(let ip) = service.address {
        precondition(IPText(ip.text)?.bytes == ip.bytes, "an address reads as another: \(ip)")
    }
    for time in [service.healthInterval, service.healthTimeout].compactMap(\.self) {
        precondition(CheckTime(time.description) == time, "a duration reads as another: \(time)")
    }
}
