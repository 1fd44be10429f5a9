import Access
import Inventory
import JSON
import OS

/// What `POST /tokens` asks for.
struct TokenOrder: Sendable {
    private(set) var subject: AccessToken.Subject
    /// In ms; nil = for ever.
    private(set) var ttl: Int64?
    private(set) var uses: Int64?
    /// Where clients connect; empty = where this aggregator believes to be reached.
    private(set) var addresses: [String] = []
    /// Who orders; only the aggregator's own machine is believed.
    private(set) var by: String?

    /// The longest life of a token that has an end: ten years, in ms.
    private static let longestLife: Int64 = 3_653 * 86_400_000
    private static let mostAddresses = 16
    /// Together, in bytes: a token is read up to 4 KiB.
    private static let longestAddresses = 2_000

    /// Reads the request's body; a member that nothing takes is an error, not ignored.
    init(_ body: [UInt8]) throws(Problem) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body, limits: JSONLimits(depth: 4, length: 65_536))
        } catch {
            throw .badRequest("the body must be a JSON object such as {\"host\":\"attic\"}: \(error)")
        }
        guard let members = value.members else {
            throw .badRequest("the body must be a JSON object such as {\"host\":\"attic\"}")
        }
        var subject: AccessToken.Subject?
        for member in members {
            switch member.name {
            case "host", "scope":
                guard subject == nil else {
                    throw .badRequest("a token is for one host or one scope; give host or scope, not both")
                }
                subject = try Self.subject(member)
            case "ttl": ttl = try Self.number(member, in: 1_000...Self.longestLife)
            case "uses": uses = try Self.number(member, in: 1...1_000_000_000)
            case "addresses": addresses = try Self.addresses(member.value)
            case "by":
                guard let text = member.value.string, text.utf8.count <= 64,
                    text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
                else { throw .badRequest("by must be a word of at most 64 characters") }
                by = text
            default:
                throw .badRequest(
                    "\(member.name) is no member here; there are host, scope, ttl, uses, addresses")
            }
        }
        guard let subject else { throw .badRequest("say for what the token is: host or scope") }
        self.subject = subject
    }

    private static func subject(_ member: JSONValue.Member) throws(Problem) -> AccessToken.Subject {
        let text = member.value.string ?? ""
        if member.name == "host" {
            guard let host = HostID(text) else {
                throw .badRequest(
                    "host must be a host id, 1 to 63 letters, digits, `_`, `.` or `-`, not \(text)")
            }
            return .host(host)
        }
        guard let scope = Scope(rawValue: text) else {
            let all = Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("scope must be one of \(all), not \(text)")
        }
        return .scope(scope)
    }

    private static func number(
        _ member: JSONValue.Member, in range: ClosedRange<Int64>
    ) throws(Problem) -> Int64 {
        guard let number = member.value.integer, range.contains(number) else {
            throw .badRequest(
                "\(member.name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func addresses(_ value: JSONValue) throws(Problem) -> [String] {
        let texts = value.elements?.compactMap(\.string) ?? []
        guard texts.count == value.elements?.count, !texts.isEmpty, texts.count <= mostAddresses else {
            throw .badRequest(
                "addresses must be a list of 1 to \(mostAddresses) texts such as bay.example:4680")
        }
        var addresses: [String] = []
        for text in texts {
            switch try? SocketAddress(text) {
            case .ip(_, let port) where port != 0: addresses.append(text)
            case .host(_, let port) where port != 0: addresses.append(text)
            default: throw .badRequest("an address is a name or address and a port, such as bay.example:4680")
            }
        }
        guard addresses.reduce(0, { $0 + $1.utf8.count }) <= Self.longestAddresses else {
            throw .badRequest("addresses must have at most \(longestAddresses) characters together")
        }
        return addresses
    }

    /// As many of these as fit into a token, from the start.
    static func fitting(_ addresses: [String]) -> [String] {
        var left = longestAddresses
        return Array(
            addresses.prefix(mostAddresses).prefix { address in
                left -= address.utf8.count
                return left >= 0
            })
    }
}
