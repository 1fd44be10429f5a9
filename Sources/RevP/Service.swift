/// One service of a container as its labels describe it, every value checked and every default filled in (D1).
///
/// Only ``ParsedLabels`` makes them: whoever holds one can rely on the grammar of each part.
package struct Service: Hashable, Sendable {
    /// Which labels made it.
    package let key: ServiceKey
    /// The container's port; with `isPublishedPortAllowed` perhaps a published port of the host.
    package let port: PortNumber
    /// Whether `backend-port` gave the port: where the container has no such port, the host's is meant.
    package let isPublishedPortAllowed: Bool
    /// At least one, each once, in the label's order.
    package let domains: [ServiceDomain]
    /// The protocol to the backend; `http`.
    package let scheme: BackendScheme
    /// The public prefix that the route answers; `/`.
    package let path: URLPath
    /// Whether `path` is removed before passing on; no.
    package let stripsPrefix: Bool
    /// What is added on the backend's side; `/` for nothing.
    package let backendPath: URLPath
    /// Whether http leads to https where the domain doesn't say; yes.
    ///
    /// ``redirects(_:)`` says what holds at a domain.
    package let redirect: Bool
    /// Whether it is served over https; yes.
    package let usesTLS: Bool
    /// Traefik's ACME resolver; nil for the setting's.
    package let resolver: Name?
    /// Whether websockets are announced to proxies that need that; no.
    package let websocket: Bool
    /// Whether this backend's certificate goes unchecked; no.
    package let skipsVerification: Bool
    /// Whether the backend gets the public host name; yes.
    package let passesHost: Bool
    /// Whether a tunnel is in front: no redirect, also on http; no.
    package let tunnel: Bool
    /// A second domain with a tunnel's behaviour, on http only.
    package let tunnelDomain: DomainName?
    /// The path of an active health check; nil for none.
    package let health: URLPath?
    /// How often it is asked; nil for the proxy's own default.
    package let healthInterval: CheckTime?
    /// How long it may take; nil for the proxy's own default.
    package let healthTimeout: CheckTime?
    /// How requests are spread; `round-robin`.
    package let balance: Balance
    /// The pool's name; nil for Compose project and service.
    package let group: Name?
    /// Decides conflicts, higher wins; 0.
    package let priority: Int
    /// When the container may be routed to; `healthy`.
    package let policy: RoutingPolicy
    /// The container network to use; nil where nobody chose.
    package let network: Name?
    /// The backend's address outright; nil where it is found.
    package let address: BackendAddress?
    /// Names from the output's allow-list, in the label's order.
    package let middlewares: [MiddlewareName]
    /// Whether it is switched on; yes.
    package let isEnabled: Bool
    /// What a label gave; the rest is default.
    package let given: Set<Property>

    /// Whether http leads to https at a domain: as it says itself, else as the service says, never without TLS or
    /// in a tunnel.
    package func redirects(_ domain: ServiceDomain) -> Bool {
        usesTLS && !tunnel && (domain.redirect ?? redirect)
    }

    /// Fills in the defaults; nil without a domain.
    init?(_ key: ServiceKey, _ values: [Property: PropertyValue], isPublishedPortAllowed: Bool) {
        func truth(_ property: Property, else standard: Bool) -> Bool {
            if case .truth(let value) = values[property] { value } else { standard }
        }
        func name(_ property: Property) -> Name? {
            if case .name(let name) = values[property] { name } else { nil }
        }
        func path(_ property: Property) -> URLPath? {
            if case .path(let path) = values[property] { path } else { nil }
        }
        func time(_ property: Property) -> CheckTime? {
            if case .time(let time) = values[property] { time } else { nil }
        }
        guard case .domains(let domains) = values[.domain], !domains.isEmpty else { return nil }
        self.key = key
        self.isPublishedPortAllowed = isPublishedPortAllowed
        self.domains = domains
        switch (key, values[.port]) {
        case (.port(let port), _): self.port = port
        case (.flat, .port(let port)): self.port = port
        default: port = .standard
        }
        scheme = if case .scheme(let scheme) = values[.scheme] { scheme } else { .http }
        self.path = path(.path) ?? .root
        stripsPrefix = truth(.stripPrefix, else: false)
        backendPath = path(.backendPath) ?? .root
        redirect = truth(.redirect, else: true)
        usesTLS = truth(.tls, else: true)
        resolver = name(.resolver)
        websocket = truth(.websocket, else: false)
        skipsVerification = truth(.skipVerify, else: false)
        passesHost = truth(.hostHeader, else: true)
        tunnel = truth(.tunnel, else: false)
        tunnelDomain = if case .domain(let domain) = values[.tunnelDomain] { domain } else { nil }
        health = path(.health)
        healthInterval = time(.healthInterval)
        healthTimeout = time(.healthTimeout)
        balance = if case .balance(let balance) = values[.balance] { balance } else { .roundRobin }
        group = name(.group)
        priority = if case .priority(let priority) = values[.priority] { priority } else { 0 }
        policy = if case .policy(let policy) = values[.policy] { policy } else { .healthy }
        network = name(.network)
        address = if case .address(let address) = values[.address] { address } else { nil }
        middlewares = if case .middlewares(let names) = values[.middleware] { names } else { [] }
        isEnabled = truth(.enable, else: true)
        given = Set(values.keys)
    }
}
