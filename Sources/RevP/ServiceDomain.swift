/// A domain of a service, and whether http is redirected to https there.
package struct ServiceDomain: Hashable, Sendable {
    /// The name.
    package let name: DomainName
    /// What stands behind the name, `:redirect` or `:noredirect`; nil when the service decides.
    package let redirect: Bool?

    /// How many a service may have.
    private static let most = 64

    /// Domains with commas between them, in their order, each once; what is wrong with an entry leaves the others.
    static func readList(_ text: String) -> (
        domains: [ServiceDomain], errors: [ValueError], warnings: [ValueError]
    ) {
        var (domains, errors, warnings): ([ServiceDomain], [ValueError], [ValueError]) = ([], [], [])
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed() }
        guard words.count <= most else {
            return ([], [ValueError(.tooMany, "A service has at most \(most) domains.", "Name fewer.")], [])
        }
        for word in words {
            guard !word.isEmpty || words.count == 1 else {
                warnings.append(
                    ValueError(.badDomain, "Between two commas stands no domain.", "Remove a comma."))
                continue
            }
            do throws(ValueError) {
                let domain = try read(word)
                guard let earlier = domains.firstIndex(where: { $0.name == domain.name }) else {
                    domains.append(domain)
                    continue
                }
                guard domains[earlier].redirect == domain.redirect else {
                    errors.append(
                        ValueError(
                            .conflict, "\(domain.name) stands here with and without redirection.",
                            "Write each domain once."))
                    continue
                }
                warnings.append(
                    ValueError(
                        .duplicateDomain, "\(domain.name) stands here twice.", "Write each domain once."))
            } catch {
                errors.append(error)
            }
        }
        return (domains, errors, warnings)
    }

    private static func read(_ text: String) throws(ValueError) -> ServiceDomain {
        let small = text.lowercasedASCII()
        for (suffix, redirect) in [(":redirect", true), (":noredirect", false)] where small.hasSuffix(suffix)
        {
            let name = String(text.utf8.dropLast(suffix.utf8.count)) ?? ""
            return ServiceDomain(name: try DomainName.read(name.trimmed()), redirect: redirect)
        }
        return ServiceDomain(name: try DomainName.read(text), redirect: nil)
    }
}
