/// The kind of a diagnostic, by a word that stays the same over releases.
package enum DiagnosticCode: String, CaseIterable, Sendable {
    /// The key has the wrong shape, so that it belongs to no service.
    case badKey = "bad-key"
    /// The property is not one of ours; it is kept as an additional label.
    case unknownProperty = "unknown-property"
    case badPort = "bad-port"
    case badDomain = "bad-domain"
    /// A domain that is an IP address.
    case ipDomain = "ip-domain"
    /// A domain whose letters are of scripts that don't belong together.
    case mixedScripts = "mixed-scripts"
    /// A domain of foreign letters that reads as an ASCII one.
    case lookAlike = "look-alike"
    /// A value with control, zero-width or direction characters.
    case unprintable
    case badScheme = "bad-scheme"
    case badPath = "bad-path"
    case badBoolean = "bad-boolean"
    case badDuration = "bad-duration"
    case badBalance = "bad-balance"
    case badPolicy = "bad-policy"
    case badPriority = "bad-priority"
    case badGroup = "bad-group"
    case badMiddleware = "bad-middleware"
    case badResolver = "bad-resolver"
    case badNetwork = "bad-network"
    case badAddress = "bad-address"
    case emptyValue = "empty-value"
    case tooLong = "too-long"
    /// More entries or labels than are read.
    case tooMany = "too-many"
    /// Several labels give one property different values.
    case conflict
    /// Several labels give one property the same value.
    case repeated
    /// A flat label that a label of the same port wins over.
    case overridden
    /// A service without a domain.
    case noDomain = "no-domain"
    /// A domain that stands in a list twice.
    case duplicateDomain = "duplicate-domain"
    /// A property that changes nothing beside the others.
    case noEffect = "no-effect"
    /// The value was too long to leave its host whole.
    case labelCut = "label-cut"
    /// The container has too many labels to leave its host, so that some of ours may be missing.
    case labelsCut = "labels-cut"
    /// The host's redaction policy hides the value.
    case labelHidden = "label-hidden"
}
